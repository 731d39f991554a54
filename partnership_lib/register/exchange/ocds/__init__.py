"""Agreements of the register as an OCDS 1.1 release package, and back without loss."""

from partnership_lib.register.exchange.ocds.building import Publication, release_package
from partnership_lib.register.exchange.ocds.importing import import_ocds_file, is_own_file
from partnership_lib.register.exchange.ocds.writing import export_ocds

__all__ = ["Publication", "export_ocds", "import_ocds_file", "is_own_file", "release_package"]
