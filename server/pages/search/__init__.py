"""The search: open indexes, results, and views."""
