"""What a version of the ontology changes: terms that came, went, or are told otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.messages import N_
from kg.graph.ontology.term import Term, Vocabulary

_ASPECTS = {  # field of a term: what it is called
    "sort": N_("kind of term"),
    "labels": N_("labels"),
    "definition": N_("definition"),
    "examples": N_("examples"),
    "notes": N_("notes"),
    "above": N_("terms above"),
    "alignments": N_("alignment"),
    "classes": N_("class"),
    "domain": N_("domain"),
    "range": N_("range"),
    "inverses": N_("inverse"),
    "chains": N_("chain"),
    "disjoint": N_("disjoint classes"),
    "traits": N_("characteristics"),
    "reasons": N_("reasons"),
    "deprecated": N_("deprecation"),
}


@dataclass(frozen=True)
class Change:
    """A term and what is told otherwise of it, in words such as ``definition``."""

    iri: NamedNode
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """From one version to the next; terms in the order of their IRIs."""

    added: tuple[NamedNode, ...] = ()
    removed: tuple[Term, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(old: Vocabulary, new: Vocabulary) -> Changes:
    """What the new version has, lacks and words otherwise; in which part a term is read is no change of it."""
    both = [iri for iri in new.terms if iri in old.terms]
    changed = ((iri, _differing(old.terms[iri], new.terms[iri])) for iri in both)
    return Changes(
        tuple(iri for iri in new.terms if iri not in old.terms),
        tuple(term for iri, term in old.terms.items() if iri not in new.terms),
        tuple(Change(iri, aspects) for iri, aspects in changed if aspects),
    )


def _differing(old: Term, new: Term) -> tuple[str, ...]:
    return tuple(words for field, words in _ASPECTS.items() if getattr(old, field) != getattr(new, field))
