"""Answers of canned questions as pages show them: form, table, cells, progress, snippets."""
