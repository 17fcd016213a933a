"""The plans at a glance."""
