"""The canned questions of the project, read once in each process of tests."""

from __future__ import annotations

from functools import cache

from kg.questions.catalogue import Catalogue, read_catalogue


@cache
def project_catalogue() -> Catalogue:
    """Return the catalogue of the project; tests must not change it."""
    return read_catalogue()
