"""The material of a workspace as an analyst asks for it: records, agreements, ledger lines and cases as frames."""
