"""A new release serves new questions, and the old one stays until its last user has gone."""

from __future__ import annotations

import pytest

from kg.core.errors import ReleaseBroken
from kg.engine import Answer, Question
from kg.engine.limits import CancellationToken
from kg.engine.registry import CurrentEngine


class Fake:
    def __init__(self, release_id: str) -> None:
        self.release_id, self.closed = release_id, False

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        del cancellation
        return Answer(self.release_id.encode(), question.form)

    def close(self) -> None:
        self.closed = True


class StartGroup:
    def __init__(self) -> None:
        self.current, self.made, self.broken = "one", list[Fake](), False

    def make(self) -> Fake:
        if self.broken:
            raise ReleaseBroken("half-written")
        self.made.append(Fake(self.current))
        return self.made[-1]

    def closed(self) -> list[bool]:
        return [engine.closed for engine in self.made]


def current(release_store: StartGroup) -> CurrentEngine:
    return CurrentEngine(lambda: release_store.current, release_store.make)


def test_nothing_happens_while_the_release_is_the_same() -> None:
    release_store = StartGroup()
    assert not current(release_store).refresh()
    assert len(release_store.made) == 1


def test_a_new_release_serves_new_questions_and_the_old_one_ends_with_its_last_user() -> None:
    release_store = StartGroup()
    engine = current(release_store)
    with engine.acquire() as old:
        release_store.current = "two"
        assert engine.refresh()
        assert old.answer(Question("")).body == b"one"
        assert release_store.closed() == [False, False]
        with engine.acquire() as new:
            assert new.release_id == "two"
    assert release_store.closed() == [True, False]


def test_an_unused_old_release_ends_at_once() -> None:
    release_store = StartGroup()
    engine = current(release_store)
    release_store.current = "two"
    engine.refresh()
    assert release_store.made[0].closed
    assert engine.release_id == "two"


def test_a_broken_new_release_leaves_the_old_one_serving() -> None:
    release_store = StartGroup()
    engine = current(release_store)
    release_store.current, release_store.broken = "two", True
    with pytest.raises(ReleaseBroken):
        engine.refresh()
    with engine.acquire() as lent:
        assert lent.release_id == "one"
    assert not release_store.made[0].closed
