"""Öre, periods, organisation numbers, CPV codes: parsing and arithmetic; standard library only."""
