"""Diagnostics: what is wrong with a query, and why a result is empty."""
