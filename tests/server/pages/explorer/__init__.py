"""Tests of server.pages.explorer."""
