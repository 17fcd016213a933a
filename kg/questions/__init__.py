"""Canned questions: catalogue, parameters, results, self-test, diff."""
