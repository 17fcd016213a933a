"""The shapes as rules in words, under the things that they look at."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.core.messages import N_
from kg.core.names import PREFIXES, name
from kg.graph.ontology.constraint import Constraint, Phrase, ShapeGroup
from kg.graph.ontology.index import Index
from kg.graph.ontology.shacl_text import conditions, path_words

_SEVERITIES = {name("sh:Violation"): N_("violation"), name("sh:Warning"): N_("warning"), name("sh:Info"): N_("info")}
_BY_QUERY: Phrase = ("the query finds nothing wrong",)


def read_constraints(triples: Iterable[Triple]) -> tuple[ShapeGroup, ...]:
    """The rules of a shapes graph, group by group in the order of their names."""
    index = Index(triples)
    groups = (shape for shape in index.named(name("rdf:type"), name("sh:NodeShape")) if _ours(shape))
    return tuple(_group(index, shape) for shape in groups)


def _ours(iri: NamedNode) -> bool:
    return iri.value.startswith(PREFIXES["shape"])


def _group(index: Index, shape: NamedNode) -> ShapeGroup:
    rules = [_constraint(index, one) for one in (shape, *index.iris(shape, name("sh:property")))]
    return ShapeGroup(
        shape,
        index.iris(shape, name("sh:targetClass")),
        index.iris(shape, name("sh:targetSubjectsOf")),
        tuple(rule for rule in rules if rule.conditions),
    )


def _constraint(index: Index, shape: NamedNode) -> Constraint:
    severity = next(iter(index.iris(shape, name("sh:severity"))), name("sh:Violation"))  # SHACL, section 2.1.4
    query = _query(index, shape)
    path = next(iter(index.objects(shape, name("sh:path"))), None)
    return Constraint(
        shape,
        _SEVERITIES.get(severity, "violation"),
        index.text(shape, name("sh:message")),
        path_words(index, path),
        (*conditions(index, shape), *((_BY_QUERY,) if query else ())),
        query,
    )


def _query(index: Index, shape: NamedNode) -> str:
    for rule in index.objects(shape, name("sh:sparql")):
        if isinstance(rule, NamedNode | BlankNode):
            return _unindented(index.text(rule, name("sh:select")))
    return ""


def _unindented(text: str) -> str:
    """A query without the empty lines around it and the indentation of the file that it stands in."""
    lines = [line for line in text.splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[indent:] for line in lines)
