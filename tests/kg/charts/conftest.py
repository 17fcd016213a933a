"""One renderer for the tests that render: its process takes a second to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.charts.renderer import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A renderer that is used by many tests."""
    renderer = Renderer(seconds=30)
    yield renderer
    renderer.close()
