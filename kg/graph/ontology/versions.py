"""Versions of the ontology, their documents, and the changes from one version to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from kg.core.errors import N_
from kg.core.names import PREFIXES, ROOT, graph, name, sparql_prologue
from kg.core.settings import PROJECT
from kg.engine import Engine, construct
from kg.graph.ontology.shapes import ShapeGroup, read_constraints
from kg.graph.ontology.terms import Term, Vocabulary, read_vocabulary
from kg.sources.files import ONTOLOGY_GRAPHS, DataFile, read_data_file

ONTOLOGY, ALIGNMENT, SHAPES = "ontology", "ontology/alignment", "shapes"
DOCUMENTS = (ONTOLOGY, ALIGNMENT, SHAPES)
"""The documents by their path below the root of our IRIs."""

_BELOW = (name("rdfs:subClassOf"), name("rdfs:subPropertyOf"))
_TYPE = name("rdf:type")


@dataclass(frozen=True)
class Document:
    """A document with its name in addresses, its version (may be empty) and its statements in order."""

    name: str
    version: str
    triples: tuple[Triple, ...]


def documents_of(ontology: Iterable[Triple], shapes: Iterable[Triple]) -> dict[str, Document]:
    """Return the documents made from the two graphs; empty documents are left out.

    The ontology document includes the alignment but only its own header: an ontology document has one header (OWL 2
    Mapping to RDF Graphs, section 3.1.2).
    """
    ontology, shapes = list(ontology), list(shapes)
    # an alignment has a header of its own, which would make a second one in the ontology document
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
    """Yield the header, our terms below external ones, and the types of the external ones."""
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
    matching = (
        triple for triple in triples if triple.subject == _iri(document) and triple.predicate == name("owl:versionInfo")
    )
    return next((str(getattr(triple.object, "value", "")) for triple in matching), "")


def _in_order(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Sort statements: our subjects, external ones, then canonically named blank nodes; the type comes first."""
    # parsers name blank nodes as they like; the canonical names depend on the content only
    dataset = Dataset(Quad(statement.subject, statement.predicate, statement.object) for statement in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(
        sorted((Triple(statement.subject, statement.predicate, statement.object) for statement in dataset), key=_place)
    )


def _place(triple: Triple) -> tuple[int, str, bool, str, str]:
    subject, predicate, value = str(triple.subject), str(triple.predicate), str(triple.object)
    rank = 2 if isinstance(triple.subject, BlankNode) else 0 if subject.startswith(f"<{ROOT}") else 1
    return rank, subject, triple.predicate != _TYPE, predicate, value


VERSIONS = PROJECT / "ontology" / "versions"

_ALL_OF = sparql_prologue("graph") + "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH graph:{} {{ ?s ?p ?o }} }}"


@dataclass(frozen=True, eq=False)
class OntologyVersion:
    """The ontology and the shapes of one version; the properties are computed on first use."""

    ontology: tuple[Triple, ...]
    shapes: tuple[Triple, ...]

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Return the documents by name."""
        return documents_of(self.ontology, self.shapes)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the terms."""
        return read_vocabulary(self.ontology)

    @cached_property
    def constraints(self) -> tuple[ShapeGroup, ...]:
        """Return the shapes."""
        document = self.documents.get(SHAPES)
        return read_constraints(document.triples if document is not None else ())

    @property
    def version(self) -> str:
        """Return the version of the ontology."""
        document = self.documents.get(ONTOLOGY)
        return document.version if document is not None else ""


def ontology_version_of(engine: Engine) -> OntologyVersion:
    """Return the ontology of a release; older releases have no shapes.

    Raises:
        As ``Engine.answer``.
    """
    return OntologyVersion(tuple(construct(engine, ontology_query())), tuple(construct(engine, shapes_query())))


def ontology_query() -> str:
    """Return the query for the statements of the ontology."""
    return _ALL_OF.format("ontology")


def shapes_query() -> str:
    """Return the query for the statements of the shapes."""
    return _ALL_OF.format("shapes")


def read_ontology_versions(folder: Path = VERSIONS) -> tuple[OntologyVersion, ...]:
    """Return the archived versions, newest first.

    Raises:
        As ``read_data_file``.
    """
    editions = [_read(path) for path in sorted(folder.iterdir()) if path.is_dir()] if folder.is_dir() else []
    return tuple(sorted(editions, key=lambda edition: later(edition.version), reverse=True))


def later(version: str) -> tuple[int, ...]:
    """Return the sort key of a version: ``0.10.0`` is after ``0.9.0``; a part that is not a number counts as 0."""
    return tuple(int(part) if part.isdecimal() and part.isascii() else 0 for part in version.split("."))


def _read(folder: Path) -> OntologyVersion:
    triples: dict[str, list[Triple]] = {"ontology": [], "shapes": []}
    for file_name, home in ONTOLOGY_GRAPHS.items():
        path = folder / file_name
        if path.is_file():  # the first versions had no modules.ttl
            triples["shapes" if home == graph("shapes") else "ontology"] += _triples(path)
    return OntologyVersion(tuple(triples["ontology"]), tuple(triples["shapes"]))


def _triples(path: Path) -> Iterable[Triple]:
    home = ONTOLOGY_GRAPHS[path.name]
    return (Triple(quad.subject, quad.predicate, quad.object) for quad in read_data_file(DataFile(path, home)))


_ASPECTS = {  # field of a term: its name on the page
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
    """A changed term and the changed aspects in words, such as ``definition``."""

    iri: NamedNode
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The changes from one version to the next; terms in order of IRI."""

    added: tuple[NamedNode, ...] = ()
    removed: tuple[Term, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(old: Vocabulary, new: Vocabulary) -> Changes:
    """Compare two versions; moving a term to another part is not a change."""
    both = [iri for iri in new.terms if iri in old.terms]
    changed = ((iri, _differing(old.terms[iri], new.terms[iri])) for iri in both)
    return Changes(
        tuple(iri for iri in new.terms if iri not in old.terms),
        tuple(term for iri, term in old.terms.items() if iri not in new.terms),
        tuple(Change(iri, aspects) for iri, aspects in changed if aspects),
    )


def _differing(old: Term, new: Term) -> tuple[str, ...]:
    # the fields are compared as values, so those made from sets must be sorted when they are read
    return tuple(words for field, words in _ASPECTS.items() if getattr(old, field) != getattr(new, field))
