"""reconciler: a column of a data frame is matched by a running server."""

from __future__ import annotations

import pandas as pd
import pytest
from reconciler import reconcile

# what the client does with pandas is older than this pandas
pytestmark = [pytest.mark.server, pytest.mark.filterwarnings("ignore:The inplace keyword")]

COLUMN = pd.Series(["工业互联网", "Big Data", "Künstliche Intelligenz", "technology-5g"], name="term")


@pytest.fixture
def service(endpoint: str) -> str:
    """The address of the reconciliation service."""
    return endpoint.removesuffix("sparql") + "reconcile"


def test_a_column_in_three_languages_is_matched(service: str) -> None:
    frame = reconcile(COLUMN, type_id="Technology", reconciliation_endpoint=service)
    matched = dict(zip(frame["input_value"], frame["id"], strict=True))
    assert matched == {
        "工业互联网": "technology-industrial-internet",
        "Big Data": "technology-big-data",
        "Künstliche Intelligenz": "technology-artificial-intelligence",
        "technology-5g": "technology-5g",
    }
    assert frame["match"].all()
    assert set(frame["type_id"]) == {"Technology"}


def test_another_column_tells_things_apart(service: str) -> None:
    frame = pd.DataFrame({"target": ["ICT industry revenue"], "year": ["2025"], "plan": ["plan-ict"]})
    table = reconcile(
        frame["target"],
        type_id="QuantitativeTarget",
        property_mapping={"year": frame["year"], "plan": frame["plan"]},
        reconciliation_endpoint=service,
    )
    assert table.loc[0, "id"] == "ict-t1"
    assert table.loc[0, "score"] > 90


def test_more_cells_than_a_batch_holds_are_matched(service: str) -> None:
    names = pd.Series([f"Big Data {number}" for number in range(25)])
    table = reconcile(names, top_res="all", reconciliation_endpoint=service)
    assert table["input_value"].nunique() == 25
