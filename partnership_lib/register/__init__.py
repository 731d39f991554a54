"""The register: SQL tables of the domain's records, versions, an audit chain, and exchange with spreadsheets."""
