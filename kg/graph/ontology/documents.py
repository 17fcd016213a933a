"""The documents that the addresses of the ontology lead to: the ontology, its alignment, the shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from kg.core.names import PREFIXES, ROOT, name

ONTOLOGY, ALIGNMENT, SHAPES = "ontology", "ontology/alignment", "shapes"
DOCUMENTS = (ONTOLOGY, ALIGNMENT, SHAPES)
"""The documents by what stands after the root of our IRIs."""

_BELOW = (name("rdfs:subClassOf"), name("rdfs:subPropertyOf"))
_TYPE = name("rdf:type")


@dataclass(frozen=True)
class Document:
    """A document: the name of its address, its version (empty if it states none), and its statements in order."""

    name: str
    version: str
    triples: tuple[Triple, ...]


def documents_of(ontology: Iterable[Triple], shapes: Iterable[Triple]) -> dict[str, Document]:
    """The documents that the statements of the two graphs make; one without a statement is left out.

    The ontology holds the alignment as well, but the header of its own only: an ontology document has one (OWL 2
    Mapping to RDF Graphs, section 3.1.2).
    """
    ontology, shapes = list(ontology), list(shapes)
    headers = {triple.subject for triple in ontology if _is_header(triple)} - {_iri(ONTOLOGY)}
    parts = {
        ONTOLOGY: [triple for triple in ontology if triple.subject not in headers],
        ALIGNMENT: list(_alignment(ontology)),
        SHAPES: shapes,
    }
    return {
        part: Document(part, _version(part, triples), _in_order(triples)) for part, triples in parts.items() if triples
    }


def _iri(document: str) -> NamedNode:
    return NamedNode(ROOT + document)


def _is_header(triple: Triple) -> bool:
    return triple.predicate == _TYPE and triple.object == name("owl:Ontology")


def _alignment(ontology: list[Triple]) -> Iterator[Triple]:
    """The header, our terms below those of others, and what kind of terms these are."""
    placed = [
        triple
        for triple in ontology
        if triple.predicate in _BELOW and _ours(triple.subject) and not _ours(triple.object)
    ]
    theirs = {triple.object for triple in placed}
    for triple in ontology:
        if triple.subject == _iri(ALIGNMENT) or (triple.subject in theirs and triple.predicate == _TYPE):
            yield triple
    yield from placed


def _ours(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(PREFIXES["fyp"])


def _version(document: str, triples: Iterable[Triple]) -> str:
    said = (one for one in triples if one.subject == _iri(document) and one.predicate == name("owl:versionInfo"))
    return next((str(getattr(one.object, "value", "")) for one in said), "")


def _in_order(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Our own by subject, then others, then nodes without a name, which get names that last; the class comes first."""
    dataset = Dataset(Quad(one.subject, one.predicate, one.object) for one in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(sorted((Triple(one.subject, one.predicate, one.object) for one in dataset), key=_place))


def _place(triple: Triple) -> tuple[int, str, bool, str, str]:
    subject, predicate, value = str(triple.subject), str(triple.predicate), str(triple.object)
    rank = 2 if isinstance(triple.subject, BlankNode) else 0 if subject.startswith(f"<{ROOT}") else 1
    return rank, subject, triple.predicate != _TYPE, predicate, value
