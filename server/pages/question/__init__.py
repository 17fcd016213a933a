"""Canned questions: page, form, table, pictures, files and citation of each."""
