"""Tables that people fill in and get back: templates, import with quarantine, export."""

from partnership_lib.register.exchange.exporting import export_table
from partnership_lib.register.exchange.importing import ImportAccount, import_table
from partnership_lib.register.exchange.layout import TABLE_KINDS
from partnership_lib.register.exchange.templates import write_template

__all__ = ["TABLE_KINDS", "ImportAccount", "export_table", "import_table", "write_template"]
