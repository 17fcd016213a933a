"""The markers by which `make test` leaves tests out, and a count of those that a run has left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

LEFT_OUT = {  # marker: what `make test` leaves out with it
    "browser": "tests in a browser",
    "clients": "tests with other programs: Java, R, Comunica, Virtuoso, minisign and validators",
    "slow": "long tests: attacks, memory, whole crawls, many random examples",
}
QUICK = " and ".join(f"not {marker}" for marker in LEFT_OUT)
IMPLIED = {  # what a test needs: the marker that follows from it
    "chromium": "browser",
    **dict.fromkeys(("java", "comunica", "r", "sssom", "virtuoso", "minisign", "frictionless"), "clients"),
}
_OUTPUT = "left_out"


class Selection:
    """A plugin that adds the implied markers and counts what is left out, in a worker of xdist as well."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()

    @pytest.hookimpl(tryfirst=True)  # before pytest deselects by marker
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Add the markers that follow from others."""
        for item in items:
            for marker in {IMPLIED[mark.name] for mark in item.iter_markers() if mark.name in IMPLIED}:
                item.add_marker(marker)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count each test once, by the first of the markers that it has."""
        markers = (next((name for name in LEFT_OUT if item.get_closest_marker(name)), "") for item in items)
        self.left_out.update(filter(None, markers))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Give the counts of a worker to the process that started it."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = dict(self.left_out)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the counts of a worker. Each worker collects all tests, so the counts are equal."""
        self.left_out |= Counter(getattr(node, "workeroutput", {}).get(_OUTPUT, {}))
