"""One press for the tests that render: its process takes a second to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.charts.renderer import Renderer


@pytest.fixture(scope="session")
def press() -> Iterator[Renderer]:
    """A press that is used by many tests."""
    press = Renderer(seconds=30)
    yield press
    press.close()
