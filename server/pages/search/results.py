"""The results of a search: hits with their reasons, filters, and matching questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.core.errors import N_, Message, ParameterInvalid
from kg.core.lru_cache import LruCache
from kg.core.names import curie, name, slug_of, sparql_prologue
from kg.graph.labels import Label, Labels, labels_of
from kg.questions.suggest import AskedQuestion, QuestionSearch
from kg.search import Hit, MatchKind, SearchIndex, SearchResult
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import gettext
from server.core.question_params import QuestionParams
from server.core.search_params import SearchParams
from server.pages.result.cells import best_label


def without_unknown_filters(index: SearchIndex, search_params: SearchParams) -> SearchParams:
    """Return the same search without unknown kinds and plans."""
    return replace(
        search_params,
        kinds=tuple(kind for kind in search_params.kinds if kind in index.kinds),
        plans=tuple(plan for plan in search_params.plans if plan in index.plans),
    )


def refuse_unknown(index: SearchIndex, search_params: SearchParams) -> None:
    """Refuse kinds and plans without resources.

    Raises:
        ParameterInvalid: a kind or a plan has no resource in this release.
    """
    for kind in search_params.kinds:
        if kind not in index.kinds:
            raise ParameterInvalid(
                "kind",
                Message(
                    "no resource here is of the kind %(value)s; give one such as fyp:Technology.", value=curie(kind)
                ),
            )
    for plan in search_params.plans:
        if plan not in index.plans:
            raise ParameterInvalid(
                "plan",
                Message("no resource here is of the plan %(value)s; give one such as id:plan-ii.", value=curie(plan)),
            )


_searches = LruCache[str, QuestionSearch](3)  # by release, since a release never changes


@dataclass(frozen=True)
class OfferedQuestion:
    """A question as text, its address, and the filled-in values by parameter name."""

    text: str
    href: str
    values: tuple[tuple[str, Label], ...]


def offered_questions(service: RequestContext, search_params: SearchParams) -> tuple[OfferedQuestion, ...]:
    """Return the questions that match a search, only on the first page and without filters.

    Raises:
        As ``Engine.answer``.
    """
    if search_params.kinds or search_params.plans or search_params.page > 1:
        return ()
    slugs = _search(service).find(service.engine, search_params.text, budget=service.budget)
    return tuple(_offered(service, slug, search_params.language) for slug in slugs)


def _offered(service: RequestContext, asked: AskedQuestion, language: str) -> OfferedQuestion:
    labels = labels_of(service.engine, asked.values.values())
    names = {parameter.name: parameter.labels[language] for parameter in asked.question.parameters}
    return OfferedQuestion(
        asked.question.question[language],
        urls.question(asked.question.slug, QuestionParams(values=asked.parameters)),
        tuple((names[name], best_label(labels, value, language)) for name, value in asked.values.items()),
    )


def _search(service: RequestContext) -> QuestionSearch:
    """Return the cached question search of the release. It holds no engine, which belongs to one request only."""
    return _searches.get(service.engine.release_id, lambda: QuestionSearch(service.catalogue))


_MOST_PLANS = 3
_LONGEST_ABOUT = 220
_FACET_VALUES = 12
_NAMING = "skos:prefLabel|skos:altLabel|rdfs:label|dcterms:title|fyp:asPrinted"

# the reason for a hit, if its label does not show it
WHY = {
    MatchKind.SOUNDS: N_("by its pinyin"),
    MatchKind.SCATTERED: N_("the words are in several of its names"),
    MatchKind.SIMILAR: N_("similar spelling"),
    MatchKind.DESCRIBED: N_("in its description"),
}


@dataclass(frozen=True)
class Result:
    """A hit as text. ``matched`` is empty if the label shows the match; ``why`` is empty if it needs no reason."""

    hit: Hit
    href: str
    kinds: tuple[Label, ...]
    plans: tuple[tuple[Label, str], ...]
    more_plans: int
    matched: str
    why: str
    about: str

    @property
    def described(self) -> bool:
        """True if ``about`` is the text that matched."""
        return self.hit.how is MatchKind.DESCRIBED


@dataclass(frozen=True)
class Choice:
    """A kind or plan, with the link that adds or removes its filter."""

    label: Label
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Results:
    """One page of hits; hits count from 1."""

    results: tuple[Result, ...]
    kinds: tuple[Choice, ...]
    plans: tuple[Choice, ...]
    total: int
    first: int
    last: int
    previous: str
    next: str


def labels_in(index: SearchIndex, result: SearchResult, search_params: SearchParams) -> Labels:
    """Return the labels of all kinds and plans of a result and its filters."""
    named = {*result.kinds, *result.plans, *search_params.kinds, *search_params.plans}
    named.update(iri for hit in result.hits for iri in (*hit.kinds, *hit.plans))
    return index.labels(sorted(named, key=lambda iri: iri.value))


def results_page(index: SearchIndex, result: SearchResult, search_params: SearchParams) -> Results:
    """Return the requested page of results."""
    labels = labels_in(index, result, search_params)
    last = search_params.offset + len(result.hits)
    return Results(
        results=tuple(_result(hit, labels, search_params.language) for hit in result.hits),
        kinds=_choices(result.kinds, search_params.kinds, search_params.with_kind, labels, search_params.language),
        plans=_choices(result.plans, search_params.plans, search_params.with_plan, labels, search_params.language),
        total=result.total,
        first=search_params.offset + 1 if result.hits else 0,
        last=last,
        previous=urls.search(search_params.with_page(search_params.page - 1)) if search_params.page > 1 else "",
        next=urls.search(search_params.with_page(search_params.page + 1))
        if last < result.total and result.hits
        else "",
    )


def shown_hits(index: SearchIndex, hits: Iterable[Hit], language: str = "en") -> tuple[Result, ...]:
    """Return hits without facets and reasons, for a list of similar names."""
    hits_shown = tuple(hits)
    labels = labels_in(index, SearchResult(hits_shown), SearchParams())
    # all hits of this list have the same reason, so it is left out
    return tuple(replace(_result(hit, labels, language), why="") for hit in hits_shown)


def address_of(hit: Hit) -> str:
    """Return the address of a resource; for a canned question, that of its page."""
    slug = (slug_of(hit.thing) or "").removeprefix("question-")
    if name("fyp:CannedQuestion") in hit.kinds and slug in request_context().catalogue.questions:
        return urls.question(slug)
    return urls.page_of(hit.thing)


def why(hit: Hit) -> str:
    """Return the reason for a hit, in the language of the page; empty if its label shows it."""
    return gettext(WHY[hit.how]) if hit.how in WHY else ""


def _result(hit: Hit, labels: Labels, language: str) -> Result:
    # a plan belongs to itself in the index, which a reader need not see
    others = [plan for plan in hit.plans if plan != hit.thing]
    about = hit.about if len(hit.about) <= _LONGEST_ABOUT else hit.about[:_LONGEST_ABOUT].rsplit(" ", 1)[0] + " …"
    return Result(
        hit=hit,
        href=address_of(hit),
        kinds=tuple(best_label(labels, kind, language) for kind in hit.kinds),
        plans=tuple((best_label(labels, plan, language), urls.page_of(plan)) for plan in others[:_MOST_PLANS]),
        more_plans=max(0, len(others) - _MOST_PLANS),
        matched="" if hit.matched == hit.label or hit.how is MatchKind.DESCRIBED else hit.matched,
        why=why(hit),
        about=hit.matched if hit.how is MatchKind.DESCRIBED else about,
    )


def _choices(
    counts: Mapping[NamedNode, int],
    chosen: tuple[NamedNode, ...],
    toggled: Callable[[NamedNode], SearchParams],
    labels: Labels,
    language: str,
) -> tuple[Choice, ...]:
    """Return the most frequent choices, and all chosen ones."""
    # chosen values come first and are always shown, so that each filter can be removed
    shown = [*chosen, *(count for count in counts if count not in chosen)][: max(_FACET_VALUES, len(chosen))]
    return tuple(
        Choice(best_label(labels, entry, language), counts.get(entry, 0), urls.search(toggled(entry)), entry in chosen)
        for entry in shown
    )


def in_sparql(search_params: SearchParams) -> str:
    """Return a plain search of labels in SPARQL. It finds only exact parts of labels."""
    # Literal() quotes the text; lone surrogates, which UTF-8 cannot encode, are replaced before
    text = Literal(search_params.text.encode("utf-8", "replace").decode("utf-8").strip())
    kinds = (
        f"  VALUES ?kind {{ {' '.join(map(str, search_params.kinds))} }}\n  ?thing a ?kind .\n"
        if search_params.kinds
        else ""
    )
    plans = " ".join(map(str, search_params.plans))
    ways = "fyp:inPlan|fyp:officialPartOf|fyp:coveredBy"
    plans = f"  VALUES ?plan {{ {plans} }}\n  ?thing {ways} ?plan .\n" if plans else ""
    return (
        sparql_prologue("dcterms", "fyp", "rdfs", "skos") + f"\nSELECT DISTINCT ?thing ?label WHERE {{\n{kinds}{plans}"
        f"  ?thing {_NAMING} ?label .\n"
        f"  FILTER(CONTAINS(LCASE(STR(?label)), LCASE({text})))\n"
        "} ORDER BY STRLEN(STR(?label)) ?label ?thing LIMIT 50\n"
    )
