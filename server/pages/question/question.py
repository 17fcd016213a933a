"""Canned questions: a list, and a page for each with its form, its answer and the sources of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from kg.charts import chart_of
from kg.core.errors import Message, ParameterInvalid
from kg.core.names import question_page
from kg.output.metadata import DATASET, LICENSE, TITLES
from kg.output.metadata.dcat import CONTEXT, Markup, dates, download, maker
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
from server.pages.citations import CitationBlock, citation_of_answer
from server.pages.releases.releases import difference_here
from server.pages.releases.site import built_on
from server.pages.result.files import ChartImage, chart_image_of, endings_of, files_of
from server.pages.result.form import Field, fields_of
from server.pages.result.snippets import snippets
from server.pages.result.table import AnswerPage, answer_page


def question_markup(answered: QuestionResult, cited: CitationBlock) -> Markup:
    """Return the answer as a schema.org dataset, with its columns as measured variables, and its files."""
    question, language = answered.question, answered.language
    params = QuestionParams(values=answered.values, language=language)
    # the files get only the values, so that their addresses are the same in each language
    files = files_of(question, QuestionParams(values=answered.values))
    markup: Markup = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": question_page(question.slug).value,
        "name": question.title[language],
        "description": f"{question.question[language]} {question.description[language]}",
        "url": urls.absolute(urls.question_in(question.slug, params)),
        "identifier": cited.address,
        "version": answered.release_id,
        "license": LICENSE.value,
        "isAccessibleForFree": True,
        "creator": maker(),
        "citation": cited.text,
        "inLanguage": language,
        "keywords": list(question.tags),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.labels[language], "propertyID": column.name}
            for column in answered.columns
            if column.kind != "hidden"
        ],
        "distribution": [download(file.address, file.media_type) for file in files],
        "isPartOf": {
            "@type": "Dataset",
            "@id": DATASET.value,
            "name": TITLES[language],
            "url": urls.absolute(url_for("datasets.page")),
        },
    }
    return markup | dates(built_on(request_context()))


blueprint = Blueprint("canned", __name__)


@dataclass(frozen=True)
class Answer:
    """The answer to a question with everything that its page shows.

    ``files`` are the endings of its files, ``snippets`` the programs that fetch it, by name. ``difference`` is None
    unless the address pins an older release.
    """

    result: QuestionResult
    table: AnswerPage
    image: ChartImage | None
    files: tuple[str, ...]
    citation: CitationBlock
    markup: Markup
    difference: Difference | None
    snippets: Mapping[str, str]


@dataclass(frozen=True)
class QuestionPage:
    """The page of a question: its form, and its answer or a ``problem``."""

    question: CannedQuestion
    params: QuestionParams
    fields: list[Field]
    answer: Answer | None = None
    problem: Message | str = ""

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
        """The parameters of the query itself, without language, order and facets."""
        return QuestionParams(values=self.params.values)

    @property
    def frame(self) -> str:
        """The absolute address of the answer alone, for a frame."""
        return urls.absolute(urls.embed(self.question.slug, self.whole_answer))


@blueprint.get("/q/")
@reads("lang")
def index() -> str:
    """Return the list of questions by subject."""
    catalogue = request_context().catalogue
    return render_template("questions.html", subjects=catalogue.subjects, listed=catalogue.by_subject())


@blueprint.get("/q/<slug>")
@reads_question_params("lang", "sort", "page", "size", "theme", "width")
def page(slug: str) -> tuple[str, int]:
    """Return the page of a question. For an invalid value, return 400 and the form with the reason."""
    return _rendered("question.html", page_of_question(request_context(), slug))


@blueprint.get("/q/<slug>/embed")
@reads_question_params("lang", "sort", "page", "size", "theme", "width")
def embed(slug: str) -> tuple[str, int]:
    """Return the answer alone, for a frame on another site."""
    return _rendered("embed.html", page_of_question(request_context(), slug))


def _rendered(template: str, shown: QuestionPage) -> tuple[str, int]:
    return render_template(template, page=shown), 200 if shown.answer is not None else 400


def page_of_question(context: RequestContext, slug: str) -> QuestionPage:
    """Return the page of a question, with the parameters of the request.

    Raises:
        QuestionUnknown: there is no such question.
        As ``Engine.answer``.
    """
    question = context.catalogue.get(slug)
    # these are the parameters of the form, if the address cannot be parsed
    params = QuestionParams(language=language_here())
    try:
        params = read_question_params(fields_of_url(request.query_string), language_here())
        result, whole = result_params(context, question, params)
    except ParameterInvalid as error:
        # an invalid value is shown in its field, beside the reason, so that the reader can correct it
        fields = fields_of(context, question, params.values, params.language, error)
        return QuestionPage(question, params, fields, problem=error.message)
    fields = fields_of(context, question, params.values, params.language)
    return QuestionPage(question, params, fields, _answer(result, whole, params))


def _answer(result: QuestionResult, whole: QuestionResult, params: QuestionParams) -> Answer:
    citation = citation_of_answer(result)
    return Answer(
        result=result,
        table=answer_page(result, whole, params),
        # a chart shows all rows, so its address has no page number
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
