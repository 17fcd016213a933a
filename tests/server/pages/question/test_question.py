"""Question pages: the answer, the form with its choices, and a reason at the field that is wrong."""

from __future__ import annotations

import csv
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import CannedQuestion, Catalogue, bind, choose, options_of
from kg.questions.result import answer_question
from server.core.context import request_context
from server.pages.question.question import page_of_question as question_page
from tests.catalogue import project_catalogue
from tests.server.page import Page

QUESTIONS = project_catalogue().questions
DEFAULT = "/q/objectives-mentioning-technology"
SEVERAL = "/q/plans-covering-technologies"


class Rows(HTMLParser):
    """The cells of the answer, row by row, as their texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.parents: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag == "td" or (tag == "th" and dict(attrs).get("scope") == "row"):
            self.rows[-1].append("")
        elif dict(attrs).get("class") == "parent":
            self.parents.append("")
        kind = dict(attrs).get("class")
        self._inside.append("parent" if kind == "parent" else "td" if dict(attrs).get("scope") == "row" else tag)

    def handle_endtag(self, tag: str) -> None:
        tag = "td" if tag == "th" and "td" in self._inside else tag
        while self._inside and self._inside.pop() not in (tag, "parent" if tag == "span" else tag):
            pass

    def handle_data(self, data: str) -> None:
        if "parent" in self._inside:
            self.parents[-1] += data
        elif "td" in self._inside:
            self.rows[-1][-1] = (self.rows[-1][-1] + data).replace("–no value", "")


def answer(client: FlaskClient, path: str) -> list[list[str]]:
    response = client.get(path)
    assert response.status_code == 200
    return [row for row in Rows(response.text).rows if row]


def test_the_default_answer_has_five_objectives_with_plan_element_and_place(client: FlaskClient) -> None:
    rows = answer(client, DEFAULT)
    assert len(rows) == 5
    assert all(len(row) == 5 and all(row) for row in rows)
    links = Page(client.get(DEFAULT).text).links
    for slug in ("bd-o3-1", "bd-o4-1", "ict-o1-2", "ict-o2-1", "ii-o4"):
        assert f"/page/{slug}" in links
    for slug in ("plan-bd", "plan-ict", "plan-ii", "ict-m6", "ict-m10", "ii-t4"):
        assert f"/page/{slug}" in links
    assert {row[3].casefold() for row in rows} == {"industrial internet"}
    assert all(row[4].startswith("line ") for row in rows)


@pytest.mark.parametrize(
    ("scope", "count"), [("own-words", 2), ("with-measures-and-targets", 5), ("rolled-up", 9), ("any-element", 8)]
)
def test_each_way_to_count_has_its_own_answer(client: FlaskClient, scope: str, count: int) -> None:
    path = f"{DEFAULT}?technology=id:technology-industrial-internet&scope={scope}"
    assert len(answer(client, path)) == count
    chosen = [option["value"] for option in Page(client.get(path).text).all("option") if "selected" in option]
    assert chosen == ["id:technology-industrial-internet", scope]


def test_several_values_are_asked_together(client: FlaskClient) -> None:
    path = f"{SEVERAL}?technology=id:technology-5g&technology=id:technology-industrial-internet"
    rows = answer(client, path)
    assert rows
    page = Page(client.get(path).text)
    assert [option["value"] for option in page.all("option") if "selected" in option] == [
        "id:technology-5g",
        "id:technology-industrial-internet",
    ]
    assert "multiple" in page.all("select")[0]
    assert f"{SEVERAL}.rq?technology=id:technology-5g&technology=id:technology-industrial-internet" in page.links


def headings_of(question: CannedQuestion, engine: EmbeddedEngine) -> list[str]:
    """The headings of a page with default values: a column that repeats the one value of a field is not shown."""
    if question.kind.makes_graph:
        return ["Thing", "Property", "Value"]
    chosen = choose(question, {}, engine)
    folded = {name for column in question.columns for name in column.folded.values()}
    seen = [column for column in question.columns if column.kind != "hidden" and column.name not in folded]
    shown = [column for column in seen if len(chosen.get(column.name, ())) != 1]
    plain = [column.labels["en"] for column in shown if column.kind != "evidence"]
    evidence = [column.labels["en"] for column in shown if column.kind == "evidence"]
    return plain + (evidence if len(evidence) < 2 else ["Sources"])


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.slug)
def test_a_question_page_shows_all_rows_of_its_query(
    client: FlaskClient, engine: EmbeddedEngine, question: CannedQuestion
) -> None:
    path = f"/q/{question.slug}?size=500"
    expected = answer_question(engine, question, {}).rows
    assert len(answer(client, path)) == min(len(expected), 500) > 0
    page = Page(client.get(path).text)
    assert question.question["en"] in page.text
    assert question.limits["en"] in page.text
    for language in ("de", "zh"):
        assert question.question[language] in page.text
    headings = headings_of(question, engine)
    assert [heading for heading in headings if heading not in page.text] == []
    assert len([heading for heading in page.all("th") if heading.get("scope") == "col"]) == len(headings)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.slug)
def test_the_query_behind_a_page_runs_unchanged_at_the_endpoint(
    client: FlaskClient, engine: EmbeddedEngine, question: CannedQuestion
) -> None:
    response = client.get(f"/q/{question.slug}.rq")
    assert response.content_type == "application/sparql-query; charset=utf-8"
    fields = {"format": "nt" if question.kind.makes_graph else "csv"}
    asked = client.post("/sparql", data=response.data, content_type=response.content_type, query_string=fields)
    assert asked.status_code == 200
    if question.kind.makes_graph:
        assert len(set(asked.text.splitlines())) == len(set(answer_question(engine, question, {}).rows))
        return
    lines = list(csv.reader(asked.text.splitlines()))
    table = select(engine, bind(question, {}, engine))
    assert tuple(lines[0]) == table.variables
    assert len(lines) - 1 == len(table.rows)
    form = client.get("/sparql/form", query_string={"query": response.text})
    assert form.status_code == 200


def test_the_query_has_the_chosen_values_in_it(client: FlaskClient) -> None:
    text = client.get(f"{DEFAULT}.rq?technology=id:technology-5g&scope=own-words").text
    assert text.count("<https://w3id.org/fyp-kg/id/technology-5g>") == 4
    assert text.count('VALUES $scope { "own-words" }') == 4
    assert "industrial-internet" not in text


def test_the_pick_list_has_labels_and_counts_and_the_default_is_chosen(
    client: FlaskClient, engine: EmbeddedEngine
) -> None:
    text = client.get(DEFAULT).text
    assert '<option value="id:technology-industrial-internet" selected>Industrial Internet (' in text
    assert '<option value="with-measures-and-targets" selected>Its own measures and targets too</option>' in text
    question = QUESTIONS["objectives-mentioning-technology"]
    technology = question.parameters[0]
    values = [option["value"] for option in Page(text).all("option") if option["value"].startswith("id:")]
    assert len(values) == len(set(values)) == len(options_of(technology, engine, choose(question, {}, engine)))


def test_the_parent_of_an_objective_is_shown_in_grey(client: FlaskClient) -> None:
    parents = Rows(client.get(DEFAULT).text).parents
    assert len(parents) >= 4
    assert all(parent.startswith("under ") and len(parent) > len("under ") for parent in parents)


@pytest.mark.parametrize(
    ("path", "field", "words"),
    [
        (f"{DEFAULT}?technology=", "technology", "choose a value"),
        (f"{DEFAULT}?technology=nonsense", "technology", "'nonsense' is no IRI"),
        (f"{DEFAULT}?technology=id:technology-of-nobody", "technology", "is not one of the choices"),
        (f"{DEFAULT}?technology=id:plan-ii", "technology", "is not one of the choices"),
        (f"{DEFAULT}?technology=http://a%20b/", "technology", "is no valid IRI"),
        (f"{DEFAULT}?technology=javascript:alert(1)", "technology", "is no IRI"),
        (f"{DEFAULT}?technology=id:technology-5g&technology=id:technology-5g", "technology", "at most 1 value"),
        (f"{DEFAULT}?technology={'x' * 201}", "technology", "at most 200 characters"),
        (f"{DEFAULT}?scope=%3Cscript%3Ealert(1)%3C/script%3E", "scope", "'<script>alert(1)</script>' is not one"),
        (f"{DEFAULT}?scope=%22+%7D+CLEAR+ALL+%23", "scope", "is not one of the choices"),
        (f"{SEVERAL}?technology=id:technology-5g&technology=%22%3E%3Cb%3E", "technology", "'\"><b>' is no IRI"),
        (f"{SEVERAL}?" + "technology=id:technology-5g&" * 51, "technology", "at most 50 values"),
    ],
)
def test_a_value_that_does_not_fit_is_reported_at_its_field(
    client: FlaskClient, path: str, field: str, words: str
) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert "<script>" not in response.text
    assert "<b>" not in response.text
    page = Page(response.text)
    assert page.problems == []
    assert page.text.count(words) == 1
    (wrong,) = [field for field in page.all("select") if "aria-invalid" in field]
    assert (wrong["id"], wrong["aria-describedby"]) == (f"p-{field}", f"e-{field}")
    assert client.get(path.replace("?", ".rq?")).status_code == 400


def test_the_other_fields_keep_their_values_when_one_is_wrong(client: FlaskClient) -> None:
    page = Page(client.get(f"{DEFAULT}?technology=nonsense&scope=rolled-up").text)
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["", "rolled-up"]


@pytest.mark.parametrize("path", [f"{DEFAULT}?colour=red", "/q/printed-exchange-rates?colour=red"])
def test_an_unknown_parameter_is_refused_with_those_that_there_are(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert "colour: this question has no such parameter; it has " in Page(response.text).text
    search = 1  # at the top of every page
    assert len(Page(response.text).all("form")) == search + (1 if path.startswith(DEFAULT) else 0)


@pytest.mark.parametrize("path", ["/q/nowhere", "/q/nowhere.rq", "/q/Key-Messages", "/q/%3Cscript%3E"])
def test_an_unknown_question_is_not_found(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert "The questions are listed at /q/." in response.text
    assert "<script>" not in response.text


def test_all_questions_are_listed_in_two_languages(client: FlaskClient) -> None:
    page = Page(client.get("/q/").text)
    for question in QUESTIONS.values():
        assert f"/q/{question.slug}" in page.links
        assert question.question["en"] in page.text
        assert question.question["zh"] in page.text
    assert client.get("/q").status_code == 308


def test_an_answer_without_rows_says_so(client: FlaskClient, engine: EmbeddedEngine) -> None:
    technology = QUESTIONS["objectives-mentioning-technology"].parameters[0]
    asked = ({"technology": option.value.value, "scope": "own-words"} for option in options_of(technology, engine))
    question = QUESTIONS["objectives-mentioning-technology"]
    empty = next(
        values
        for values in asked
        if not select(engine, bind(question, {key: [values[key]] for key in values}, engine)).rows
    )
    page = Page(client.get(DEFAULT, query_string=empty).text)
    assert "No row" in page.text
    assert page.all("table") == []


def test_a_page_gives_the_line_that_puts_its_answer_into_another_page(client: FlaskClient) -> None:
    text = client.get("/q/objectives-mentioning-technology?technology=id:technology-5g").text
    line = next(unescape(snippet) for snippet in re.findall("<code>(.*?)</code>", text) if "iframe" in snippet)
    address = re.search('src="http://localhost([^"]+)"', line)
    assert address is not None
    framed = client.get(unescape(address[1]))
    assert framed.status_code == 200
    assert "5G" in framed.text
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]


def test_the_question_of_a_page_is_looked_up_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    slugs: list[str] = []
    look_up = Catalogue.get

    def counted(catalogue: Catalogue, slug: str) -> CannedQuestion:
        slugs.append(slug)
        return look_up(catalogue, slug)

    with app.test_request_context("/q/technology-pairs?minimum=2&size=10"):
        monkeypatch.setattr(Catalogue, "get", counted)
        shown = question_page(request_context(), "technology-pairs")
    assert slugs == ["technology-pairs"]
    assert shown.answer is not None
    assert shown.answer.result.question is shown.question
