"""Pages of plans: a list of all, a page for each, and a comparison of two."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request

from kg.core.errors import Message, ParameterInvalid
from kg.core.names import name
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import language_here, named_here
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.citations import citation_of_resource
from server.pages.plans.comparison import closest, compare
from server.pages.plans.overview import (
    NUMBERS,
    PLANS,
    KnownPlan,
    cards_of,
    described_plans,
    known_plans,
    parts_query,
    short_titles,
)
from server.pages.plans.page import page_of_plan
from server.pages.resource.chart import chart_image_of_plan
from server.pages.resource.lookup import MOST_VALUES, look_up
from server.pages.resource.page import questions_about
from server.pages.result.progress import QUESTION, state_words

blueprint = Blueprint("plans", __name__)

SIDES = ("left", "right")
# a parameter of a question names one of these classes as that of its values
_CLASSES = (name("fyp:SectoralPlan"), name("fyp:Plan"))


@blueprint.get("/plans")
@reads("lang")
def index() -> str:
    """Return the list of plans, the described ones first."""
    service, language = request_context(), language_here()
    cards = cards_of(service, known_plans(service.engine), language)
    return render_template("plans.html", cards=cards, queries={"plans": PLANS, "numbers": NUMBERS}, question=QUESTION)


@blueprint.get("/plans/<slug>")
@reads("lang")
def page(slug: str) -> Response:
    """Return the page of a plan. A resource that is not a described plan is redirected to its own page.

    Raises:
        ThingUnknown: there is no such resource.
        ThingRetired: the resource was retired.
    """
    service, language = request_context(), language_here()
    plans = described_plans(service.engine)
    if slug not in plans:
        return _elsewhere(service, slug)
    plan_page = page_of_plan(service, plans[slug], language)
    text = render_template(
        "plan.html",
        page=plan_page,
        slug=slug,
        chart_image=chart_image_of_plan(service, plan_page.plan.iri, slug, language),
        question=QUESTION,
        query=parts_query(plan_page.plan.iri),
        others={other: title for other, title in short_titles(service, plans, language).items() if other != slug},
        questions=questions_about(service, plan_page.plan.iri, _CLASSES),
        cited=citation_of_resource(service, plan_page.plan.iri, slug, language),
    )
    return Response(text, content_type="text/html; charset=utf-8")


@blueprint.get("/compare")
@reads("left", "right", "lang")
def comparison() -> str:
    """Return the comparison of the plans ``left`` and ``right``, or a form to choose them.

    Raises:
        ParameterInvalid: a value is not a described plan.
    """
    service, language = request_context(), language_here()
    plans = described_plans(service.engine)
    chosen = _chosen(plans)
    left, right = (plans.get(chosen.get(side, "")) for side in SIDES)
    both = left is not None and right is not None and left is not right
    titles = short_titles(service, plans, language)
    return render_template(
        "compare.html",
        titles=titles,
        chosen=chosen,
        twice=left is not None and left is right,
        # ``both`` implies the other two conditions, which only the type checker needs
        comparison=compare(service, left, right, language) if both and left and right else None,
        question=QUESTION,
        state_words=state_words,
        named_language=named_here(),
        pairs=() if both else closest(service.engine, plans),
    )


def _elsewhere(service: RequestContext, slug: str) -> Response:
    """Redirect to the page of a resource that is not a described plan."""
    # this raises the error of an unknown or retired resource, so that no redirect leads to one
    look_up(service, slug, MOST_VALUES)
    response = redirect(urls.thing(slug, lang=named_here()), 303)
    # redirect() is typed with the base class of werkzeug, so the type is narrowed here
    assert isinstance(response, Response)  # noqa: S101 - the application's response class
    return response


def _chosen(plans: Mapping[str, KnownPlan]) -> dict[str, str]:
    """Return the plans that the address names, by side. An empty field names none.

    Raises:
        ParameterInvalid: a value is not a described plan.
    """
    chosen: dict[str, str] = {}
    for key, value in fields_of_url(request.query_string):
        if key in SIDES and value:
            if value not in plans:
                slugs = ", ".join(plans) or "none"
                raise ParameterInvalid(
                    key,
                    Message(
                        "%(value)s is no plan that can be compared; there are %(offered)s.",
                        # a value may be of any length, and the message needs only its beginning
                        value=repr(value[:100]),
                        offered=slugs,
                    ),
                )
            chosen[key] = value
    return chosen
