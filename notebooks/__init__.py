"""The thin notebooks; in the wheel they travel as ``partnership_lib.notebooks``."""
