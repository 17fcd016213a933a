"""Which part of a file a Range header asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.http.headers import Part, part_of

TAG = '"abc"'


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=2-5", Part(2, 6)),
        ("bytes=7-", Part(7, 10)),
        ("bytes=7-99", Part(7, 10)),
        ("bytes=-3", Part(7, 10)),
        ("bytes=-99", Part(0, 10)),
        (" Bytes = 2 - 5 ", Part(2, 6)),
        # in several parts, in other units, or in no way that can be read: the whole
        ("", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=a-b", None),
        ("bytes=--1", None),
        ("bytes=0-1; x", None),
        ("bytes=²-3", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_a_range_is_read_as_the_standard_has_it(wanted: str, part: Part | None) -> None:
    assert part_of(10, wanted) == part


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999-"])
def test_what_the_file_does_not_have_is_an_empty_part(wanted: str) -> None:
    part = part_of(10, wanted)
    assert part is not None
    assert part.bytes == 0
    assert part.content_range(10) == "bytes */10"


@pytest.mark.parametrize(
    ("if_range", "tag", "whole"),
    [
        ("", TAG, False),
        (TAG, TAG, False),
        ('"other"', TAG, True),
        (f"W/{TAG}", TAG, True),
        (f"W/{TAG}", f"W/{TAG}", True),
        ("Wed, 25 Nov 2026 00:00:00 GMT", TAG, True),
    ],
)
def test_who_has_a_part_of_another_file_gets_the_whole(if_range: str, tag: str, whole: bool) -> None:
    assert (part_of(10, "bytes=2-5", if_range, tag) is None) == whole


@given(size=st.integers(0, 50), wanted=st.from_regex(r"\Abytes=[0-9]{0,3}-[0-9]{0,3}\Z"))
def test_no_part_reaches_beyond_the_file(size: int, wanted: str) -> None:
    part = part_of(size, wanted)
    if part is not None and part.bytes:
        assert 0 <= part.start < part.stop <= size
        assert part.content_range(size) == f"bytes {part.start}-{part.stop - 1}/{size}"
