"""Tests of kg.graph.neighbours."""
