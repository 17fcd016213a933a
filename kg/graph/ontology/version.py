"""Versions of the ontology: the one that a release holds, and those before it, kept in ``ontology/versions/``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Triple

from kg.core.names import graph, sparql_prologue
from kg.core.settings import PROJECT
from kg.engine import Engine, construct
from kg.graph.ontology.constraint import ShapeGroup
from kg.graph.ontology.documents import ONTOLOGY, SHAPES, Document, documents_of
from kg.graph.ontology.parser import read_vocabulary
from kg.graph.ontology.shapes import read_constraints
from kg.graph.ontology.term import Vocabulary
from kg.sources.files import ONTOLOGY_GRAPHS, DataFile, read_data_file

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
