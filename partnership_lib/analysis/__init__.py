"""Analyses: records and small frames in, sections of findings and charts out; no files, no language."""
