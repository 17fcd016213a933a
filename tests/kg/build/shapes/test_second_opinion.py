"""pySHACL finds the same: on every seeded sinner, and on a small corpus with holes torn into it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

import pytest
from pyoxigraph import NamedNode, Quad

from kg.build.checks import Violation
from kg.build.rules import infer, read_rules
from kg.build.shapes import read_shapes, run_shapes
from kg.core.names import PREFIXES, graph, name
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.sources.files import DataFile, find_data_files, read_data_file
from tests.bench.corpus import write_corpus
from tests.kg.build.shapes.judge import judged

SEEDS = PROJECT / "tests" / "seeds" / "shapes"
NUMBER = re.compile(r"-?\d+(\.\d*)?([eE][+-]?\d+)?")


def told(violations: Iterable[Violation]) -> list[tuple[str, ...]]:
    """Return the violations with numbers as one program writes them: rdflib rewrites some."""
    return sorted(
        (
            violation.check,
            str(violation.thing),
            str(float(violation.detail)) if NUMBER.fullmatch(violation.detail) else violation.detail,
            violation.severity,
        )
        for violation in violations
    )


def apart(quads: Iterable[Quad], mark: str) -> Iterable[Quad]:
    """Return the same with other subjects, so that two seeds with one slug do not repair each other."""

    def marked(term: object) -> object:
        ours = isinstance(term, NamedNode) and term.value.startswith(PREFIXES["id"])
        return NamedNode(f"{term.value}-{mark}") if ours else term  # type: ignore[attr-defined]

    for quad in quads:
        yield Quad(marked(quad.subject), quad.predicate, marked(quad.object), quad.graph_name)  # type: ignore[arg-type]


def test_both_find_the_same_violations_in_the_seeds() -> None:
    paths = sorted(SEEDS.glob("*.ttl"))
    read = [apart(read_data_file(DataFile(path, graph("seed"))), str(n)) for n, path in enumerate(paths)]
    quads = [quad for file_quads in read for quad in file_quads]
    violations = told(run_shapes(Store(quads), read_shapes()))
    assert len(violations) > len(paths)
    assert violations == told(judged(quads))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Quad]:
    """The quads of two plans and what follows from them, without the real data that they lean on."""
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(2, folder)
    store = Store(quad for file in find_data_files([folder]) for quad in read_data_file(file))
    infer(store, read_rules())
    aside = {graph("ontology"), graph("shapes")}
    below = name("rdfs:subClassOf")
    return sorted((quad for quad in store if quad.graph_name not in aside or quad.predicate == below), key=str)


def test_both_find_the_same_where_statements_are_missing_or_are_on_the_wrong_thing(corpus: list[Quad]) -> None:
    chance = random.Random(5)  # noqa: S311 - the same each time
    remaining = [quad for quad in corpus if chance.random() > 0.1]
    wrong = [
        Quad(chance.choice(corpus).subject, quad.predicate, quad.object, graph("x"))
        for quad in chance.sample(corpus, 300)
    ]
    violations = told(run_shapes(Store([*remaining, *wrong]), read_shapes()))
    assert len({check for check, *_ in violations}) > 40
    assert violations == told(judged([*remaining, *wrong]))
