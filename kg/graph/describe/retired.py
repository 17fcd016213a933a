"""Retired things: an IRI that was published is never given to something else, and says what took its place."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import sparql_prologue
from kg.engine import Engine, select

_PROLOGUE = sparql_prologue("dcterms", "owl", "xsd", "skos")


@dataclass(frozen=True)
class Retirement:
    """A thing that is no more: what took its place, if anything did, and why, in English."""

    thing: NamedNode
    successors: tuple[NamedNode, ...] = ()
    reason: str = ""


def retirement_of(engine: Engine, thing: NamedNode) -> Retirement | None:
    """What became of a retired thing; None for every other one.

    Raises:
        As ``Engine.answer``.
    """
    text = (
        f"SELECT ?successor ?reason {{ {thing} owl:deprecated true . OPTIONAL {{ {thing} dcterms:isReplacedBy "
        f"?successor }} OPTIONAL {{ {thing} skos:editorialNote ?reason FILTER(LANGMATCHES(LANG(?reason), 'en')) }} }} "
        "ORDER BY ?successor ?reason"
    )
    rows = select(engine, _PROLOGUE + text).rows
    if not rows:
        return None
    successors = dict.fromkeys(one for one, _ in rows if isinstance(one, NamedNode))
    reason = next((one.value for _, one in rows if isinstance(one, Literal)), "")
    return Retirement(thing, tuple(successors), reason)
