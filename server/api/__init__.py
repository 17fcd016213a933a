"""Interfaces that programs read."""
