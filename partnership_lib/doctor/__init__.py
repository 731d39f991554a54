"""What is in use, and whether it is safe: ``partnership doctor``."""

from partnership_lib.doctor.examination import examine

__all__ = ["examine"]
