"""What pyproject.toml cannot say: what stands at the top and travels inside, and what Jupyter finds beside it."""

from pathlib import Path

from setuptools import find_packages, setup

TRAVELLING = {
    "partnership_lib.notebooks": "notebooks",
    "partnership_lib.assumptions": "data/assumptions",
    "partnership_lib.reference": "data/reference",
    "partnership_lib.example_cases": "data/cases",
}
LAB = Path("partnership_lib/review/lab")
EXTENSION = LAB / "labextensions" / "partnership-workbench"
SHARED = "share/jupyter/labextensions/partnership-workbench"

setup(
    packages=[*find_packages(include=["partnership_lib*"]), *TRAVELLING],
    package_dir=TRAVELLING,
    data_files=[
        (SHARED, [str(EXTENSION / "package.json")]),
        (f"{SHARED}/static", [str(path) for path in EXTENSION.glob("static/*.js")]),
        ("etc/jupyter/jupyter_server_config.d", [str(LAB / "server_config" / "partnership-workbench.json")]),
    ],
)
