"""The real server follows a publication: no request is dropped, and each answer is of one release."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.release import Release
from kg.release.replication.publish import publish
from tests.kg.release.replication.offered import address, offered
from tests.kg.release.replication.signed import FOLLOW_KEY, KEY, OTHER_KEY, ROLL_BACK, SIGNED, changed, point, with_file
from tests.serving import Server, is_alive, make_release, until

pytestmark = pytest.mark.server

ROWS = "/sparql?query=SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 300&format=csv"
NEVER_CACHED = "/sparql?query=SELECT ?s ?o (RAND() AS ?n) { ?s ?p ?o } LIMIT 300&format=csv"


def release_of(home: Path, word: str) -> Release:
    quads = [
        Quad(NamedNode(f"urn:{n:04}"), NamedNode("urn:says"), Literal(word), NamedNode("urn:g")) for n in range(1500)
    ]
    return make_release(home, quads, with_dumps=True)


@pytest.fixture
def releases(tmp_path: Path) -> dict[str, Release]:
    """Releases by the word that all their statements say."""
    return {word: release_of(tmp_path / "home", word) for word in ("first", "second", "third")}


@pytest.fixture
def folder(releases: dict[str, Release], tmp_path: Path) -> Path:
    publish(releases["first"], tmp_path / "web", SIGNED)
    return tmp_path / "web"


@pytest.fixture
def server(folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over an empty home that follows the publication."""
    with offered(folder) as remote:
        follow = {"follow": address(remote), "follow_seconds": 0.2, "follow_last": 2, "follow_key": FOLLOW_KEY}
        with Server(tmp_path / "copies", tmp_path / "errors", **follow) as started:
            yield started


def health(server: Server) -> dict[str, object]:
    document: dict[str, object] = json.loads(server.ask("/health").body)
    return document


def test_releases_are_taken_without_a_dropped_or_a_mixed_answer(
    releases: dict[str, Release], folder: Path, server: Server, tmp_path: Path
) -> None:
    tags: set[tuple[str, str, str]] = set()
    words, stop = {release.release_id: word for word, release in releases.items()}, threading.Event()

    def load(path: str) -> Counter[tuple[int, str, bool]]:
        seen: Counter[tuple[int, str, bool]] = Counter()
        while not stop.is_set():
            reply = server.ask(path)
            word = words[reply.headers["fyp-release"]]
            lines = reply.body.decode().splitlines()[1:]
            seen[reply.status, word, len(lines) == 300 and all(word in line for line in lines)] += 1
            tags.add((reply.headers.get("etag", ""), path, word))
        return seen

    with ThreadPoolExecutor(4) as threads:
        loads = [threads.submit(load, path) for path in (ROWS, NEVER_CACHED) * 2]
        for word in ("second", "third", "second"):
            publish(releases[word], folder, ROLL_BACK)
            until(lambda: health(server)["release"] == releases[word].release_id)  # noqa: B023 - it is called at once
        stop.set()
        seen = sum((each.result() for each in loads), Counter[tuple[int, str, bool]]())
    assert {(status, whole) for status, _, whole in seen} == {(200, True)}, seen
    assert len({tag for tag, path, _ in tags if path == ROWS}) == len({word for _, path, word in tags if path == ROWS})
    assert {"first", "second", "third"} >= {word for _, word, _ in seen} >= {"second", "third"}
    until(lambda: len(list((tmp_path / "copies" / "releases").glob("[0-9a-f]*"))) == 2)
    assert (tmp_path / "errors").read_text().count("cannot be followed") == 0


def test_a_publication_that_breaks_leaves_the_release_and_is_reported(
    releases: dict[str, Release], folder: Path, server: Server, tmp_path: Path
) -> None:
    first = releases["first"].release_id
    until(lambda: health(server).get("following", {}).get("release") == first)  # type: ignore[attr-defined]
    assert health(server)["following"]["problem"] is None  # type: ignore[index]
    assert server.metric("fyp_followed_seconds_ago") >= 0
    (folder / "current.json").write_text("<!doctype html>", encoding="utf-8")
    until(lambda: health(server)["following"]["problem"] == "SignatureInvalid")  # type: ignore[index]
    assert server.ask(ROWS).status == 200
    assert (health(server)["status"], health(server)["release"]) == ("ok", first)
    publish_again = folder / "current.json"
    publish_again.unlink()
    publish(releases["second"], folder, SIGNED)
    until(lambda: health(server)["release"] == releases["second"].release_id)
    until(lambda: "is followed again" in (tmp_path / "errors").read_text())
    assert (tmp_path / "errors").read_text().count("current.json has no signature") == 1


def test_attacks_on_the_publication_are_named_in_health_and_the_release_stays(
    releases: dict[str, Release], folder: Path, server: Server, tmp_path: Path
) -> None:
    first, old = releases["first"].release_id, (folder / "current.json").read_bytes()
    until(lambda: health(server).get("following", {}).get("release") == first)  # type: ignore[attr-defined]
    pointer = publish(releases["second"], folder, SIGNED)
    second = releases["second"].release_id
    until(lambda: health(server)["release"] == second)
    altered = with_file(folder, publish(releases["third"], tmp_path / "elsewhere", SIGNED), "quads.nq", b"other")
    long_ago = {"published_at": "1990-01-01T00:00:00+00:00", "expires_at": "1990-01-02T00:00:00+00:00"}
    later = {"sequence": pointer.sequence + 10**6}
    for body, key, problem, reason in (
        (old, KEY, "PointerOutdated", "an older pointer is offered again"),
        (changed(pointer, **later), None, "SignatureInvalid", "has no signature"),
        (changed(pointer, **later), OTHER_KEY, "SignatureInvalid", "is signed with the key"),
        (changed(pointer, **later, **long_ago), KEY, "PointerExpired", "expired at 1990-01-02"),
        (changed(altered, **later), KEY, "FileAltered", "lists quads with another id"),
    ):
        point(folder, body, key)
        until(lambda: reason in server.errors.read_text())  # noqa: B023 - it is called at once
        until(lambda: health(server)["following"]["problem"] == problem)  # type: ignore[index]  # noqa: B023 - it is called at once
        assert (health(server)["status"], health(server)["release"]) == ("ok", second)
        assert server.ask(ROWS).status == 200
    assert health(server)["following"]["verified"] is True  # type: ignore[index]


def test_a_follower_that_is_killed_is_reported_and_replaced(
    releases: dict[str, Release], folder: Path, server: Server
) -> None:
    first = releases["first"].release_id
    until(lambda: health(server).get("following", {}).get("release") == first)  # type: ignore[attr-defined]
    (follower,) = [process for process in server.processes() if _is_follower(process)]
    os.kill(follower, signal.SIGKILL)
    until(lambda: health(server)["following"]["problem"] == "FollowerEnded")  # type: ignore[index]
    publish(releases["second"], folder, SIGNED)
    until(lambda: health(server)["release"] == releases["second"].release_id)
    until(lambda: health(server)["following"]["problem"] is None)  # type: ignore[index]
    assert server.errors.read_text().count("was killed by SIGKILL; it is started again") == 1


def test_the_follower_ends_with_the_server_however_that_ends(server: Server) -> None:
    processes = server.processes()
    assert any(map(_is_follower, processes))
    server.process.kill()
    server.process.wait()
    until(lambda: not any(map(is_alive, processes)))


def _is_follower(process: int) -> bool:
    try:
        return b"fetch" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
