"""Any text fits into one line, and no visible sign of it is lost."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kg.output.citation.text import one_line
from tests.kg.output.citation.works import HOSTILE_TEXT, IN_ONE_LINE


def test_breaks_become_spaces_and_what_turns_the_direction_goes() -> None:
    assert one_line(HOSTILE_TEXT) == IN_ONE_LINE
    assert one_line("Fünf\u00adjahres\u00adplan\x85\u2029第十四个") == "Fünfjahresplan 第十四个"


@given(st.text())
def test_a_line_has_no_break_and_all_visible_signs(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    assert line.replace(" ", "") == "".join(sign for sign in text if unicodedata.category(sign) not in unseen)
    assert one_line(line) == line
