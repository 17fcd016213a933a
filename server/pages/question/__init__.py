"""Canned questions: page, form, table, charts, files and citation of each."""
