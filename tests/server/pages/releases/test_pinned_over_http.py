"""Pinned addresses of the real server: its cache, its processes, its end, and what a storm on old releases may do."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.release.store import ReleaseStore
from tests.server.test_serving import quads
from tests.serving import Server, is_alive, make_release, until

pytestmark = pytest.mark.server

NAMES = ("oldest", "older", "newer", "newest")
FIRST = "/sparql?query=SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1&format=csv"
HEAVY = "/sparql?query=SELECT (COUNT(*) %2B {} AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}"


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A home, and the id of each release in it by its name; the newest is current."""
    home = tmp_path / "home"
    return home, {name: make_release(home, quads(1500, name)).release_id for name in NAMES}


@pytest.fixture
def server(releases: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Server]:
    with Server(releases[0], tmp_path / "errors") as started:
        yield started


def zygotes(server: Server) -> set[int]:
    """The processes that hold releases: their workers are forks of them, and look like them but for their parent."""
    alike = {process for process in server.processes() if "kg.engine.pool.zygote" in _read(process, "cmdline")}
    return {process for process in alike if _parent(process) not in alike}


def _read(process: int, what: str) -> str:
    try:
        return Path(f"/proc/{process}/{what}").read_text("utf-8", "replace")
    except OSError:
        return ""


def _parent(process: int) -> int:
    fields = _read(process, "stat").rpartition(")")[2].split()
    return int(fields[1]) if fields else 0


def up_to(rows: int) -> str:
    """A question that no cache knows, with a number that nobody else takes."""
    return FIRST.replace("LIMIT 1", f"LIMIT {rows}")


def first(server: Server, release_id: str = "") -> str:
    """The name of the release that answers."""
    answered = server.ask(f"/release/{release_id}{FIRST}" if release_id else FIRST)
    assert answered.status == 200, answered.body
    return answered.body.decode().splitlines()[1].split(":")[1]


def test_each_release_answers_and_no_more_than_two_older_ones_are_held(
    server: Server, releases: tuple[Path, dict[str, str]]
) -> None:
    assert len(zygotes(server)) == 1
    for name, release_id in releases[1].items():
        assert first(server, release_id) == name
        assert len(zygotes(server)) <= 3
    assert first(server) == "newest"
    assert server.errors.read_text() == ""


def test_a_pinned_answer_comes_from_the_cache_until_another_release_is_current(
    server: Server, releases: tuple[Path, dict[str, str]]
) -> None:
    home, ids = releases
    path = f"/release/{ids['older']}{FIRST}"
    answered, hits = server.ask(path), server.metric("fyp_cache_hits_total")
    assert server.ask(path).body == answered.body
    assert server.metric("fyp_cache_hits_total") == hits + 1
    assert (answered.headers["fyp-release"], answered.headers["fyp-current-release"]) == (ids["older"], ids["newest"])
    not_modified = server.ask(path, {"If-None-Match": answered.headers["etag"]})
    assert (not_modified.status, not_modified.headers["cache-control"]) == (304, "public, max-age=31536000, immutable")
    ReleaseStore(home).set_current(ReleaseStore(home).get(ids["newer"]))
    until(lambda: server.ask(path).headers["fyp-current-release"] == ids["newer"])
    assert server.ask(path).body == answered.body


def test_a_killed_older_release_answers_again(server: Server, releases: tuple[Path, dict[str, str]]) -> None:
    current, before = zygotes(server), server.processes()
    assert first(server, releases[1]["oldest"]) == "oldest"
    (zygote,) = zygotes(server) - current
    processes = server.processes() - before
    os.kill(zygote, signal.SIGKILL)
    until(lambda: not any(map(is_alive, processes)))
    again = f"/release/{releases[1]['oldest']}{up_to(2)}"
    assert b"urn:oldest:0000" in server.ask(again).body
    assert len(zygotes(server)) == 2


def test_an_older_release_that_rests_is_closed(releases: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    with Server(releases[0], tmp_path / "errors", older_idle_seconds=0.1) as server:
        current = zygotes(server)
        assert first(server, releases[1]["oldest"]) == "oldest"
        assert len(zygotes(server)) == 2
        until(lambda: zygotes(server) == current)
        assert b"urn:oldest:0000" in server.ask(f"/release/{releases[1]['oldest']}{up_to(2)}").body


def test_the_end_leaves_no_process_of_an_older_release(server: Server, releases: tuple[Path, dict[str, str]]) -> None:
    for name in ("oldest", "older"):
        first(server, releases[1][name])
    processes = server.processes()
    assert len(zygotes(server)) == 3
    assert server.stop() == 0
    until(lambda: not any(map(is_alive, processes)))
    assert server.errors.read_text() == ""


def test_a_storm_on_older_releases_keeps_nobody_from_the_current_one(
    releases: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    older = [releases[1][name] for name in NAMES[:3]]
    limits = {"max_seconds": 2, "quick_seconds": 0.1}
    with Server(releases[0], tmp_path / "errors", **limits) as server, ThreadPoolExecutor(60) as threads:

        def storm(n: int) -> int:
            return server.ask(f"/release/{older[n % 3]}{HEAVY.format(n)}").status

        stormy = [threads.submit(storm, n) for n in range(120)]
        light = Counter(server.ask(up_to(n + 2), source="127.0.0.2").status for n in range(100))
        statuses = {future.result() for future in stormy}
        assert len(zygotes(server)) <= 3
        assert first(server) == "newest"
    assert light == {200: 100}
    assert statuses <= {422, 429, 503, 504}
