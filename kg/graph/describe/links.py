"""Links to other vocabularies: how sure each match is, and the link that vouches for it."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import sparql_prologue
from kg.engine import Engine, select

_PROLOGUE = sparql_prologue("fyp")


@dataclass(frozen=True)
class Surety:
    """How sure a match is, from 0 to 1 as the data write it, and the link that says so."""

    link: NamedNode
    confidence: str


def sureties_of(engine: Engine, thing: NamedNode) -> dict[NamedNode, Surety]:
    """How sure the matches of a thing are, by the thing elsewhere.

    Raises:
        As ``Engine.answer``.
    """
    text = (
        f"SELECT ?target ?link ?confidence {{ ?link fyp:linkSubject {thing} ; fyp:linkTarget ?target ; "
        "fyp:linkConfidence ?confidence } ORDER BY ?target ?link"
    )
    return {
        target: Surety(link, confidence.value)
        for target, link, confidence in select(engine, _PROLOGUE + text).rows
        if isinstance(target, NamedNode) and isinstance(link, NamedNode) and isinstance(confidence, Literal)
    }
