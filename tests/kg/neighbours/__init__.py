"""Tests of kg.neighbours."""
