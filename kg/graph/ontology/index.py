"""Statements by subject: what a term says of itself, in an order that is always the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.names import name
from kg.engine import Term

Subject = NamedNode | BlankNode

_FIRST, _REST = name("rdf:first"), name("rdf:rest")


class Index:
    """The statements of a graph, to be asked by subject or by object."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: defaultdict[tuple[Subject, NamedNode], list[Term]] = defaultdict(list)
        self._subjects: defaultdict[tuple[NamedNode, Term], list[Subject]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, NamedNode | BlankNode):
                self._objects[triple.subject, triple.predicate].append(triple.object)
                self._subjects[triple.predicate, triple.object].append(triple.subject)

    def objects(self, subject: Subject, predicate: NamedNode) -> list[Term]:
        """What a subject says with a property; IRIs and texts in their order."""
        return sorted(self._objects.get((subject, predicate), ()), key=str)

    def iris(self, subject: Subject, predicate: NamedNode) -> tuple[NamedNode, ...]:
        """The IRIs among them."""
        return tuple(one for one in self.objects(subject, predicate) if isinstance(one, NamedNode))

    def subjects(self, predicate: NamedNode, value: Term) -> list[Subject]:
        """Who says this, named ones in their order."""
        return sorted(self._subjects.get((predicate, value), ()), key=str)

    def named(self, predicate: NamedNode, value: Term) -> tuple[NamedNode, ...]:
        """The IRIs among them."""
        return tuple(one for one in self.subjects(predicate, value) if isinstance(one, NamedNode))

    def texts(self, subject: Subject, predicate: NamedNode) -> tuple[str, ...]:
        """The literals that a subject says with a property, without their languages."""
        return tuple(one.value for one in self.objects(subject, predicate) if isinstance(one, Literal))

    def text(self, subject: Subject, predicate: NamedNode) -> str:
        """The first of them, or nothing."""
        return next(iter(self.texts(subject, predicate)), "")

    def by_language(self, subject: Subject, *predicates: NamedNode) -> dict[str, str]:
        """A text for each language, from the first property that has one; untagged text has the language ``""``."""
        found: dict[str, str] = {}
        for predicate in predicates:
            for one in self.objects(subject, predicate):
                if isinstance(one, Literal):
                    found.setdefault(one.language or "", one.value)
        return found

    def list_of(self, head: Term) -> tuple[Term, ...]:
        """The members of an RDF list; of one that is broken or leads back to itself, those up to there."""
        members, seen = list[Term](), set[Term]()
        while isinstance(head, BlankNode) and head not in seen:
            seen.add(head)
            members += self.objects(head, _FIRST)[:1]
            head = next(iter(self.objects(head, _REST)), name("rdf:nil"))
        return tuple(members)
