"""Requests at random to every route of the real server are answered in time, and none with 500.

FYP_FUZZ_REQUESTS and FYP_FUZZ_SEED choose another number and other requests; ``make bench-fuzz`` sends ten thousand.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from flask import Flask

from kg.engine.embedded import EmbeddedEngine
from tests.attacks.fuzzing import Fuzzing, grouped, is_well
from tests.attacks.random_requests import Generator
from tests.attacks.surface import Route, surface
from tests.bench.fuzz import LIMITS
from tests.serving import Server

pytestmark = pytest.mark.slow

REQUESTS, SEED = "1500", "1"


@pytest.fixture(scope="module")
def routes(app: Flask, engine: EmbeddedEngine) -> list[Route]:
    return surface(app, engine)


def generator(routes: list[Route]) -> Generator:
    return Generator(routes, "0123456789abcdef", int(os.environ.get("FYP_FUZZ_SEED", SEED)))


def test_every_route_has_real_addresses_and_is_asked_in_the_first_round(routes: list[Route], app: Flask) -> None:
    assert {route.rule for route in routes} == {rule.rule for rule in app.url_map.iter_rules()}
    without = {route.rule for route in routes if not route.paths and "<" in route.rule and "GET" in route.methods}
    assert without <= {"/dumps/<name>", "/q/<slug>.<ending>"}
    asked = itertools.islice(generator(routes).requests(), len(routes))
    assert [request.route for request in asked] == [route.rule for route in routes]


def test_equal_seeds_give_equal_requests(routes: list[Route]) -> None:
    first, second = (list(itertools.islice(generator(routes).requests(), 300)) for _ in range(2))
    assert first == second
    assert len({request.sent for request in first}) > 250


@pytest.mark.server
@pytest.mark.serial
def test_requests_at_random_to_every_route_are_answered_in_time_and_none_with_500(
    home: Path, routes: list[Route], tmp_path: Path
) -> None:
    with Server(home, tmp_path / "errors", **LIMITS) as server:
        fuzzing = Fuzzing(server, LIMITS["max_seconds"])
        report = fuzzing.run(generator(routes).requests(), int(os.environ.get("FYP_FUZZ_REQUESTS", REQUESTS)))
        assert is_well(server)
    assert [(number, cause, first.request.sent) for number, cause, first in grouped(report)] == []
    assert "Traceback" not in (tmp_path / "errors").read_text("utf-8")
    assert report.statuses[200] > report.statuses.total() / 5
