"""The SPARQL endpoint, and a plain form to write a query in."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kg.engine import Question
from kg.errors import KgError
from kg.forms import FORMS
from kg.lexer import Kind, kind_of
from kg.names import PREFIXES
from server.here import here
from server.problems import STATUS
from server.protocol import Request, fields_of_url, has_query, negotiate, read_question
from server.reply import reply
from server.shown import shown_table

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response | str:
    """Answer ``query`` in the form that the client accepts; a browser without a query gets a form to write one."""
    asked = Request(
        request.method,
        request.query_string,
        request.headers.get("Accept", ""),
        request.headers.get("Content-Type", ""),
        request.get_data(),
    )
    if (
        not has_query(asked)
        and negotiate(asked.accept, ["application/sparql-results+json", "text/html"]) == "text/html"
    ):
        return render_template("sparql.html", query=_first_query(), prefixes=PREFIXES)
    service = here()
    question = read_question(asked, service.settings.max_question_bytes)
    return reply(service.engine.answer(question), release_id=service.engine.release_id)


@blueprint.get("/sparql/form")
def form() -> tuple[str, int]:
    """Show a query in a form, with its answer or what is wrong with it."""
    query = dict(fields_of_url(request.query_string)).get("query", "")
    if not query.strip():
        return render_template("sparql.html", query=_first_query(), prefixes=PREFIXES), 200
    service = here()
    try:
        kind = kind_of(query)
        if kind is not Kind.SELECT:
            answer = service.engine.answer(Question(query, FORMS["ttl" if kind.makes_graph else "tsv"]))
            text = answer.body.decode("utf-8")
            return render_template("sparql.html", query=query, prefixes=PREFIXES, kind=kind.value, text=text), 200
        table = shown_table(service.engine, query)
    except KgError as error:
        status = STATUS.get(type(error), 500)
        return render_template("sparql.html", query=query, prefixes=PREFIXES, problem=str(error)), status
    return render_template("sparql.html", query=query, prefixes=PREFIXES, table=table), 200


def _first_query() -> str:
    """The query of the default question, to start from."""
    return here().catalogue.get("objectives-mentioning-technology").text
