"""The cache of finished responses: what it keeps, for whom, how much."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.core.response_cache import Cache, Key, may_keep
from server.core.wsgi import Finished

KEY = Key("GET", "http://host", "/sparql", "query=ASK{}", "*/*", "identity", "r1")
PUBLIC = [("cache-control", "public, max-age=60"), ("vary", "Accept, Accept-Encoding"), ("fyp-release", "r1")]


def response(body: bytes = b"true", **changed: str) -> Finished:
    """A response that may be kept, but for the headers that are changed."""
    names = {name.replace("_", "-"): value for name, value in changed.items()}
    return Finished(200, [*((key, value) for key, value in PUBLIC if key not in names), *names.items()], body)


def key(place: int) -> Key:
    return KEY._replace(query_string=f"query={place:06}")


def test_what_was_put_is_got() -> None:
    cache, cached = Cache(2**20), response()
    assert cache.get(KEY) is None
    assert cache.put(KEY, cached)
    assert cache.get(KEY) is cached
    assert (cache.facts().hits, cache.facts().misses, cache.facts().entries) == (1, 1, 1)


@pytest.mark.parametrize("part", KEY._fields)
def test_every_part_of_the_key_counts(part: str) -> None:
    cache = Cache(2**20)
    cache.put(KEY, response(fyp_release=""))
    assert cache.get(KEY._replace(**{part: "other"})) is None


@pytest.mark.parametrize(
    "refused",
    [
        Finished(404, PUBLIC),
        Finished(304, PUBLIC),
        Finished(200, PUBLIC, b"", io.BytesIO(b"large")),
        Finished(200, PUBLIC, disk_path=Path(__file__)),
        response(cache_control="no-store"),
        response(cache_control="public, no-store"),
        response(cache_control="private, max-age=60"),
        response(cache_control=""),
        response(vary="Accept, Cookie"),
        response(vary="*"),
        response(fyp_release="r2"),
    ],
)
def test_what_is_no_whole_public_answer_of_this_release_is_not_kept(refused: Finished) -> None:
    cache = Cache(2**20)
    assert not may_keep(KEY, refused)
    assert not cache.put(KEY, refused)
    assert cache.get(KEY) is None


def test_what_does_not_depend_on_a_release_is_kept() -> None:
    assert may_keep(KEY, response(fyp_release="", vary="Accept-Encoding"))


@pytest.mark.parametrize(("current", "keepable"), [("r1", True), ("r2", False)])
def test_what_is_of_a_pinned_release_is_kept_while_the_current_one_stays(current: str, keepable: bool) -> None:
    pinned = KEY._replace(path="/release/r0/sparql")
    assert may_keep(pinned, response(fyp_release="r0", fyp_current_release=current)) == keepable


def test_the_bytes_are_bounded_and_the_least_used_goes_first() -> None:
    cache = Cache(100_000)
    for place in range(8):
        assert cache.put(key(place), response(bytes(10_000)))
    assert cache.get(key(0)) is not None
    for place in range(8, 12):
        cache.put(key(place), response(bytes(10_000)))
    assert cache.facts().bytes <= 100_000
    assert cache.get(key(0)) is not None
    assert cache.get(key(1)) is None
    assert cache.get(key(11)) is not None


def test_many_small_entries_count_with_what_they_cost() -> None:
    cache = Cache(100_000)
    for place in range(1000):
        cache.put(key(place), response(b""))
    assert cache.facts().entries < 100


def test_one_response_takes_an_eighth_at_most() -> None:
    cache = Cache(80_000)
    assert not cache.put(KEY, response(bytes(10_000)))
    assert cache.put(KEY, response(bytes(8_000)))


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    cache = Cache(0)
    assert not cache.put(KEY, response())
    assert cache.facts().entries == 0


def test_an_entry_put_twice_is_counted_once() -> None:
    cache = Cache(2**20)
    cache.put(KEY, response())
    held = cache.facts().bytes
    cache.put(KEY, response())
    assert cache.facts().bytes == held


def test_a_new_release_drops_everything() -> None:
    cache = Cache(2**20)
    cache.put(KEY, response())
    cache.clear()
    assert cache.get(KEY) is None
    assert cache.facts().bytes == 0


def test_many_threads_leave_the_count_right() -> None:
    cache = Cache(200_000)

    def use(start: int) -> None:
        for place in range(start, start + 300):
            cache.put(key(place % 97), response(bytes(place % 5000)))
            cache.get(key((place * 7) % 97))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))
    assert 0 < cache.facts().bytes <= 200_000
    cache.clear()
    assert cache.facts().entries == 0
