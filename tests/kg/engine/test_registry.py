"""One registry for all releases: the current one is never opened twice."""

from __future__ import annotations

import pytest

from kg.core.errors import ReleaseBroken, ReleaseUnknown
from kg.engine import Question
from kg.engine.registry import CurrentEngine, EngineRegistry
from tests.kg.engine.test_older_releases import Fake, Stage


class Home:
    """A current release and older ones."""

    def __init__(self, **limits: float) -> None:
        self.current, self.made = "d", list[Fake]()
        self.stage = Stage(**limits)
        self.lender = EngineRegistry(CurrentEngine(lambda: self.current, self.make), self.stage.older)

    def make(self) -> Fake:
        if self.current == "broken":
            raise ReleaseBroken("half-written")
        self.made.append(Fake(self.current))
        return self.made[-1]

    def ask(self, release_id: str | None = None) -> str:
        with self.lender.acquire(release_id) as engine:
            return engine.answer(Question("")).body.decode()


def test_without_an_id_the_current_release_answers() -> None:
    home = Home()
    assert home.ask() == home.lender.release_id == "d"
    assert home.stage.opened() == ""


def test_the_current_release_under_its_own_id_is_no_second_engine() -> None:
    home = Home()
    assert home.ask("d") == "d"
    assert home.stage.opened() == ""
    assert len(home.made) == 1


def test_an_older_release_answers_under_its_id() -> None:
    home = Home()
    assert [home.ask("a"), home.ask(), home.ask("a")] == ["a", "d", "a"]
    assert home.stage.opened() == "a"


def test_a_release_that_was_current_is_opened_again_under_its_id() -> None:
    home = Home()
    with home.lender.acquire("d") as lent:
        home.current = "c"
        assert home.lender.refresh()
        assert lent.answer(Question("")).body == b"d"
        assert home.ask("c") == home.ask() == "c"
        assert home.stage.opened() == ""
        assert home.ask("d") == "d"
        assert home.stage.opened() == "d"
    assert home.made[0].closed == 1


def test_an_older_release_that_becomes_the_current_one_is_asked_as_such_and_rests_as_older() -> None:
    home = Home(idle_seconds=60)
    home.ask("c")
    home.current = "c"
    home.lender.refresh()
    assert home.ask("c") == "c"
    assert (home.stage.opened(), len(home.made)) == ("c", 2)
    home.stage.now += 60
    assert not home.lender.refresh()
    assert home.stage.closed() == "c"


def test_the_error_of_a_refresh_does_not_keep_older_ones_open() -> None:
    home = Home(idle_seconds=60)
    home.ask("a")
    home.stage.now += 61
    home.current = "broken"
    with pytest.raises(ReleaseBroken):
        home.lender.refresh()
    assert home.stage.closed() == "a"


def test_where_no_older_release_may_be_open_there_is_only_the_current_one() -> None:
    home = Home(most_open=0)
    assert home.ask("d") == "d"
    with pytest.raises(ReleaseUnknown, match=r"no release 'a' here\. There are: d\."):
        home.ask("a")


def test_closing_ends_the_current_and_the_older_ones() -> None:
    home = Home()
    home.ask("a")
    home.lender.close()
    assert home.stage.closed() == "a"
    assert home.made[0].closed == 1


def test_a_release_is_known_without_being_opened() -> None:
    home = Home()
    for release_id in ("d", "a"):
        home.lender.refuse_unknown(release_id)
    with pytest.raises(ReleaseUnknown, match="There is no release 'z' here"):
        home.lender.refuse_unknown("z")
    assert home.stage.opened() == ""
    with pytest.raises(ReleaseUnknown):
        Home(most_open=0).lender.refuse_unknown("a")
