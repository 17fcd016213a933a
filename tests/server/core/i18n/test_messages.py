"""Errors, advice on a broken query and reasons of an empty answer are in the language of the page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.core.errors import Message, SearchTooLong
from kg.core.vocabularies import VOCABULARIES
from kg.diagnostics.empty_result import explain
from kg.diagnostics.term_suggestions import terms_of
from kg.engine import Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.pool.ipc import error_from_head, error_head
from kg.engine.store import Store
from kg.graph.ontology.terms import Sort
from kg.output.datapackage import TABLES
from kg.reconcile.properties import DERIVED
from server.core.i18n.filters import translated_or_empty
from server.core.i18n.language import translate
from server.pages.downloads.groups import GROUPS
from server.pages.ontology.rules import PIECES
from tests.kg.diagnostics.test_empty_result import EMPTY, PROLOGUE
from tests.kg.diagnostics.test_syntax import BROKEN, advice_on, refusal
from tests.server.page import Page
from tests.server.spoken import Spoken, catalogue

FOREIGN = ("de", "zh")
# texts of the library that pages show
LIBRARY = [
    *(sort.value for sort in Sort),
    *(table.title for table in TABLES),
    *(derived.meaning for derived in DERIVED if derived.meaning and derived.vocabulary is None),
    *(vocabulary.title for vocabulary in VOCABULARIES.values() if vocabulary.title.startswith("the ")),
    *(text for group in GROUPS for text in (group.title, group.use)),
    *PIECES,
]


@pytest.mark.parametrize("language", FOREIGN)
def test_texts_of_the_library_are_in_the_catalogues(language: str) -> None:
    translations = {message.id: message.string for message in catalogue(language) if isinstance(message.id, str)}
    assert [text for text in LIBRARY if not translations.get(text)] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_each_remedy_is_translated(app: Flask, language: str) -> None:
    nothing = EmbeddedEngine(Store(), "empty", 128)
    with app.test_request_context(f"/?lang={language}"):
        remedies = [advice_on(nothing, text).remedy for text, *_ in BROKEN]
        assert [remedy for remedy in remedies if translate(remedy) == str(remedy)] == []
        errors = [error for text, *_ in BROKEN if (error := refusal(nothing, text)) is not None]
        details = [error.message for error in errors]
        assert [detail for detail in details if translate(detail) == str(detail)] == []
    with app.test_request_context("/"):
        assert [remedy for remedy in remedies if translate(remedy) != str(remedy)] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_each_reason_is_translated(app: Flask, engine: EmbeddedEngine, language: str) -> None:
    terms = terms_of(engine)
    explained = [explain(engine, Question(PROLOGUE + text), terms) for text, *_ in EMPTY]
    words = {text for each in explained for text in (each.summary, *(finding.words for finding in each.findings))}
    with app.test_request_context(f"/?lang={language}"):
        assert sorted(str(text) for text in words if translate(text) == str(text)) == []


def test_names_of_the_query_stay_as_they_are(app: Flask) -> None:
    message = Message("The graph has no class %(name)s; did you mean %(near)s?", name="fyp:Plam", near="fyp:Plan")
    with app.test_request_context("/?lang=de"):
        assert translate(message) == "Der Graph hat keine Klasse fyp:Plam; meinten Sie fyp:Plan?"
        assert translate("A text for operators.") == "A text for operators."
        assert translated_or_empty("A text for operators.") == ""
    with app.test_request_context("/?lang=en"):
        assert translated_or_empty("A text for operators.") == "A text for operators."


def test_an_error_of_a_worker_is_translated_like_any_other(app: Flask) -> None:
    most = Message("%(value)s is not known; choose %(offered)s.", value="'x'", offered="a")
    with app.test_request_context("/?lang=de"):
        assert (
            translate(error_from_head(error_head(SearchTooLong(most))).message)
            == "'x' ist nicht bekannt; zur Wahl stehen: a."
        )


def test_a_page_says_the_remedy_and_the_problem_in_its_language(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o", "lang": "de"}
    page = client.get("/sparql", query_string=query, headers={"Accept": "text/html,*/*;q=0.8"}).text
    assert ("Die Klammer { ist nicht geschlossen; setzen Sie am Ende }.", "de") in Spoken(page).texts
    assert "lang" not in next(paragraph for paragraph in Page(page).all("p") if paragraph.get("class") == "problem")


def test_programs_read_english_and_the_editor_the_language_of_its_page_as_well(client: FlaskClient) -> None:
    body = {"data": "SELECT * { ?s ?p ?o", "content_type": "application/sparql-query"}
    chinese = {"detail": "第 1 行第 20 列：查询无法解析，结束过早。", "remedy": "括号 { 没有闭合，请在末尾加上 }。"}
    for address, words in (("/editor/ask", {}), ("/editor/ask?lang=zh", chinese)):
        problem = client.post(address, headers={"Accept": "application/json"}, **body).get_json()
        assert problem["remedy"] == "The bracket { is not closed; add } at the end."
        in_english = {key: problem[key] for key in ("detail", "remedy")}
        assert problem["said"] == (words or in_english)
    query = {"query": PROLOGUE + "SELECT * { ?p a fyp:SectorPlan }", "explain": "empty"}
    plain = client.get("/sparql", query_string=query, headers={"Accept": "application/json"}).get_json()
    assert "said" not in plain["findings"][0]
    german = client.get(
        "/sparql", query_string={**query, "lang": "de"}, headers={"Accept": "application/json"}
    ).get_json()
    assert german["findings"][0]["words"] == plain["findings"][0]["words"]
    assert german["findings"][0]["said"].startswith("Der Graph hat keine Klasse fyp:SectorPlan; meinten Sie")


PROBLEMS = (
    "/page/nothing-here",
    "/q/nothing",
    "/nothing",
    "/release/0000000000000000/",
    "/problem/Nothing",
    "/q/all-targets.pdf",
    "/page/plan-ict.pdf",
    "/data/plan-ict.pdf",
    "/q/all-targets?sort=colour",
    "/q/all-targets?page=0",
    "/q/all-targets?only.written=x",
    "/q/all-targets?plan=id:nobody",
    "/q/all-targets?plan=javascript:x",
    "/q/all-targets?nobody=1",
    "/search?page=0",
    "/search?kind=fyp:Nobody",
    "/search?q=" + "x" * 1_200,
    "/dumps/nothing.nt.gz",
    "/exports/nothing.csv",
    "/linkset.json?about=/nothing",
)


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("path", PROBLEMS)
def test_a_problem_is_in_the_language_of_the_page(client: FlaskClient, path: str, language: str) -> None:
    address = path + ("&" if "?" in path else "?") + f"lang={language}"
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code in (400, 404, 406)
    alerts = [
        element for tag in ("p", "span") for element in Page(response.text).all(tag) if element.get("role") == "alert"
    ]
    assert alerts
    assert all("lang" not in element for element in alerts)
    assert "There is" not in response.text
