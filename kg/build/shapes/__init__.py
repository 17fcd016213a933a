"""SHACL: the shapes of ``ontology/shapes.ttl`` as queries that validate the data in the store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat

from kg.build.checks import Violation
from kg.build.shapes.graph import Question, ShapesGraph, Subject, questions
from kg.core.errors import TurtleInvalid
from kg.core.names import PREFIXES, curie, name
from kg.engine.store import Store
from kg.sources.files import SHAPES

_BELOW = "SELECT DISTINCT ?class {{ ?class <http://www.w3.org/2000/01/rdf-schema#subClassOf>* {} }}"


def read_shapes(path: Path = SHAPES) -> ShapesGraph:
    """Read a shapes graph.

    Raises:
        TurtleInvalid: the file does not parse.
    """
    try:
        return ShapesGraph(pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise TurtleInvalid(path, str(error.msg), error.lineno, error.offset) from error


def run_shapes(store: Store, shapes: ShapesGraph) -> list[Violation]:
    """Return all results of validating the union of all graphs, in order of shape and resource, with warnings.

    Raises:
        ShapeUnknown: a shape says something for which there is no question yet.
    """

    def classes_below(cls: NamedNode) -> list[NamedNode]:
        below = store.query(_BELOW.format(cls))
        assert isinstance(below, QuerySolutions)  # noqa: S101 - it is a SELECT
        return sorted({cls, *(row[0] for row in below if isinstance(row[0], NamedNode))}, key=str)

    asked = questions(shapes, classes_below)
    violations = [violation for question in asked for violation in _violations(store, shapes, question)]
    return sorted(violations, key=lambda violation: (violation.check, str(violation.thing), violation.detail))


def _violations(store: Store, shapes: ShapesGraph, question: Question) -> Iterable[Violation]:
    rows = store.query(question.text)
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - it is a SELECT
    for row in rows:
        focus, value = row[0], row[1]
        yield Violation(
            check=_name(question.shape),
            thing=focus if isinstance(focus, NamedNode) else None,
            detail=_words(value),
            title="the shape does not fit",
            remedy=shapes.text(question.shape, "sh:message"),
            # a shape without a severity has the severity Violation (SHACL, section 2.1.4)
            severity="warning" if shapes.value(question.shape, "sh:severity") == name("sh:Warning") else "violation",
        )


def _name(shape: Subject) -> str:
    return shape.value.removeprefix(PREFIXES["shape"])


def _words(value: object) -> str:
    if isinstance(value, NamedNode):
        return curie(value)
    return value.value if isinstance(value, Literal) else str(value or "")
