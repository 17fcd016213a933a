"""Tests of server.explore."""
