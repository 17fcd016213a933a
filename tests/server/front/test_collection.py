"""Full collections do not look again at what survived an earlier one, unless they are asked to."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from server.front import collection


class Node:
    """An object that may refer to itself."""

    itself: Node


def cycle() -> Node:
    node = Node()
    node.itself = node
    return node


@pytest.fixture
def short() -> Iterator[None]:
    collection.keep_collections_short()
    yield
    gc.callbacks.remove(collection._freeze_survivors)
    collection.collect_all()


@pytest.mark.usefixtures("short")
def test_what_survives_a_full_collection_is_frozen() -> None:
    kept, before = [cycle() for _ in range(100)], gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() >= before + len(kept)


@pytest.mark.usefixtures("short")
def test_garbage_is_collected_and_frozen_garbage_when_it_is_asked_for() -> None:
    fresh, frozen = cycle(), cycle()
    of_fresh, of_frozen = weakref.ref(fresh), weakref.ref(frozen)
    del fresh
    gc.collect()
    assert of_fresh() is None
    del frozen
    gc.collect()
    assert of_frozen() is not None
    collection.collect_all()
    assert of_frozen() is None
