"""The editor: its page works without scripts, and its addresses answer whatever is sent to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.core.errors import HeaderInvalid
from kg.core.media_types import FORMS
from kg.core.names import LANGUAGES
from kg.engine import Question, rows_of
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import Catalogue
from kg.sparql.lexer import Kind, kind_of
from server.pages.editor import Example, beginners
from tests.catalogue import project_catalogue
from tests.server.page import Page

QUERY = "application/sparql-query"
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


@pytest.mark.parametrize("path", ["/editor", "/sparql", "/sparql/form", "/sparql?lang=de", "/editor?query="])
def test_the_same_page_is_at_each_of_its_addresses(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    assert Page(response.text).all("textarea")[-1]["name"] == "query"
    assert beginners()[0].text.splitlines()[0] in Page(response.text).text


def test_a_query_in_the_address_is_answered_without_scripts(client: FlaskClient) -> None:
    page = Page(client.get("/editor", query_string={"query": "SELECT (42 AS ?x) {}"}).text)
    assert page.problems == []
    assert "42" in page.text


@pytest.mark.parametrize(("query", "status"), [("SELECT", 400), ("CLEAR ALL", 403), ("ASK {" * 999, 400)])
def test_a_query_that_is_refused_is_reported_with_its_status(client: FlaskClient, query: str, status: int) -> None:
    response = client.get("/editor", query_string={"query": query})
    assert response.status_code == status
    assert Page(response.text).problems == []


def test_a_problem_reaches_the_editor_as_a_success_with_its_status_within(client: FlaskClient) -> None:
    headers = {"Accept": "application/sparql-results+json, application/problem+json;q=0.9"}
    response = client.post("/editor/ask", data="SELECT * { ?a fyp:inPlan ?b }", content_type=QUERY, headers=headers)
    assert (response.status_code, response.mimetype) == (200, "application/problem+json")
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.get_json()
    assert (problem["status"], problem["line"], problem["mend"]["line"]) == (400, 1, 1)
    assert problem["mend"]["insert"].startswith("PREFIX fyp:")


def test_an_answer_for_the_editor_equals_that_of_the_endpoint(client: FlaskClient) -> None:
    headers = {"Accept": "application/sparql-results+json, application/problem+json;q=0.9"}
    sent = {"data": "SELECT (1 AS ?x) {}", "content_type": QUERY, "headers": headers}
    ours, its = client.post("/editor/ask", **sent), client.post("/sparql", **sent)
    assert (ours.data, ours.headers["FYP-Release"]) == (its.data, its.headers["FYP-Release"])


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"ASK{?s ?p ?o}", QUERY, 200),
        (b"", QUERY, 200),
        (b"\xff\xfe", QUERY, 400),
        (b"ASK {}", "text/plain", 415),
        (b"query=ASK", "application/x-www-form-urlencoded", 415),
        (b"{" * 1_100_000, QUERY, 413),
        ("SELECT ‘ ' \0".encode(), QUERY, 200),
    ],
)
def test_the_layout_answers_whatever_is_sent(client: FlaskClient, body: bytes, media_type: str, status: int) -> None:
    response = client.post("/editor/format", data=body, content_type=media_type)
    assert response.status_code == status
    if status == 200:
        assert response.mimetype == QUERY


def test_a_query_comes_back_laid_out(client: FlaskClient) -> None:
    response = client.post("/editor/format", data="ASK{?s ?p ?o.?a ?b ?c}", content_type=QUERY)
    assert response.text == "ASK {\n  ?s ?p ?o .\n  ?a ?b ?c\n}\n"


@pytest.mark.parametrize("path", ["/editor/terms.json?lang=fr", "/editor/examples.json?lang=fr", "/editor?query=%FF"])
def test_what_is_wrong_with_an_address_is_said(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_begin_with_those_for_beginners(client: FlaskClient, catalogue: Catalogue, language: str) -> None:
    subjects = client.get(f"/editor/examples.json?lang={language}").get_json()["subjects"]
    assert [listed_example["slug"] for listed_example in subjects[0]["examples"]] == [
        example.slug for example in beginners()
    ]
    listed = [listed_example for subject in subjects[1:] for listed_example in subject["examples"]]
    assert {listed_example["slug"] for listed_example in listed} == set(catalogue.questions)
    assert all(
        listed_example["title"] == catalogue.get(listed_example["slug"]).question[language] for listed_example in listed
    )
    assert not any(line.startswith("#+") for listed_example in listed for line in listed_example["text"].splitlines())


def test_the_page_shows_the_beginning_of_a_large_answer_and_says_so(client: FlaskClient) -> None:
    note = "Only the beginning of the answer is shown here."
    for pattern, large in (("?s ?p ?o", True), ("?s a <http://www.w3.org/2002/07/owl#Ontology>", False)):
        for form in ("SELECT *", "CONSTRUCT { ?s ?s ?s }"):
            page = client.get("/editor", query_string={"query": f"{form} {{ {pattern} }}"}).text
            assert (note in page) is large
            assert len(page) < 1_000_000


@pytest.mark.parametrize("path", ["/editor/examples.json", "/editor/terms.json"])
def test_data_follow_the_address_and_no_browser(client: FlaskClient, path: str) -> None:
    """Else a cache between us would give one reader the language of another."""
    plain, german = client.get(path), client.get(path, headers={"Accept-Language": "de"})
    assert plain.data == german.data == client.get(f"{path}?lang=en").data
    assert "Accept-Language" not in german.headers.get("Vary", "")


@pytest.mark.parametrize("example", beginners(), ids=lambda example: example.slug)
def test_an_example_for_beginners_has_an_answer(engine: EmbeddedEngine, example: Example) -> None:
    text = example.text
    kind = kind_of(text)
    answer = b"".join(engine.answer(Question(text, FORMS["nt" if kind.makes_graph else "srj"])).chunks())
    if kind is Kind.SELECT:
        assert len(rows_of(answer).rows) > 1
    else:
        assert b"false" not in answer
        assert len(answer) > 10


def test_the_slugs_of_examples_and_of_questions_are_different(catalogue: Catalogue) -> None:
    assert {example.slug for example in beginners()} & set(catalogue.questions) == set()


def test_an_example_without_a_title_in_one_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.rq").write_text("#+ id: one\n#+ order: 1\n#+ title: {en: One, de: Eins}\nASK {}\n", "utf-8")
    with pytest.raises(HeaderInvalid, match="a title in each of"):
        beginners(tmp_path)
