"""The W3C's tests over real HTTP; the page and the report say what a fresh run says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from tests.w3c.manifest import ABSENT, DESCRIPTION, FOLDER, PROTOCOL, STORE, Step, read_cases
from tests.w3c.report import EARL, PAGE, earl, page
from tests.w3c.runner import FAILED, INAPPLICABLE, PASSED, Run, run

pytestmark = pytest.mark.server

if not FOLDER.is_dir():
    pytest.skip(ABSENT, allow_module_level=True)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of all tests."""
    return run(read_cases(), tmp_path_factory.mktemp("w3c"))


def test_no_test_fails(fresh: Run) -> None:
    assert [(outcome.case.short, outcome.faults) for outcome in fresh.outcomes if outcome.word == FAILED] == []


@pytest.mark.parametrize(("suite", "passed", "inapplicable"), [(PROTOCOL, 27, 7), (STORE, 2, 12), (DESCRIPTION, 3, 0)])
def test_what_a_read_only_service_can_pass_is_passed(fresh: Run, suite: str, passed: int, inapplicable: int) -> None:
    assert Counter(outcome.word for outcome in fresh.outcomes if outcome.case.suite == suite) == Counter(
        {PASSED: passed, INAPPLICABLE: inapplicable}
    )


def test_a_test_is_inapplicable_only_if_it_writes_and_its_reading_half_was_run(fresh: Run) -> None:
    for outcome in fresh.outcomes:
        steps = len(outcome.case.steps)
        assert outcome.refused + outcome.read + outcome.unreadable == steps, outcome.case.short
        if outcome.word == INAPPLICABLE and outcome.case.suite == STORE:
            assert outcome.unreadable == (outcome.case.short == "post_get_new_graph")


def test_the_page_and_the_report_are_those_of_a_fresh_run(fresh: Run) -> None:
    assert PAGE.read_text("utf-8") == page(fresh), "run .venv/bin/python -m tests.w3c"
    assert EARL.read_text("utf-8") == earl(fresh), "run .venv/bin/python -m tests.w3c"


def test_the_report_tells_the_outcome_of_each_test(fresh: Run) -> None:
    quads = list(pyoxigraph.parse(earl(fresh), format=RdfFormat.TURTLE, base_iri="http://example.org/"))
    outcomes = Counter(str(quad.object) for quad in quads if quad.predicate.value.endswith("#outcome"))
    assert outcomes == Counter(f"<http://www.w3.org/ns/earl#{outcome.word}>" for outcome in fresh.outcomes)
    assert {quad.object.value for quad in quads if quad.predicate.value.endswith("#test")} == {
        outcome.case.iri for outcome in fresh.outcomes
    }


def wanting(step: Step, **other: Any) -> Step:
    """The same request, with another response wanted."""
    return replace(step, expected=replace(step.expected, **other))


def test_the_runner_sees_what_is_wrong(tmp_path: Path) -> None:
    """A runner that cannot fail proves nothing: a case that wants something else is reported as failed."""
    ask, store = (
        next(case for case in read_cases() if case.short == name) for name in ("query_get", "put_get_default")
    )
    question, (put, get) = ask.steps[0], store.steps
    other_graph = wanting(get, body="<urn:a> <urn:b> 1 .", content_type="text/turtle")
    wrong = [
        replace(ask, iri="x#a", steps=(wanting(question, boolean=False),)),
        replace(ask, iri="x#b", steps=(wanting(question, form="RDF"),)),
        replace(ask, iri="x#c", steps=(wanting(question, statuses=frozenset({"StatusCode4xx"})),)),
        replace(store, iri="x#d", steps=(put, other_graph)),
        replace(ask, iri="x#e", steps=(replace(question, headers={"content-type": "application/sparql-update"}),)),
    ]
    assert [case.faults for case in run(wrong, tmp_path).outcomes] == [
        ["the answer is True"],
        ["Content-Type application/sparql-results+json is not RDF"],
        ["status 200 instead of StatusCode4xx"],
        ["Content-Type text/turtle; charset=utf-8 instead of text/turtle", "the graph is another one"],
        ["GET was answered with 200 and not refused in words"],
    ]
