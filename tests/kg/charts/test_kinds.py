"""The kinds are documented with all their fields."""

from __future__ import annotations

import re

import pytest

from kg.charts import KINDS
from kg.core.settings import PROJECT

PAGE = (PROJECT / "docs" / "reference" / "charts.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_documented_with_its_fields(kind: str) -> None:
    (needs, may) = re.findall(rf"^\| `{kind}` \|([^|]*)\|([^|]*)\|", PAGE, re.MULTILINE)[0]
    assert re.findall(r"`([\w-]+)`", needs) == list(KINDS[kind].needs)
    assert set(re.findall(r"`([\w-]+)`", may)) == {*KINDS[kind].may, *KINDS[kind].besides}


def test_no_kind_is_documented_that_there_is_not() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE) == list(KINDS)
