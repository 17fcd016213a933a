"""Files are made once for a release, and the oldest are removed."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from kg.core.errors import EngineBusy
from kg.engine import Engine
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from server.pages.downloads import groups as files
from server.pages.downloads.groups import Bodies, Group, files_of_group, register


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    register(app)
    return app


def engine(release_id: str) -> Engine:
    return EmbeddedEngine(Store(), release_id, 10)


def test_a_group_is_made_once_for_each_release(app: Flask) -> None:
    asked = Counter[str]()

    def make(engine: Engine) -> Bodies:
        asked[engine.release_id] += 1
        return {"a": engine.release_id.encode()}

    group = Group("g", "", "", (), make)
    with app.app_context():
        for release_id in ("one", "two", "one", "one"):
            assert files_of_group(engine(release_id), group) == {"a": release_id.encode()}
    assert asked == {"one": 1, "two": 1}


def test_what_was_not_asked_for_longest_is_let_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MOST_BYTES", 10)
    asked = Counter[str]()

    def make(engine: Engine) -> Bodies:
        asked[engine.release_id] += 1
        return {"a": b"12345"}

    group = Group("g", "", "", (), make)
    with app.app_context():
        for release_id in ("one", "two", "one", "three", "one", "two"):
            files_of_group(engine(release_id), group)
    assert asked == {"one": 1, "two": 2, "three": 1}


def test_what_is_too_large_is_given_all_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MOST_BYTES", 1)
    with app.app_context():
        assert files_of_group(engine("one"), Group("g", "", "", (), lambda _: {"a": b"12"})) == {"a": b"12"}


def test_a_failure_is_not_held(app: Flask) -> None:
    busy = [EngineBusy("Too many questions; ask again.")]

    def make(_: Engine) -> Bodies:
        if busy:
            raise busy.pop()
        return {"a": b"1"}

    group = Group("g", "", "", (), make)
    with app.app_context():
        with pytest.raises(EngineBusy):
            files_of_group(engine("one"), group)
        assert files_of_group(engine("one"), group) == {"a": b"1"}
