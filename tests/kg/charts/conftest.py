"""One press for the tests that render: its process takes a second to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.charts.renderer import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """A press that is used by many tests."""
    press = Press(seconds=30)
    yield press
    press.close()
