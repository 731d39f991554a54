"""What pyproject.toml cannot say: notebooks, assumptions and the example case stand at the top and travel inside."""

from setuptools import find_packages, setup

TRAVELLING = {
    "partnership_lib.notebooks": "notebooks",
    "partnership_lib.assumptions": "data/assumptions",
    "partnership_lib.reference": "data/reference",
    "partnership_lib.example_cases": "data/cases",
}

setup(packages=[*find_packages(include=["partnership_lib*"]), *TRAVELLING], package_dir=TRAVELLING)
