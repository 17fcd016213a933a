"""Answers of canned questions on pages: form, table, cells, progress, snippets."""
