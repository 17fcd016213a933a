"""The W3C's manifests of tests over HTTP, as cases of requests and expected responses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Namespace
from rdflib.term import Literal, Node, URIRef

from kg.core.settings import PROJECT

FOLDER = Path(os.environ.get("W3C_TESTS", PROJECT.parent / "shared" / "w3c" / "sparql11"))
ABSENT = "the W3C's tests are not in ../shared/w3c/sparql11, nor does W3C_TESTS name their folder"

PROTOCOL = "Protocol"
STORE = "Graph Store Protocol"
DESCRIPTION = "Service Description"
SUITES = {
    PROTOCOL: ("protocol/manifest.ttl",),
    STORE: ("graph-store-protocol/manifest-direct.ttl", "graph-store-protocol/manifest-indirect.ttl"),
    DESCRIPTION: ("service-description/manifest.ttl",),
}

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")

_KINDS = (MF.ProtocolTest, MF.GraphStoreProtocolTest, MF.ServiceDescriptionTest)


@dataclass(frozen=True)
class Expected:
    """A response as a manifest wants it; ``statuses`` are names such as ``StatusCode2xx`` and ``NotFound``."""

    statuses: frozenset[str]
    boolean: bool | None
    form: str
    content_type: str
    body: str


@dataclass(frozen=True)
class Step:
    """A request, and the response that a manifest wants."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    expected: Expected


@dataclass(frozen=True)
class Case:
    """A test: its requests in order, and the graphs that it needs (file by IRI of the graph)."""

    iri: str
    title: str
    suite: str
    listed: bool
    steps: tuple[Step, ...] = ()
    graphs: dict[str, Path] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The name of the test in its manifest."""
        return self.iri.rpartition("#")[2]


def read_cases() -> list[Case]:
    """All tests of the three suites, in the order of their manifests; first those that the manifest lists."""
    return [case for suite, names in SUITES.items() for name in names for case in _cases(FOLDER / name, suite)]


def _cases(path: Path, suite: str) -> Iterator[Case]:
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    listed = [test for entries in graph.objects(None, MF.entries) for test in graph.items(entries)]
    typed = {test for kind in _KINDS for test in graph.subjects(RDF.type, kind)}
    for test in [*listed, *sorted(typed - set(listed), key=str)]:
        requests = graph.value(graph.value(test, MF.action), HT.requests)
        yield Case(
            str(test),
            " ".join(_text(graph, test, MF.name).split()),
            suite,
            test in listed,
            tuple(_step(graph, node) for node in graph.items(requests)) if requests is not None else (),
            {
                _text(graph, data, RDFS.label): path.parent / _text(graph, data, UT.graph).rpartition("/")[2]
                for data in graph.objects(test, UT.graphData)
            },
        )


def _step(graph: Graph, request: Node) -> Step:
    content = graph.value(request, HT.body)
    encoding = _text(graph, content, CNT.characterEncoding) or "utf-8"
    return Step(
        _text(graph, request, HT.methodName),
        _text(graph, request, HT.absolutePath),
        _headers(graph, request),
        _text(graph, content, CNT.chars).encode(encoding),
        _expected(graph, graph.value(request, HT.resp)),
    )


def _expected(graph: Graph, response: Node | None) -> Expected:
    boolean = graph.value(response, MF.expectedBoolean)
    return Expected(
        frozenset(str(status).rpartition("#")[2] for status in graph.objects(response, MF.expectedStatus)),
        bool(boolean.value) if isinstance(boolean, Literal) else None,
        _text(graph, response, MF.expectedFormat),
        _headers(graph, response).get("content-type", ""),
        _text(graph, graph.value(response, HT.body), CNT.chars),
    )


def _headers(graph: Graph, message: Node | None) -> dict[str, str]:
    listed = graph.value(message, HT.headers)
    fields = list(graph.items(listed)) if listed is not None else []
    return {_text(graph, field, HT.fieldName).lower(): _text(graph, field, HT.fieldValue) for field in fields}


def _text(graph: Graph, node: Node | None, predicate: URIRef) -> str:
    value = graph.value(node, predicate) if node is not None else None
    return "" if value is None else str(value)
