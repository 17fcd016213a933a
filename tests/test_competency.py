"""Each canned question, the twenty competency questions among them, gives its expected answer, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kg.core.media_types import FORMS
from kg.engine import Question, select
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import CannedQuestion, Catalogue, bind
from tests.catalogue import project_catalogue

EXPECTED = Path(__file__).parent / "expected"
VARIANTS = {
    "own-words": {"scope": ["own-words"]},
    "rolled-up": {"scope": ["rolled-up"]},
    "any-element": {"scope": ["any-element"]},
    "anything-in-the-ii-plan": {"technology": [], "plan": ["id:plan-ii"]},
    "at-least-twice": {"minimum": ["2"]},
    "in-chinese": {"language": ["zh"]},
    "of-a-branch": {"branch": ["id:technology-key-software"]},
    "of-a-kind": {"kind": ["fyp:Sector"]},
    "of-countries": {"vocabulary": [], "kind": ["fyp:Country"]},
    "of-the-ii-plan": {"plan": ["id:plan-ii"]},
    "of-the-tw-plan": {"plan": ["id:plan-tw"]},
    "official": {"trust": ["fyp:trustOfficial"]},
    "official-target": {"target": ["id:official-sw-t1"]},
    "rd-institutions": {"feature": ["id:mode-rd-institutions"]},
    "titles": {"type": ["fyp:PlanTitle"]},
    "actors-of-the-big-data-plan": {"a": ["id:plan-bd"], "b": ["id:plan-tw"], "kind": ["fyp:StakeholderGroup"]},
    "anywhere": {"scope": ["anywhere"]},
    "areas-of-the-big-data-plan": {"plan": ["id:plan-bd"], "kind": ["fyp:CooperationArea"]},
    "colleges-officially": {"stakeholder": ["id:stakeholder-technical-colleges"], "layer": ["fyp:kindOfficial"]},
    "communication": {"branch": ["id:technology-communication-technology"]},
    "every-event": {"scope": ["all-events"]},
    "named-in-objectives": {"kind": ["fyp:Objective"]},
    "numerical-control": {"indicator": ["id:indicator-process-numerical-control-rate"]},
    "of-5g-users": {"minimum": ["1"], "indicator": ["id:indicator-5g-user-penetration"]},
    "of-miit": {"issuer": ["id:ministry-miit"]},
    "of-the-green-plan": {"plan": ["id:plan-gr"]},
    "of-the-ict-plan": {"plan": ["id:plan-ict"]},
    "of-the-worker-plan": {"plan": ["id:plan-tw"]},
    "per-year": {"measure": ["per-year"]},
    "printed": {"layer": ["fyp:kindStated"]},
    "projects-of-the-green-plan": {"plan": ["id:plan-gr"], "kind": ["id:element-kind-project"]},
    "since-2025": {"since": ["2025"]},
    "software-and-big-data": {"a": ["id:plan-sw"], "b": ["id:plan-bd"]},
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


def answer(path: Path, catalogue: Catalogue, engine: EmbeddedEngine) -> str:
    """The answer that a file expects: the question of its name, with the values of the variant in its name."""
    slug, _, variant = path.stem.partition(".")
    text = bind(catalogue.get(slug), VARIANTS[variant] if variant else {}, engine)
    return engine.answer(Question(text, FORMS[path.suffix[1:]])).body.decode("utf-8")


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.csv")), ids=lambda path: path.stem)
def test_a_question_gives_its_expected_answer(path: Path, catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    rows = list(csv.reader(io.StringIO(answer(path, catalogue, engine))))
    assert rows == list(csv.reader(path.read_text("utf-8").splitlines()))


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.nt")), ids=lambda path: path.stem)
def test_a_question_gives_its_expected_graph(path: Path, catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    assert sorted(set(answer(path, catalogue, engine).splitlines())) == path.read_text("utf-8").splitlines()


def test_all_twenty_are_there_and_each_has_an_expected_answer(catalogue: Catalogue) -> None:
    numbers = sorted(question.competency for question in catalogue.questions.values() if question.competency)
    assert numbers == list(range(1, 21))
    graphs = {slug for slug, question in catalogue.questions.items() if question.kind.makes_graph}
    assert {path.stem.partition(".")[0] for path in EXPECTED.glob("*.nt")} == graphs
    assert {path.stem.partition(".")[0] for path in EXPECTED.glob("*.csv")} == set(catalogue.questions) - graphs


def size(question: CannedQuestion, params: Mapping[str, Sequence[str]], engine: EmbeddedEngine) -> int:
    """The number of rows, or of triples."""
    text = bind(question, params, engine)
    if question.kind.makes_graph:
        return len(set(engine.answer(Question(text, FORMS["nt"])).body.splitlines()))
    return len(select(engine, text).rows)


def test_every_promise_in_a_header_holds(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    for question in catalogue.questions.values():
        assert question.tests, question.slug
        for promise in question.tests:
            params = {
                key: value if isinstance(value, list) else [value] for key, value in promise.get("params", {}).items()
            }
            rows = size(question, params, engine)
            assert rows >= int(promise.get("min_rows", 0)), question.slug
            assert rows == int(promise.get("rows", rows)), question.slug


def test_every_column_of_an_answer_is_described_and_the_rows_have_an_order(
    catalogue: Catalogue, engine: EmbeddedEngine
) -> None:
    for question in catalogue.questions.values():
        if question.kind.makes_graph:  # which has neither columns nor an order
            assert question.columns == (), question.slug
        else:
            table = select(engine, bind(question, {}, engine))
            assert {column.name for column in question.columns} == set(table.variables), question.slug
            assert "ORDER BY" in question.text, question.slug
        assert "SERVICE" not in question.text, question.slug
        assert "FROM" not in question.text, question.slug


def test_the_default_question_has_the_five_objectives(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    table = select(engine, bind(catalogue.get("objectives-mentioning-technology"), {}, engine))
    slugs = {str(term).rpartition("/")[2].rstrip(">") for term in table.column("objective")}
    assert slugs == {"bd-o3-1", "bd-o4-1", "ict-o1-2", "ict-o2-1", "ii-o4"}
