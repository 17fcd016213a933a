"""The terms of a release: classes, properties and graphs, and those that a misspelt name is near to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode
from rapidfuzz import fuzz

from kg.core.errors import KgError
from kg.core.lru_cache import LruCache
from kg.core.names import PREFIXES, curie, sparql_prologue
from kg.engine import Engine, select

_DECLARED = (
    sparql_prologue("graph", "owl", "rdf")
    + """SELECT DISTINCT ?term ?kind {
  GRAPH graph:ontology { ?term a ?kind }
  VALUES ?kind { owl:Class rdf:Property owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
}"""
)
_PROPERTIES = "SELECT DISTINCT ?property { ?s ?property ?o }"
_CLASSES = "SELECT DISTINCT ?class { ?s a ?class }"
_GRAPHS = "SELECT ?graph { GRAPH ?graph {} }"

_NEAR = 0.7
_MARGIN = 0.15  # a name that is so much less near than the nearest is left out
_CACHED_RELEASES = 2
CLEARLY = 0.05
"""The least lead, from 0 to 1, of the nearest name over the next for it alone to be meant."""
# vocabularies that describe terms; readers seldom query them
_FOREIGN = ("owl", "rdf", "rdfs", "sh", "void")


@dataclass(frozen=True)
class Terms:
    """Classes and properties as compact IRIs, and the named graphs, all sorted by name."""

    classes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    graphs: tuple[NamedNode, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Classes and properties."""
        return self.classes + self.properties


def terms_of(engine: Engine) -> Terms:
    """Query the terms of an engine's release.

    Raises:
        As ``Engine.answer``.
    """
    declared = select(engine, _DECLARED).rows
    classes = {term for term, kind in declared if str(kind).endswith("#Class>")}
    properties = {term for term, kind in declared if not str(kind).endswith("#Class>")}
    used = set(select(engine, _PROPERTIES).column("property"))
    graphs = [iri for iri in select(engine, _GRAPHS).column("graph") if isinstance(iri, NamedNode)]
    return Terms(
        _curies(classes | set(select(engine, _CLASSES).column("class"))),
        _curies(properties | used),
        tuple(sorted(graphs, key=lambda iri: iri.value)),
    )


def _curies(terms: Iterable[object]) -> tuple[str, ...]:
    short = {curie(term) for term in terms if isinstance(term, NamedNode)}
    return tuple(sorted(name for name in short if name.partition(":")[0] in PREFIXES))


class TermCache:
    """The terms of the newest releases, queried once for each; a release never changes."""

    def __init__(self) -> None:
        self._cache = LruCache[str, Terms](_CACHED_RELEASES)

    def of(self, engine: Engine) -> Terms:
        """Return the terms of the engine's release, or none if the engine does not answer now."""
        try:
            return self._cache.get(engine.release_id, lambda: terms_of(engine))
        except KgError:
            # nothing is cached after an error, so that the next request asks again
            return Terms()


def nearest(name: str, candidates: Iterable[str], most: int = 3) -> list[str]:
    """Return the compact IRIs that are nearest to a misspelt one, or to a local name alone; the best first.

    A name that differs in case or prefix only is nearer than one that differs in letters.
    """
    prefix, colon, local = name.rpartition(":")
    scored = []
    for candidate in candidates:
        its_prefix, _, its_local = candidate.rpartition(":")
        score = similarity(local, its_local)
        if candidate != name and score >= _NEAR:
            is_foreign = its_prefix in _FOREIGN and its_prefix != prefix
            scored.append((-round(score, 3), is_foreign, bool(colon) and its_prefix != prefix, candidate))
    # sorted by the negative score, so that the best comes first
    best = max((-negative for negative, *_ in scored), default=0)
    return [candidate for negative, *_, candidate in sorted(scored)[:most] if -negative > best - _MARGIN]


def unambiguous_name(name: str, near: Sequence[str]) -> str | None:
    """Return the first of the names from ``nearest``, or None if another one is about as near."""
    local = name.rpartition(":")[2]
    scores = [similarity(local, candidate.rpartition(":")[2]) for candidate in near[:2]]
    return near[0] if near and (len(near) == 1 or scores[0] - scores[1] >= CLEARLY) else None


def similarity(name: str, other: str) -> float:
    """Return how like two names are, from 0 to 1; case counts little."""
    if name == other:
        return 1.0
    # names of very different length cannot be near, and the comparison of long ones takes time
    if abs(len(name) - len(other)) > max(len(name), len(other)) * (1 - _NEAR) * 2:
        return 0.0
    # only equal names have the likeness 1, so a name that differs in case comes after them
    return 0.99 * fuzz.ratio(name.casefold(), other.casefold()) / 100
