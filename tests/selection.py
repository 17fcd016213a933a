"""The markers by which `make test` leaves tests out, and a count of those that a run has left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

LEFT_OUT = {  # marker: what `make test` leaves out with it
    "browser": "tests in a browser",
    "clients": "tests with other programs: Java, R, Comunica, Virtuoso, minisign and validators",
    "server": "tests that start the service in processes of its own",
    "slow": "long tests: attacks, memory, whole crawls, many random examples",
    "examples": "all but four parameter sets of each test that has more",
}
_MOST_EXAMPLES = 4
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
        """Add the markers that follow from others, and ``examples`` to the parameter sets beyond the first few."""
        functions: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        for item in items:
            functions[item.nodeid.partition("[")[0]].append(item)
            for marker in {IMPLIED[mark.name] for mark in item.iter_markers() if mark.name in IMPLIED}:
                item.add_marker(marker)
        for sets in functions.values():
            for item in _beyond_the_sample(sets):
                item.add_marker("examples")

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


def _beyond_the_sample(sets: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return all parameter sets but four, which lie evenly between the first and the last."""
    if len(sets) <= _MOST_EXAMPLES:
        return []
    step = (len(sets) - 1) / (_MOST_EXAMPLES - 1)
    sample = {round(number * step) for number in range(_MOST_EXAMPLES)}
    return [item for position, item in enumerate(sets) if position not in sample]
