"""The home page: an example, the latest figures, the plans, and links into the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from pyoxigraph import Literal, NamedNode

from kg.charts.texts import listed
from kg.core.errors import N_
from kg.core.names import curie, name, sparql_prologue
from kg.core.partial_date import PartialDate
from kg.engine import Engine, select
from kg.graph.evidence import Place, places_of
from kg.graph.labels import labels_of
from kg.output.sentences import sentences_of
from kg.release.store import Change
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import gettext, language_here
from server.core.parameters import reads
from server.pages.dataset import markup
from server.pages.plans.matrix import MENTIONS, Matrix, matrix_of
from server.pages.plans.overview import KnownPlan, described_plans, short_titles
from server.pages.releases.releases import history_here
from server.pages.releases.site import built_on
from server.pages.resource.lookup import Mark, Reader
from server.pages.result.cells import Cell, best_label, foreign, named_by
from server.pages.result.progress import TargetSummary, TrackedTarget, by_plan, summarise_targets, tracked_targets_here

MOST = 3
# a figure of a whole year counts as one of December; the last filter leaves one source for each measurement
NEWEST = (
    sparql_prologue("fyp")
    + f"""SELECT ?observation ?source WHERE {{
  GRAPH ?graph {{ ?observation a fyp:Observation }}
  ?graph fyp:statementKind fyp:kindOutcome .
  ?observation fyp:observedValue ?figure ; fyp:evidence ?source .
  ?figure fyp:year ?year .
  OPTIONAL {{ ?figure fyp:month ?month }}
  FILTER NOT EXISTS {{ ?observation fyp:evidence ?other . FILTER(STR(?other) < STR(?source)) }}
}} ORDER BY DESC(?year) DESC(COALESCE(?month, 12)) ?observation LIMIT {MOST}"""
)
"""The measurements of the latest years and months."""


@dataclass(frozen=True)
class Outcome:
    """A measurement as a sentence, with its page and its source."""

    sentence: str
    href: str
    source: Cell


def latest_outcomes(service: RequestContext, language: str) -> tuple[Outcome, ...]:
    """Return the latest measurements.

    Raises:
        As ``Engine.answer``.
    """
    rows = [
        (observation, source)
        for observation, source in select(service.engine, NEWEST).rows
        if isinstance(observation, NamedNode) and isinstance(source, NamedNode)
    ]
    places = places_of(service.engine, (source for _, source in rows))
    sentences = sentences_of(service.engine, (observation for observation, _ in rows), language)
    labels = labels_of(service.engine, {source for _, source in rows} | named_by(places.values()))
    reader = Reader(language, labels, places, sentences)
    return tuple(
        Outcome(sentences[row], urls.page_of(row), _publisher(places[source], reader))
        for row, source in rows
        if row in sentences and source in places
    )


def _publisher(place: Place, reader: Reader) -> Cell:
    """Return the publisher of a cited page, in the language of its title."""
    return Cell(place.publisher, foreign(place.language, reader.language), urls.page_of(place.iri))


blueprint = Blueprint("home", __name__)

# the labels of the counts, and the pattern of each query that lists the counted resources
_COUNTED = (
    (N_("plans described"), "?thing fyp:summarisedIn ?document"),
    (N_("objectives"), "?thing a fyp:Objective"),
    (N_("measures"), "?thing a fyp:Measure"),
    (N_("printed targets"), "?thing a fyp:QuantitativeTarget"),
    (N_("official targets"), "?thing a fyp:OfficialTarget"),
    (N_("measurements"), "?thing a fyp:Observation"),
    (N_("technologies"), "?thing a fyp:Technology"),
    (N_("places in the source"), "?thing a fyp:Passage"),
    (N_("cited pages"), "?thing a fyp:Citation"),
    (N_("editorial notes"), "?thing a fyp:EditorialNote"),
)
KINDS = ("Stated", "Official", "Outcome", "Editorial")
"""The kinds of statements about plans, as the ends of the names of their terms."""

SURE = (
    sparql_prologue("fyp")
    + """SELECT ?kind (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  GRAPH ?graph { ?claim fyp:evidence ?place }
  ?graph fyp:statementKind ?kind .
} GROUP BY ?kind ORDER BY ?kind"""
)
"""The number of claims of each kind with a passage as evidence."""

QUESTIONS = (
    *("targets-against-outcomes", "printed-against-official", "objectives-mentioning-technology"),
    *("technologies-by-plans", "shared-cooperation-areas"),
)
EXAMPLES = (
    (
        N_("The technologies that most plans name"),
        sparql_prologue("fyp", "skos")
        + """SELECT ?technology ?label (COUNT(DISTINCT ?plan) AS ?plans) WHERE {
  ?plan a fyp:SectoralPlan ; fyp:coversTechnology ?technology .
  ?technology skos:prefLabel ?label . FILTER(LANG(?label) = "en")
} GROUP BY ?technology ?label ORDER BY DESC(?plans) ?label LIMIT 20""",
    ),
    (
        N_("Printed targets with what they start from"),
        sparql_prologue("fyp", "skos")
        + """SELECT ?target ?label ?from ?to WHERE {
  ?target a fyp:QuantitativeTarget ; skos:prefLabel ?label ; fyp:targetValue/fyp:asPrinted ?to .
  OPTIONAL { ?target fyp:baseline/fyp:asPrinted ?from }
  FILTER(LANG(?label) = "en")
} ORDER BY ?target""",
    ),
    (
        N_("All that is said of 5G, and by whom"),
        sparql_prologue("fyp", "id")
        + """SELECT ?kind ?subject ?property WHERE {
  GRAPH ?graph { ?subject ?property id:technology-5g }
  ?graph fyp:statementKind ?kind .
} ORDER BY ?kind ?property ?subject""",
    ),
)
"""Example queries."""


@dataclass(frozen=True)
class Count:
    """A number with its label, and the query that lists the counted resources."""

    words: str
    number: int
    href: str


@dataclass(frozen=True)
class Picture:
    """Plans by technologies, with the names of both, and sentences on the result."""

    matrix: Matrix
    technologies: dict[NamedNode, tuple[str, str]]
    plans: dict[NamedNode, KnownPlan]
    titles: dict[str, str]
    target_summaries: dict[NamedNode, TargetSummary]
    says: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class ReleaseSummary:
    """This release with its date, and its changes against the previous one; None if it is the first.

    ``text`` is the date in the reader's language.
    """

    release: str
    day: str
    text: str
    changes: tuple[Change, ...] | None


@blueprint.get("/")
@reads("lang")
def home() -> str:
    """Return the home page. Every number on it comes from the graph."""
    service, language = request_context(), language_here()
    plans = described_plans(service.engine)
    tracked_targets = tracked_targets_here(service, language)
    # targets of outlined plans are left out, because the page shows only described plans
    own = [
        tracked_target
        for tracked_target in tracked_targets
        if any(tracked_target.plan == plan.iri for plan in plans.values())
    ]
    counts = _counts(service.engine)
    return render_template(
        "home.html",
        counts=counts,
        sure=_claims_with_evidence(service.engine, language),
        target_summary=summarise_targets(own),
        picture=_picture(service, plans, own, language),
        fresh=_release_summary(service, language),
        newest=latest_outcomes(service, language),
        questions=[service.catalogue.questions[slug] for slug in QUESTIONS if slug in service.catalogue.questions],
        question_count=len(service.catalogue.questions),
        examples=[(gettext(words), urls.sparql(text)) for words, text in EXAMPLES],
        sure_query=SURE,
        markup=markup(),
    )


def listing_query(pattern: str) -> str:
    """Return the query that lists the resources of a pattern, with their labels."""
    return (
        sparql_prologue("dcterms", "fyp", "skos")
        + f"""SELECT DISTINCT ?thing (SAMPLE(?each) AS ?label) WHERE {{
  {pattern} .
  OPTIONAL {{ ?thing skos:prefLabel|dcterms:title ?each . FILTER(LANG(?each) IN ("en", "")) }}
}} GROUP BY ?thing ORDER BY ?thing"""
    )


def _counts(engine: Engine) -> list[Count]:
    """Return the counts of the graph, each with the query that lists the counted resources."""
    # one query with a sub-select for each count, so that the page asks the engine once
    parts = [
        f"{{ SELECT (COUNT(DISTINCT ?thing) AS ?n{place}) WHERE {{ {pattern} }} }}"
        for place, (_, pattern) in enumerate(_COUNTED)
    ]
    row = select(engine, sparql_prologue("fyp") + "SELECT * WHERE {\n" + "\n".join(parts) + "\n}").records()[0]
    numbers = [row[f"n{place}"] for place in range(len(_COUNTED))]
    return [
        Count(gettext(words), int(number.value), urls.sparql(listing_query(pattern)))
        for (words, pattern), number in zip(_COUNTED, numbers, strict=True)
        if isinstance(number, Literal)
    ]


def _claims_with_evidence(engine: Engine, language: str) -> list[tuple[Mark, int]]:
    """Return the number of claims with evidence for each kind of statement, with the mark of the kind."""
    numbers = {kind: number for kind, number in select(engine, SURE).rows if isinstance(kind, NamedNode)}
    kinds = [name(f"fyp:kind{kind}") for kind in KINDS]
    labels = labels_of(engine, kinds)
    return [
        (Mark(curie(kind).partition(":kind")[2].lower(), best_label(labels, kind, language).text), int(number.value))
        for kind in kinds
        if isinstance(number := numbers.get(kind), Literal)
    ]


def _picture(
    service: RequestContext, plans: dict[str, KnownPlan], tracked_targets: Sequence[TrackedTarget], language: str
) -> Picture:
    matrix = matrix_of(service.engine, tracked_targets)
    labels = labels_of(service.engine, matrix.technologies)
    reader = Reader(language, labels, {}, {})
    technologies = {
        technology: (reader.label(technology).text, urls.page_of(technology)) for technology in matrix.technologies
    }
    titles = short_titles(service, plans, language)
    return Picture(
        matrix,
        technologies,
        {plan.iri: plan for plan in plans.values()},
        titles,
        {plan: summarise_targets(plan_targets) for plan, plan_targets in by_plan(tracked_targets).items()},
        _sentences(
            matrix, {technology: words for technology, (words, _) in technologies.items()}, plans, titles, language
        ),
        MENTIONS,
    )


def _sentences(
    matrix: Matrix,
    technologies: dict[NamedNode, str],
    plans: dict[str, KnownPlan],
    titles: dict[str, str],
    language: str,
) -> tuple[str, ...]:
    """Return a few sentences on the result of the picture."""
    if not matrix.lines:
        return ()
    sentences = []
    spread = max(matrix.spread.values(), default=0)
    if spread > 1:
        widest = listed([technologies[entry] for entry in matrix.widest], language)
        sentences.append(
            gettext("Most widely shared: %(what)s, in %(n)d of %(all)d plans", what=widest, n=spread, all=len(plans))
        )
    most = max(matrix.lines, key=lambda line: line.alone)
    slugs = {plan.iri: plan.slug for plan in plans.values()}
    if most.alone and most.plan in slugs:
        title = titles[slugs[most.plan]]
        sentences.append(
            gettext("Most on its own: %(plan)s, with %(n)d that no other plan names.", plan=title, n=most.alone)
        )
    states = [state for line in matrix.lines for square in line.squares for state in square.states]
    if states:
        numbers = {"n": len(states), "met": states.count("met"), "behind": states.count("behind")}
        sentences.append(
            gettext("Targets that name a technology: %(n)d, of which %(met)d met, %(behind)d behind.", **numbers)
        )
    return tuple(sentences)


def _release_summary(service: RequestContext, language: str) -> ReleaseSummary:
    release, day = service.engine.release_id, built_on(service)
    # later releases are left out: they were rolled back, or the address pins this one
    history = history_here().until(release)
    changes_here = next((changes for change, changes in history.changes() if change.release_id == release), ())
    date = PartialDate(day.year, day.month, day.day).written(language) if day else ""
    return ReleaseSummary(
        release, day.isoformat() if day else "", date, changes_here if len(history.releases) > 1 else None
    )
