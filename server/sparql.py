"""The SPARQL endpoint, and a plain form to write a query in."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request, url_for

from kg.engine import Question
from kg.errors import KgError
from kg.forms import FORMS, GRAPH_FORMS, RESULT_FORMS
from kg.lexer import Kind, kind_of
from kg.names import PREFIXES
from server.asked import asked
from server.datasets import describe_service
from server.explained import explain_empty, hints
from server.federation import report_calls
from server.here import here
from server.problems import STATUS
from server.protocol import FORM_TYPE, METHODS, QUERY_TYPE, Request, fields_of_url, has_query, negotiate, read_question
from server.reply import reply_to
from server.shown import shown_table
from server.taught import advice_on, mended_query, remember

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=METHODS)
def endpoint() -> Response | str:
    """Answer ``query`` in the form that the client accepts; without one the endpoint describes itself."""
    wanted = asked()
    if not has_query(wanted):
        return _itself(wanted)
    explained = request.args.get("explain")
    if explained == "empty":
        wanted = replace(wanted, accept="")  # which is about the explanation, not about an answer
    question = read_question(wanted, here().settings.max_question_bytes)
    remember(question.text)
    if explained == "empty":
        return explain_empty(question)
    if explained == "federation":
        return report_calls(question)
    return reply_to(question)


@blueprint.after_request
def accept_query(response: Response) -> Response:
    """Say that queries may come by the method QUERY, and as what (section 3 of its draft)."""
    if request.script_root + request.path == url_for("sparql.endpoint"):
        response.headers["Accept-Query"] = f"{QUERY_TYPE}, {FORM_TYPE}"
    return response


def _itself(wanted: Request) -> Response | str:
    """The service description, or for browsers a form to write a query in."""
    results = [form.media_type for form in RESULT_FORMS]
    best = negotiate(wanted.accept, [*(form.media_type for form in GRAPH_FORMS), "text/html", *results])
    if "format" not in request.args and best == "text/html":
        return render_template("sparql.html", query=_first_query(), prefixes=PREFIXES)
    if best in results:  # who wants a table has forgotten the query
        read_question(wanted, here().settings.max_question_bytes)
    return describe_service()


@blueprint.get("/sparql/form")
def form() -> tuple[str, int]:
    """Show a query in a form, with its answer or what is wrong with it."""
    query = dict(fields_of_url(request.query_string)).get("query", "")
    if not query.strip():
        return render_template("sparql.html", query=_first_query(), prefixes=PREFIXES), 200
    remember(query)
    try:
        told = _answered(query)
    except KgError as error:
        advice = advice_on(error)
        told = {"problem": str(error), "advice": advice, "mended": mended_query(advice)}
        return render_template("sparql.html", query=query, prefixes=PREFIXES, **told), STATUS.get(type(error), 500)
    return render_template("sparql.html", query=query, prefixes=PREFIXES, **told), 200


def _answered(query: str) -> dict[str, object]:
    """What the form shows of an answer; of an empty one also what is misspelt in the query."""
    engine = here().engine
    kind = kind_of(query)
    if kind is Kind.SELECT:
        table = shown_table(engine, query)
        return {"table": table, "hints": [] if table.rows else hints(query)}
    answer = engine.answer(Question(query, FORMS["ttl" if kind.makes_graph else "tsv"]))
    text = b"".join(answer.chunks()).decode("utf-8")
    return {"kind": kind.value, "text": text, "hints": hints(query) if text in ("", "false") else []}


def _first_query() -> str:
    """The query of the default question, to start from."""
    return here().catalogue.get("objectives-mentioning-technology").text
