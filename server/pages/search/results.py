"""What was found, as a page shows it: each thing with its kind, its plans and why it was found, and links to narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.core.messages import N_
from kg.core.names import name, slug_of, sparql_prologue
from kg.graph.describe import Label, Labels
from kg.search import Hit, MatchKind, SearchIndex, SearchResult
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext
from server.core.search_params import SearchParams
from server.pages.result.cells import best_label

_MOST_PLANS = 3
_LONGEST_ABOUT = 220
_FACET_VALUES = 12
_NAMING = "skos:prefLabel|skos:altLabel|rdfs:label|dcterms:title|fyp:asPrinted"

# why a thing is there, where its label does not show it
WHY = {
    MatchKind.SOUNDS: N_("by its pinyin"),
    MatchKind.SCATTERED: N_("the words are in several of its names"),
    MatchKind.SIMILAR: N_("similar spelling"),
    MatchKind.DESCRIBED: N_("in its description"),
}


@dataclass(frozen=True)
class Result:
    """A hit in words; ``matched`` is empty where the label shows what matched; ``why`` where that needs no word."""

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
        """Whether ``about`` is the text that matched."""
        return self.hit.how is MatchKind.DESCRIBED


@dataclass(frozen=True)
class Choice:
    """A kind or plan to narrow by, or to widen again when it is chosen."""

    label: Label
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Results:
    """One page of what was found; hits count from 1."""

    results: tuple[Result, ...]
    kinds: tuple[Choice, ...]
    plans: tuple[Choice, ...]
    total: int
    first: int
    last: int
    previous: str
    next: str


def labels_in(index: SearchIndex, found: SearchResult, search_params: SearchParams) -> Labels:
    """The labels of all kinds and plans that are spoken of."""
    named = {*found.kinds, *found.plans, *search_params.kinds, *search_params.plans}
    named.update(iri for hit in found.hits for iri in (*hit.kinds, *hit.plans))
    return index.labels(sorted(named, key=lambda iri: iri.value))


def results_page(index: SearchIndex, found: SearchResult, search_params: SearchParams) -> Results:
    """The page that is sought."""
    labels = labels_in(index, found, search_params)
    last = search_params.offset + len(found.hits)
    return Results(
        results=tuple(_result(hit, labels, search_params.language) for hit in found.hits),
        kinds=_choices(found.kinds, search_params.kinds, search_params.with_kind, labels, search_params.language),
        plans=_choices(found.plans, search_params.plans, search_params.with_plan, labels, search_params.language),
        total=found.total,
        first=search_params.offset + 1 if found.hits else 0,
        last=last,
        previous=urls.search(search_params.on_page(search_params.page - 1)) if search_params.page > 1 else "",
        next=urls.search(search_params.on_page(search_params.page + 1)) if last < found.total and found.hits else "",
    )


def shown_hits(index: SearchIndex, hits: Iterable[Hit], language: str = "en") -> tuple[Result, ...]:
    """Hits without facets and reasons: the nearest names, of which the page says why they are there."""
    kept = tuple(hits)
    labels = labels_in(index, SearchResult(kept), SearchParams())
    return tuple(replace(_result(hit, labels, language), why="") for hit in kept)


def address_of(hit: Hit) -> str:
    """Where a thing is shown: a question where it is asked."""
    slug = (slug_of(hit.thing) or "").removeprefix("question-")
    if name("fyp:CannedQuestion") in hit.kinds and slug in request_context().catalogue.questions:
        return urls.question(slug)
    return urls.page_of(hit.thing)


def why(hit: Hit) -> str:
    """Why a thing is there, in the language of the page; empty where its label shows it."""
    return gettext(WHY[hit.how]) if hit.how in WHY else ""


def _result(hit: Hit, labels: Labels, language: str) -> Result:
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
    """The most frequent, and those chosen in any case."""
    shown = [*chosen, *(one for one in counts if one not in chosen)][: max(_FACET_VALUES, len(chosen))]
    return tuple(
        Choice(best_label(labels, one, language), counts.get(one, 0), urls.search(toggled(one)), one in chosen)
        for one in shown
    )


def in_sparql(search_params: SearchParams) -> str:
    """A plain search of labels in SPARQL: the same question, but without forgiving anything."""
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
