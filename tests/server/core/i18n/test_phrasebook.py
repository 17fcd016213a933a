"""Messages about a broken query, or an empty answer, are in the language of the page."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.diagnostics.empty_result import explain
from kg.diagnostics.term_suggestions import terms_of
from kg.engine import Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from server.core.i18n.phrasebook import translate_message
from tests.kg.diagnostics.test_empty_result import EMPTY, PROLOGUE
from tests.kg.diagnostics.test_syntax import BROKEN, advice_on, refusal
from tests.server.page import Page
from tests.server.spoken import Spoken

FOREIGN = ("de", "zh")


@pytest.mark.parametrize("language", FOREIGN)
def test_each_remedy_is_known(app: Flask, language: str) -> None:
    nothing = EmbeddedEngine(Store(), "empty", 128)
    with app.test_request_context(f"/?lang={language}"):
        remedies = [advice_on(nothing, text).remedy for text, *_ in BROKEN]
        assert [message for message in remedies if translate_message(message) in ("", message)] == []
        details = [str(refusal(nothing, text)) for text, *_ in BROKEN]
        assert [message for message in details if ": " in message and translate_message(message) == message] == []
    with app.test_request_context("/"):
        assert [message for message in remedies if translate_message(message) != message] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_each_reason_is_known(app: Flask, engine: EmbeddedEngine, language: str) -> None:
    terms = terms_of(engine)
    explained = [explain(engine, Question(PROLOGUE + text), terms) for text, *_ in EMPTY]
    words = {message for each in explained for message in (each.summary, *(finding.words for finding in each.findings))}
    with app.test_request_context(f"/?lang={language}"):
        assert sorted(message for message in words if translate_message(message) in ("", message)) == []


def test_names_of_the_query_stay_as_they_are(app: Flask) -> None:
    with app.test_request_context("/?lang=de"):
        assert translate_message("The graph has no class fyp:Plam; did you mean fyp:Plan or fyp:Place?") == (
            "Der Graph hat keine Klasse fyp:Plam; meinten Sie fyp:Plan oder fyp:Place?"
        )
        assert (
            translate_message("Add this line at the top:\nPREFIX a: <b>")
            == "Setzen Sie diese Zeile an den Anfang:\nPREFIX a: <b>"
        )
        assert (
            translate_message("There is no graph a. There are: b, c.")
            == "Einen Graphen a gibt es nicht. Es gibt: b, c."
        )
        assert translate_message("Something that nobody has said.") == ""


def test_a_long_name_costs_no_time(app: Flask) -> None:
    with app.test_request_context("/?lang=de"):
        begun = time.process_time()
        translate_message("The bracket " + " is not closed; add " * 90 + " before " * 20)
        translate_message("The bracket " * 10_000)
        assert time.process_time() - begun < 1


def test_a_page_says_the_remedy_in_its_language_and_marks_what_is_english(client: FlaskClient) -> None:
    asked = {"query": "SELECT * { ?s ?p ?o", "lang": "de"}
    page = client.get("/sparql", query_string=asked, headers={"Accept": "text/html,*/*;q=0.8"}).text
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
    asked = {"query": PROLOGUE + "SELECT * { ?p a fyp:SectorPlan }", "explain": "empty"}
    plain = client.get("/sparql", query_string=asked, headers={"Accept": "application/json"}).get_json()
    assert "said" not in plain["findings"][0]
    named = client.get(
        "/sparql", query_string={**asked, "lang": "de"}, headers={"Accept": "application/json"}
    ).get_json()
    assert named["findings"][0]["words"] == plain["findings"][0]["words"]
    assert named["findings"][0]["said"].startswith("Der Graph hat keine Klasse fyp:SectorPlan; meinten Sie")


MISHAPS = (
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
)


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("path", MISHAPS)
def test_what_went_wrong_is_said_in_the_language_of_the_page(client: FlaskClient, path: str, language: str) -> None:
    address = path + ("&" if "?" in path else "?") + f"lang={language}"
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code in (400, 404, 406)
    alerts = [
        element for tag in ("p", "span") for element in Page(response.text).all(tag) if element.get("role") == "alert"
    ]
    assert alerts
    assert all("lang" not in element for element in alerts)
    assert "There is" not in response.text


def test_a_name_with_the_end_of_a_sentence_in_it_does_not_swallow_the_next_sentence(app: Flask) -> None:
    with app.test_request_context("/?lang=de"):
        assert translate_message("There is no question 'a. b'. The questions are listed at /q/.") == (
            "Eine Frage 'a. b' gibt es nicht. Die Fragen sind unter /q/ aufgeführt."
        )
        assert translate_message("There is no question 'a'. " * 70) == ""


def test_a_search_that_takes_too_long_is_told_in_each_language(app: Flask) -> None:
    text = "The search took longer than 10 seconds. Search for fewer or rarer words."
    with app.test_request_context("/?lang=de"):
        assert (
            translate_message(text)
            == "Die Suche dauerte länger als 10 Sekunden. Suchen Sie nach weniger oder selteneren Wörtern."
        )
    with app.test_request_context("/?lang=zh"):
        assert translate_message(text) == "搜索超过了 10 秒。请搜索更少或更罕见的词。"
