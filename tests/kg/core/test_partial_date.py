"""Moments: dates are as precise as they are known."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from kg.core.names import LANGUAGES, thing
from kg.core.partial_date import PartialDate, partial_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021", PartialDate(2021)),
        ("2021-11", PartialDate(2021, 11)),
        ("2021-11-30", PartialDate(2021, 11, 30)),
        ("2021-11-30T12:00:00+08:00", PartialDate(2021, 11, 30)),
        ("2021-11-30Z", PartialDate(2021, 11, 30)),
        ("2024-02-29", PartialDate(2024, 2, 29)),
        ("2021-02-29", None),
        ("2021-13", None),
        ("2021-00-10", None),
        ("0021", None),
        ("20210", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_read_by_its_form(text: str, moment: PartialDate | None) -> None:
    assert partial_date(Literal(text)) == moment


def test_what_is_no_literal_is_no_moment() -> None:
    assert partial_date(None) is None
    assert partial_date(thing("plan-ii")) is None


@pytest.mark.parametrize(
    ("moment", "texts"),
    [
        (PartialDate(2021), ("2021", "2021", "2021年")),
        (PartialDate(2021, 3), ("Mar 2021", "März 2021", "2021年3月")),
        (PartialDate(2021, 11, 30), ("30 Nov 2021", "30. Nov. 2021", "2021年11月30日")),
    ],
)
def test_a_moment_is_written_as_precisely_as_it_is_known(moment: PartialDate, texts: tuple[str, ...]) -> None:
    assert tuple(moment.written(language) for language in LANGUAGES) == texts


def test_a_moment_spans_what_is_not_known_of_it() -> None:
    assert PartialDate(2021).span == (0, 1)
    assert PartialDate(2021, 12).span == pytest.approx((11 / 12, 1))
    first, last = PartialDate(2021, 1, 1).span
    assert first == 0
    assert last == pytest.approx(1 / 12 / 31)
