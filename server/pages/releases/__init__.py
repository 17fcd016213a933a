"""Releases as pages: what one holds, how it did, what changed, its files, and addresses that pin it."""
