"""``python -m partnership_lib.cli ...``."""

from partnership_lib.cli import main

main()
