"""Versions of the ontology, their documents, and the changes from one version to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from kg.core.names import PREFIXES, ROOT, graph, name, sparql_prologue
from kg.core.settings import PROJECT
from kg.engine import Engine, construct
from kg.graph.ontology.shapes import ShapeGroup, read_constraints
from kg.graph.ontology.terms import Term, Vocabulary, read_vocabulary
from kg.sources.files import ONTOLOGY_GRAPHS, DataFile, read_data_file

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


VERSIONS = PROJECT / "ontology" / "versions"

_ALL_OF = sparql_prologue("graph") + "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH graph:{} {{ ?s ?p ?o }} }}"


@dataclass(frozen=True, eq=False)
class OntologyVersion:
    """The ontology and the shapes as they stood at one time; what they hold is worked out when it is asked for."""

    ontology: tuple[Triple, ...]
    shapes: tuple[Triple, ...]

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The documents by name."""
        return documents_of(self.ontology, self.shapes)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The terms."""
        return read_vocabulary(self.ontology)

    @cached_property
    def constraints(self) -> tuple[ShapeGroup, ...]:
        """The shapes."""
        document = self.documents.get(SHAPES)
        return read_constraints(document.triples if document is not None else ())

    @property
    def version(self) -> str:
        """The version of the ontology."""
        document = self.documents.get(ONTOLOGY)
        return document.version if document is not None else ""


def ontology_version_of(engine: Engine) -> OntologyVersion:
    """The edition that a release holds; older releases hold no shapes.

    Raises:
        As ``Engine.answer``.
    """
    return OntologyVersion(tuple(construct(engine, ontology_query())), tuple(construct(engine, shapes_query())))


def ontology_query() -> str:
    """The query for the statements of the ontology."""
    return _ALL_OF.format("ontology")


def shapes_query() -> str:
    """The query for the statements of the shapes."""
    return _ALL_OF.format("shapes")


def read_ontology_versions(folder: Path = VERSIONS) -> tuple[OntologyVersion, ...]:
    """The editions that are kept, newest first.

    Raises:
        As ``read_data_file``.
    """
    editions = [_read(one) for one in sorted(folder.iterdir()) if one.is_dir()] if folder.is_dir() else []
    return tuple(sorted(editions, key=lambda edition: later(edition.version), reverse=True))


def later(version: str) -> tuple[int, ...]:
    """What versions are ordered by: ``0.10.0`` comes after ``0.9.0``; a part that is no number counts as 0."""
    return tuple(int(part) if part.isdecimal() and part.isascii() else 0 for part in version.split("."))


def _read(folder: Path) -> OntologyVersion:
    found: dict[str, list[Triple]] = {"ontology": [], "shapes": []}
    for file_name, home in ONTOLOGY_GRAPHS.items():
        path = folder / file_name
        if path.is_file():  # there were no parts at first
            found["shapes" if home == graph("shapes") else "ontology"] += _triples(path)
    return OntologyVersion(tuple(found["ontology"]), tuple(found["shapes"]))


def _triples(path: Path) -> Iterable[Triple]:
    home = ONTOLOGY_GRAPHS[path.name]
    return (Triple(quad.subject, quad.predicate, quad.object) for quad in read_data_file(DataFile(path, home)))


_ASPECTS = {  # field of a term: what it is called
    "sort": "kind of term",
    "labels": "labels",
    "definition": "definition",
    "examples": "examples",
    "notes": "notes",
    "above": "terms above",
    "alignments": "alignment",
    "classes": "class",
    "domain": "domain",
    "range": "range",
    "inverses": "inverse",
    "chains": "chain",
    "disjoint": "disjoint classes",
    "traits": "characteristics",
    "reasons": "reasons",
    "deprecated": "deprecation",
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
