"""The history of a home: which release was current when, and what each changed in numbers."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from kg.release import Manifest, Release
from kg.release.history import Change, History, read_history
from kg.release.store import ReleaseStore
from tests.server.dated_releases import DAYS, make_dated_home

UTC = datetime.UTC


def release(release_id: str, day: str, **graphs: int) -> Release:
    manifest = Manifest(release_id, sum(graphs.values()), graphs, "", 0, "", {}, built_on=day)
    return Release(Path(release_id), manifest)


A, B, C = (release(*one) for one in (("a", "2026-01-05"), ("b", "2026-03-10"), ("c", "2026-03-10")))
HISTORY = History((release("x", ""), A, B, C))


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (datetime.datetime(1970, 1, 1, tzinfo=UTC), A),
        (datetime.datetime(2026, 1, 5, tzinfo=UTC), A),
        (datetime.datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC), A),
        (datetime.datetime(2026, 3, 10, tzinfo=UTC), C),
        (datetime.datetime(9999, 12, 31, tzinfo=UTC), C),
        (datetime.datetime(2026, 3, 10, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2))), A),
    ],
)
def test_the_last_release_of_a_day_counts_from_its_beginning_and_the_first_for_all_time_before(
    moment: datetime.datetime, found: Release
) -> None:
    assert HISTORY.at(moment) == found


def test_without_a_day_nothing_was_current_at_any_time() -> None:
    assert History((release("x", ""),)).at(datetime.datetime.now(UTC)) is None
    assert History(()).at(datetime.datetime.now(UTC)) is None


def test_what_was_rolled_back_is_left_out() -> None:
    assert HISTORY.until("b").releases == HISTORY.releases[:3]
    assert HISTORY.until("nowhere").releases == ()


def test_a_release_is_found_by_its_id() -> None:
    assert HISTORY.get("b") == B
    assert HISTORY.get("nowhere") is None


def test_changes_are_counted_by_graph_between_neighbours() -> None:
    history = History((release("a", "", one=1, same=2, gone=3), release("b", "", one=4, same=2, new=5)))
    assert list(history.changes()) == [
        (history.releases[1], (Change("gone", 3, 0), Change("new", 0, 5), Change("one", 1, 4))),
        (history.releases[0], ()),
    ]


def test_a_shelf_is_read_in_order_of_days_whatever_was_written_last(tmp_path: Path) -> None:
    made = make_dated_home(tmp_path)
    oldest = made[0]
    replace(oldest.manifest, inputs_sha256="touched").write(oldest.folder)
    (oldest.folder / "touched").touch()
    found = read_history(ReleaseStore(tmp_path))
    assert [one.release_id for one in found.releases] == [one.release_id for one in made]
    assert [since.date() for since, _ in found.dated] == list(DAYS)
