"""Canned questions: a list of them, and a page for each with its parameters, its answer and the sources of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from kg.charts import chart_of
from kg.core.errors import ParameterInvalid
from kg.output.metadata.schema import Markup
from kg.questions.catalogue import CannedQuestion
from kg.questions.diff import Difference
from kg.questions.result import QuestionResult
from server.core import urls
from server.core.context import RequestContext, request_context
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
from server.pages.citations import Cited, cited_here
from server.pages.question.markup import question_markup
from server.pages.releases.comparison import difference_here
from server.pages.result.chart_images import ChartImage, chart_image_of
from server.pages.result.file_formats import endings_of
from server.pages.result.form import Field, fields_of
from server.pages.result.snippets import snippets
from server.pages.result.table import AnswerPage, answer_page

blueprint = Blueprint("canned", __name__)


@dataclass(frozen=True)
class Answer:
    """The answer to a question with everything that its page shows.

    ``files`` are the endings of its files, ``snippets`` the programs that fetch it, by their names. ``difference`` is
    None unless the address pins an older release.
    """

    result: QuestionResult
    table: AnswerPage
    image: ChartImage | None
    files: tuple[str, ...]
    citation: Cited
    markup: Markup
    difference: Difference | None
    snippets: Mapping[str, str]


@dataclass(frozen=True)
class QuestionPage:
    """The page of a question: its form, and its answer unless ``problem`` says why there is none."""

    question: CannedQuestion
    params: QuestionParams
    fields: list[Field]
    answer: Answer | None = None
    problem: str = ""

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.params.language

    @property
    def whole_answer(self) -> QuestionParams:
        """The parameters from the first row on."""
        return first_page(self.params)

    @property
    def query_params(self) -> QuestionParams:
        """The parameters that the query itself has, without language, order and facets."""
        return QuestionParams(given=self.params.given)

    @property
    def frame(self) -> str:
        """The absolute address of the answer alone, for a frame."""
        return urls.absolute(urls.embed(self.question.slug, self.whole_answer))


@blueprint.get("/q/")
@reads("lang")
def index() -> str:
    """List the questions by subject."""
    catalogue = request_context().catalogue
    return render_template("questions.html", subjects=catalogue.subjects, listed=catalogue.by_subject())


@blueprint.get("/q/<slug>")
@reads_question_params("lang", "sort", "page", "size", "theme", "width")
def page(slug: str) -> tuple[str, int]:
    """Return the page of a question; a value that does not fit gives 400 and the form with the reason."""
    return _rendered("question.html", question_page(request_context(), slug))


@blueprint.get("/q/<slug>/embed")
@reads_question_params("lang", "sort", "page", "size", "theme", "width")
def embed(slug: str) -> tuple[str, int]:
    """Return the answer alone, for a frame on another site."""
    return _rendered("embed.html", question_page(request_context(), slug))


def _rendered(template: str, shown: QuestionPage) -> tuple[str, int]:
    return render_template(template, page=shown), 200 if shown.answer is not None else 400


def question_page(context: RequestContext, slug: str) -> QuestionPage:
    """Answer a question with the parameters of the request.

    Raises:
        QuestionUnknown: there is no such question.
        As ``Engine.answer``.
    """
    question = context.catalogue.get(slug)
    params = QuestionParams(language=language_here())
    try:
        params = read_question_params(fields_of_url(request.query_string), language_here())
        result, whole = result_params(context, question, params)
    except ParameterInvalid as error:
        fields = fields_of(context, question, params.given, params.language, error)
        return QuestionPage(question, params, fields, problem=str(error))
    fields = fields_of(context, question, params.given, params.language)
    return QuestionPage(question, params, fields, _answer(result, whole, params))


def _answer(result: QuestionResult, whole: QuestionResult, params: QuestionParams) -> Answer:
    citation = cited_here(result)
    return Answer(
        result=result,
        table=answer_page(result, whole, params),
        image=_image(result, first_page(params)),
        files=endings_of(result.question),
        citation=citation,
        markup=question_markup(result, citation),
        difference=difference_here(result, params),
        snippets=snippets(result, urls.absolute(url_for("home.home"))),
    )


def _image(result: QuestionResult, params: QuestionParams) -> ChartImage | None:
    return chart_image_of(
        lambda theme, width: chart_of(result, theme, width),
        lambda theme, width: urls.question(result.question.slug, params.drawn(theme, width), "svg"),
    )
