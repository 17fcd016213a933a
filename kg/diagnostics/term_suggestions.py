"""The terms of a release: classes, properties and graphs, and which of them a misspelt name is nearest to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from pyoxigraph import NamedNode
from rapidfuzz import fuzz

from kg.core.errors import KgError
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
_HELD_RELEASES = 2
CLEARLY = 0.05
"""By so much the nearest name must be nearer than the next, from 0 to 1, for it alone to be meant."""
_FOREIGN = ("owl", "rdf", "rdfs", "sh", "void")  # what is built of these describes terms, and no reader asks for it


@dataclass(frozen=True)
class Terms:
    """Classes and properties as compact IRIs, and the named graphs; all in the order of their names."""

    classes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    graphs: tuple[NamedNode, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Classes and properties."""
        return self.classes + self.properties


def terms_of(engine: Engine) -> Terms:
    """Ask an engine for the terms of its release.

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
    return tuple(sorted(one for one in short if one.partition(":")[0] in PREFIXES))


class KnownTerm:
    """The terms of the newest releases, asked once for each; a release never changes."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Terms] = OrderedDict()
        self._lock = Lock()

    def of(self, engine: Engine) -> Terms:
        """The terms of the engine's release, or none when the engine does not answer now."""
        release_id = engine.release_id
        with self._lock:
            if release_id in self._held:
                return self._held[release_id]
        try:
            found = terms_of(engine)
        except KgError:
            return Terms()
        with self._lock:
            self._held[release_id] = found
            while len(self._held) > _HELD_RELEASES:
                self._held.popitem(last=False)
        return found


def nearest(name: str, among: Iterable[str], most: int = 3) -> list[str]:
    """The compact IRIs that a misspelt one, or a local name alone, is nearest to; the best first.

    A name that differs in case or prefix only is nearer than one that differs in letters.
    """
    prefix, colon, local = name.rpartition(":")
    scored = []
    for candidate in among:
        its_prefix, _, its_local = candidate.rpartition(":")
        score = likeness(local, its_local)
        if candidate != name and score >= _NEAR:
            strange = its_prefix in _FOREIGN and its_prefix != prefix
            scored.append((-round(score, 3), strange, bool(colon) and its_prefix != prefix, candidate))
    best = max((-minus for minus, *_ in scored), default=0)
    return [candidate for minus, *_, candidate in sorted(scored)[:most] if -minus > best - _MARGIN]


def meant(name: str, near: Sequence[str]) -> str | None:
    """The first of the names that ``nearest`` found, if no other is about as near; else nobody knows which is meant."""
    local = name.rpartition(":")[2]
    scores = [likeness(local, one.rpartition(":")[2]) for one in near[:2]]
    return near[0] if near and (len(near) == 1 or scores[0] - scores[1] >= CLEARLY) else None


def likeness(one: str, other: str) -> float:
    """How like two names are, from 0 to 1; case counts little."""
    if one == other:
        return 1.0
    if abs(len(one) - len(other)) > max(len(one), len(other)) * (1 - _NEAR) * 2:
        return 0.0
    return 0.99 * fuzz.ratio(one.casefold(), other.casefold()) / 100
