"""The snippets of a question's page, run as a reader runs them, against the real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.engine import Engine
from kg.questions.result import QuestionResult, answer_question
from server.pages.result.snippets import snippets
from tests.catalogue import project_catalogue
from tests.server.running_snippets import WAYS, run

pytestmark = pytest.mark.server

SLUG = "objectives-mentioning-technology"
GIVEN = {"technology": ["id:technology-5g"], "scope": ["any-element"]}


@pytest.fixture(scope="module")
def service(endpoint: str) -> str:
    """The address of the service."""
    return endpoint.removesuffix("/sparql")


@pytest.fixture(scope="module")
def asked(engine: Engine) -> QuestionResult:
    return answer_question(engine, project_catalogue().questions[SLUG], GIVEN, "zh")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pinned", [False, True], ids=["current", "pinned"])
def test_a_snippet_gets_the_rows_of_the_answer(
    service: str,
    asked: QuestionResult,
    tmp_path: Path,
    way: str,
    pinned: bool,
) -> None:
    assert len(asked.rows) > 1
    base = f"{service}/release/{asked.release_id}" if pinned else service
    # pandas prints some columns only
    more = "print(rows.to_csv())\n" if way == "Python" else ""
    printed = run(way, snippets(asked, base)[way] + more, tmp_path)
    for row in asked.rows:
        assert asked.words(row[asked.place("surface")]) in printed


def test_a_snippet_with_a_wrong_value_ends_with_the_reason(service: str, asked: QuestionResult, tmp_path: Path) -> None:
    text = snippets(asked, service)["curl"].replace("technology-5g", "nowhere")
    with pytest.raises(AssertionError):
        run("curl", text, tmp_path)
