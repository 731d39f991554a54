"""What pyproject.toml cannot say: the notebooks stand at the top and travel as ``partnership_lib.notebooks``."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["partnership_lib*"]), "partnership_lib.notebooks"],
    package_dir={"partnership_lib.notebooks": "notebooks"},
)
