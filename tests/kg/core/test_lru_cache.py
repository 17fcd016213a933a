"""A cache holds so many values and drops the one that was used longest ago."""

from __future__ import annotations

from functools import partial

import pytest

from kg.core.lru_cache import LruCache


def test_the_value_used_longest_ago_leaves() -> None:
    made = list[str]()

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    cache = LruCache[str, str](2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert cache.get(key, partial(make, key)) == key.upper()
    assert made == ["a", "b", "c", "b"]
    assert len(cache) == 2


def test_none_is_a_value_and_an_error_is_not() -> None:
    cache = LruCache[str, None](1)
    cache.get("a", lambda: None)
    assert cache.get("a", lambda: pytest.fail("it is cached")) is None

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get("b", fail)
    assert len(cache) == 1
