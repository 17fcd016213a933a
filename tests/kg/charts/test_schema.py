"""Every specification is valid by the JSON Schema of Vega-Lite, which Altair carries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kg.charts import chart_of, empty_chart
from kg.engine.embedded import EmbeddedEngine
from kg.questions.result import answer_question
from tests.catalogue import project_catalogue
from tests.kg.charts.answers import answer
from tests.kg.charts.test_drawing import CHARTS, COLUMNS, row


@pytest.fixture(scope="module")
def schema() -> Any:
    """A validator; Altair itself need not be imported for its file."""
    altair = find_spec("altair")
    assert altair is not None
    assert altair.origin is not None
    path = Path(altair.origin).parent / "vegalite" / "v6" / "schema" / "vega-lite-schema.json"
    return jsonschema.Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def problems(schema: Any, spec: dict[str, Any]) -> Iterator[str]:
    return (error.message[:300] for error in schema.iter_errors(spec))


@pytest.mark.parametrize("kind", CHARTS)
def test_each_kind_makes_valid_specifications(schema: Any, kind: str) -> None:
    rows = [row(f"thing {n}", f"thing {(n * 7) % 11}", n % 5 - 1) for n in range(30)]
    result = answer(CHARTS[kind], COLUMNS, rows)
    picture = chart_of(result)
    assert picture is not None
    assert list(problems(schema, picture.spec)) == []
    assert list(problems(schema, empty_chart(result).spec)) == []


@pytest.mark.parametrize("slug", [each.slug for each in project_catalogue().questions.values() if each.chart])
def test_the_catalogue_makes_valid_specifications(schema: Any, engine: EmbeddedEngine, slug: str) -> None:
    picture = chart_of(answer_question(engine, project_catalogue().get(slug), {}))
    assert picture is not None
    assert list(problems(schema, picture.spec)) == []


def test_the_schema_can_say_no(schema: Any) -> None:
    assert list(problems(schema, {"mark": "nonsense"})) != []
