"""pandas: an answer as a data frame, read from the address of a query."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import pytest

from tests.clients.conftest import TITLES

pytestmark = pytest.mark.server

COUNTS = "SELECT ?class (COUNT(*) AS ?number) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?number) ?class"


@pytest.mark.parametrize("by", ["format", "accept"])
def test_csv_becomes_a_frame_with_its_chinese_intact(endpoint: str, titles: list[str], by: str) -> None:
    fields = {"query": TITLES} | ({"format": "csv"} if by == "format" else {})
    headers = {"Accept": "text/csv"} if by == "accept" else None
    frame = pd.read_csv(f"{endpoint}?{urlencode(fields)}", storage_options=headers)
    assert list(frame.columns) == ["plan", "title"]
    assert list(frame["title"]) == titles
    assert frame["title"].str.contains("规划").all()


def test_numbers_are_numbers(endpoint: str) -> None:
    frame = pd.read_csv(f"{endpoint}?{urlencode({'query': COUNTS, 'format': 'csv'})}")
    assert frame["number"].dtype == "int64"
    assert frame["number"].is_monotonic_decreasing


def test_json_results_become_a_frame(endpoint: str, titles: list[str]) -> None:
    results = pd.read_json(f"{endpoint}?{urlencode({'query': TITLES, 'format': 'json'})}")
    frame = pd.json_normalize(results.loc["bindings", "results"])
    assert list(frame["title.value"]) == titles
    assert set(frame["title.xml:lang"]) == {"zh"}
