"""Canned questions: a page for each, with its parameters, its answer, and the place behind each row."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from kg.charts import chart_of
from kg.core.errors import ParameterInvalid
from kg.questions.result import QuestionResult
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import language_here
from server.core.parameters import reads
from server.core.question_params import (
    QuestionParams,
    first_page,
    read_question_params,
    reads_question_params,
    result_params,
)
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.citations import cited_here
from server.pages.question.markup import question_markup
from server.pages.releases.comparison import difference_here
from server.pages.result.chart_images import ChartImage, chart_image_of
from server.pages.result.file_formats import endings_of
from server.pages.result.form import fields_of
from server.pages.result.snippets import snippets
from server.pages.result.table import answer_page

blueprint = Blueprint("canned", __name__)


@blueprint.get("/q/")
@reads("lang")
def index() -> str:
    """List the questions by subject."""
    catalogue = request_context().catalogue
    return render_template("questions.html", subjects=catalogue.subjects, listed=catalogue.by_subject())


@blueprint.get("/q/<slug>")
@reads_question_params("lang", "sort", "page", "size", "theme", "width")
def page(slug: str) -> tuple[str, int]:
    """Ask the question as wished; a value that does not fit gives 400 and the form with the reason."""
    return _page(slug, "question.html")


@blueprint.get("/q/<slug>/embed")
@reads_question_params("lang", "sort", "page", "size", "theme", "width")
def embed(slug: str) -> tuple[str, int]:
    """The answer alone, to stand in a frame of another site."""
    return _page(slug, "embed.html")


def _still(answered: QuestionResult, params: QuestionParams) -> ChartImage | None:
    return chart_image_of(
        lambda theme, width: chart_of(answered, theme, width),
        lambda theme, width: urls.question(answered.question.slug, params.drawn(theme, width), "svg"),
    )


def _page(slug: str, template: str) -> tuple[str, int]:
    service = request_context()
    question = service.catalogue.get(slug)
    params = QuestionParams(language=language_here())
    try:
        params = read_question_params(fields_of_url(request.query_string), language_here())
        answered, whole = result_params(service, slug, params)
    except ParameterInvalid as error:
        fields = fields_of(service, question, params.given, params.language, error)
        return render_template(template, question=question, params=params, fields=fields, problem=error.message), 400
    cited = cited_here(answered)
    return render_template(
        template,
        question=question,
        params=params,
        fields=fields_of(service, question, params.given, params.language),
        answered=answered,
        table=answer_page(answered, whole, params),
        still=_still(answered, first_page(params)),
        endings=endings_of(question),
        cited=cited,
        markup=question_markup(answered, cited),
        changed=difference_here(answered, params),
        snippets=snippets(answered, urls.absolute(url_for("home.home"))),
        whole_wish=first_page(params),
        frame=urls.absolute(urls.embed(slug, first_page(params))),
        given_wish=QuestionParams(given=params.given),
    ), 200
