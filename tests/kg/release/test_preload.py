"""Engines are opened in the background, and an observer who comes later still sees all their workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import ReleaseMissing
from kg.core.media_types import FORMS
from kg.core.settings import read_settings
from kg.engine import Question
from kg.engine.observer import HasPoolStatus
from kg.release.preload import Opening
from tests.serving import make_release, until


class Counting:
    """An observer that holds the pools that are open, and counts what ends."""

    def __init__(self) -> None:
        self.pools: list[HasPoolStatus] = []
        self.ended: list[str] = []

    def pool_opened(self, pool: HasPoolStatus) -> None:
        self.pools.append(pool)

    def pool_closed(self, pool: HasPoolStatus) -> None:
        self.pools.remove(pool)

    def question_ended(self, outcome: str, lane: str, seconds: float) -> None:
        self.ended.append(f"{lane} {outcome} {seconds >= 0}")

    def worker_ended(self, reason: str) -> None:
        self.ended.append(reason)

    def zygote_restarted(self) -> None:
        self.ended.append("restarted")


@pytest.mark.parametrize("is_late", [False, True])
def test_the_engines_answer_and_are_observed(tmp_path: Path, is_late: bool) -> None:
    make_release(tmp_path, [])
    observer, opening = Counting(), Opening(read_settings({}, home=tmp_path))
    if is_late:
        until(opening.is_done)
    lender = opening.opened(observer)
    try:
        with lender.lend() as engine:
            assert engine.answer(Question("ASK {}", FORMS["csv"])).body == b"true"
        (pool,) = observer.pools
        assert pool.staff().idle > 0
        assert observer.ended == ["quick ok True"]
    finally:
        lender.close()
    assert observer.pools == []


def test_what_cannot_be_opened_is_told_to_who_waits_for_it(tmp_path: Path) -> None:
    opening = Opening(read_settings({}, home=tmp_path))
    with pytest.raises(ReleaseMissing, match="Run 'kg build' first"):
        opening.opened(Counting())
