"""The ledger: dialects, quarantine, the Parquet warehouse and what has been imported into it."""
