"""Errors, settings, names, media types: what every ring above uses."""
