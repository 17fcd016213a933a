"""Tests of the actions of readers in a real browser."""
