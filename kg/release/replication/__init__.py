"""Replication: publish releases as signed files, fetch and follow them."""
