"""Canned questions: a page for each, with its parameters, its answer, and the place behind each row."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from kg.charts import picture_of
from kg.core.errors import ParameterInvalid
from kg.questions.result import Answered
from server.core import urls
from server.core.context import here
from server.core.i18n.language import language_here
from server.core.parameters import reads
from server.core.question_params import Wish, answer_wish, first_page, read_wish, reads_wish
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.citations import cited_here
from server.pages.question.markup import question_markup
from server.pages.releases.comparison import difference_here
from server.pages.result.chart_images import Still, still_of
from server.pages.result.file_formats import endings_of
from server.pages.result.form import fields_of
from server.pages.result.snippets import snippets
from server.pages.result.table import answer_page

blueprint = Blueprint("canned", __name__)


@blueprint.get("/q/")
@reads("lang")
def index() -> str:
    """List the questions by subject."""
    catalogue = here().catalogue
    return render_template("questions.html", subjects=catalogue.subjects, listed=catalogue.by_subject())


@blueprint.get("/q/<slug>")
@reads_wish("lang", "sort", "page", "size", "theme", "width")
def page(slug: str) -> tuple[str, int]:
    """Ask the question as wished; a value that does not fit gives 400 and the form with the reason."""
    return _page(slug, "question.html")


@blueprint.get("/q/<slug>/embed")
@reads_wish("lang", "sort", "page", "size", "theme", "width")
def embed(slug: str) -> tuple[str, int]:
    """The answer alone, to stand in a frame of another site."""
    return _page(slug, "embed.html")


def _still(answered: Answered, wish: Wish) -> Still | None:
    return still_of(
        lambda theme, width: picture_of(answered, theme, width),
        lambda theme, width: urls.question(answered.question.slug, wish.drawn(theme, width), "svg"),
    )


def _page(slug: str, template: str) -> tuple[str, int]:
    service = here()
    question = service.catalogue.get(slug)
    wish = Wish(language=language_here())
    try:
        wish = read_wish(fields_of_url(request.query_string), language_here())
        answered, whole = answer_wish(service, slug, wish)
    except ParameterInvalid as error:
        fields = fields_of(service, question, wish.given, wish.language, error)
        return render_template(template, question=question, wish=wish, fields=fields, problem=str(error)), 400
    cited = cited_here(answered)
    return render_template(
        template,
        question=question,
        wish=wish,
        fields=fields_of(service, question, wish.given, wish.language),
        answered=answered,
        table=answer_page(answered, whole, wish),
        still=_still(answered, first_page(wish)),
        endings=endings_of(question),
        cited=cited,
        markup=question_markup(answered, cited),
        changed=difference_here(answered, wish),
        snippets=snippets(answered, urls.absolute(url_for("home.home"))),
        whole_wish=first_page(wish),
        frame=urls.absolute(urls.embed(slug, first_page(wish))),
        given_wish=Wish(given=wish.given),
    ), 200
