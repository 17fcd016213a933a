"""Quirks of Virtuoso 7, each shown; that it answers the catalogue as it should is in ``test_catalogue``.

A minimal question that shows a quirk must go on showing it: when Virtuoso has fixed it, the test fails, and the quirk
can go.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat

from kg.core.names import ROOT
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.remote.quirks import Wording, with_second_value, with_split_plus
from kg.release import Release
from tests.virtuoso import Virtuoso, virtuoso

pytestmark = pytest.mark.virtuoso

UNION = "https://example.org/union"
PREFIXES = (
    "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> PREFIX id: <https://w3id.org/fyp-kg/id/> "
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
)
IN_TWO_WAYS = (
    "{ VALUES ?plan { id:plan-gr } ?part a fyp:OfficialTarget ; fyp:officialPartOf+ ?plan } UNION "
    "{ VALUES ?plan { id:plan-gr } ?part a fyp:QuantitativeTarget ; fyp:inPlan ?plan }"
)
BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


@dataclass(frozen=True)
class Asked:
    """A Virtuoso that holds the release, and the names of its graphs."""

    server: Virtuoso
    graphs: tuple[str, ...]
    default_graphs: tuple[str, ...] = (UNION,)

    def send(self, text: str, accept: str) -> httpx2.Response:
        data = {"query": text, "default-graph-uri": list(self.default_graphs), "named-graph-uri": list(self.graphs)}
        url = f"http://{self.server.authority}/sparql"
        response = httpx2.post(url, data=data, headers={"Accept": accept}, timeout=60, trust_env=False)
        assert response.status_code == 200, response.text[:500]
        return response

    def bindings(self, text: str) -> list[dict[str, Any]]:
        bindings: list[dict[str, Any]] = self.send(text, "application/sparql-results+json").json()["results"][
            "bindings"
        ]
        return bindings

    def rows(self, text: str) -> list[tuple[object, ...]]:
        """Return the rows with the two fixes that answers need: names of blank nodes, and stored truth values."""
        document = self.send(text, "application/sparql-results+json").json()
        for cell in (cell for row in document["results"]["bindings"] for cell in row.values()):
            if cell["type"] == "bnode":
                cell["value"] = cell["value"].removeprefix("nodeID://")
            elif cell.get("datatype") == BOOLEAN:
                cell["value"] = {"1": "true", "0": "false"}[cell["value"]]
        rows = pyoxigraph.parse_query_results(json.dumps(document).encode(), format=QueryResultsFormat.JSON)
        assert isinstance(rows, QuerySolutions)
        return [tuple(row) for row in rows]

    def triples(self, text: str) -> set[str]:
        body = self.send(text, "application/n-triples").content
        return {str(quad.triple) for quad in pyoxigraph.parse(body, format=RdfFormat.N_TRIPLES)}


@pytest.fixture(scope="module")
def asked(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A server with the release in its graphs, and all of it once more in one graph, loaded in bulk."""
    folder = tmp_path_factory.mktemp("virtuoso")
    quads = (release.folder / "quads.nq").read_text("utf-8")
    graphs = {f"{ROOT}graph/{name}": name for name in release.manifest.graphs}
    (folder / "quads.nq").write_text(quads, "utf-8")
    with virtuoso(folder) as server:
        server.run(f"DB.DBA.TTLP_MT(file_to_string_output('{folder}/quads.nq'), '', 'urn:none', 512);")
        insert = f"INSERT INTO <{UNION}> {{ ?s ?p ?o }}"
        for graph in graphs:
            server.run(f"SPARQL {insert} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }};")
        yield Asked(server, tuple(sorted(graphs)))


def test_the_statements_come_back_unharmed(asked: Asked, release: Release) -> None:
    text = (release.folder / "quads.nq").read_bytes()
    stored = {str(quad.triple) for quad in pyoxigraph.parse(text, format=RdfFormat.N_QUADS)}
    read = asked.triples("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert Counter("_:" in line for line in stored) == Counter("_:" in line for line in read)
    assert {line for line in stored if "_:" not in line} == {line for line in read if "_:" not in line}


@pytest.mark.parametrize(
    ("wording", "pattern"),
    [
        (with_split_plus, "?part a ?class ; fyp:officialPartOf+ id:plan-gr"),
        (with_second_value, IN_TWO_WAYS),
    ],
)
def test_a_wording_is_needed(wording: Wording, pattern: str, asked: Asked, engine: EmbeddedEngine) -> None:
    text = f"{PREFIXES} SELECT ?part ?plan {{ {pattern} }} ORDER BY ?part"
    asked = replace(asked, default_graphs=asked.graphs)  # as of a dataset that an asker names
    expected = Counter(map(tuple, select(engine, text).rows))
    assert Counter(asked.rows(text)) != expected
    assert Counter(asked.rows(wording(text))) == expected


@pytest.mark.parametrize(
    ("expression", "value", "datatype"),
    [
        ("1 = 1", "1", "integer"),  # a truth value that is computed
        ("xsd:boolean(1 = 1)", "1", "boolean"),  # the wording for questions that show one
        ("5 / 2", "2", "integer"),  # whole numbers are divided without a rest
        ("5.0 / 2", "2.5", "decimal"),
    ],
)
def test_what_is_computed_may_differ(expression: str, value: str, datatype: str, asked: Asked) -> None:
    cell = asked.bindings(f"{PREFIXES} SELECT ({expression} AS ?x) {{}}")[0]["x"]
    assert (cell["value"], cell["datatype"].rpartition("#")[2]) == (value, datatype)


def test_a_yes_or_no_comes_as_a_row(asked: Asked) -> None:
    assert asked.bindings("ASK { ?s ?p ?o }")[0]["__ASK_RETVAL"]["value"] == "1"
    assert asked.bindings("ASK { ?s <urn:no> ?o }")[0]["__ASK_RETVAL"]["value"] == "0"


def test_texts_with_a_language_are_put_in_order_by_their_words_alone_with_str(
    asked: Asked, engine: EmbeddedEngine
) -> None:
    start = (
        "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?t "
        '{ ?name a fyp:PlanTitle ; dcterms:title ?t FILTER(LANG(?t) = "en") } ORDER BY '
    )
    expected = list(map(tuple, select(engine, f"{PREFIXES} {start} ?t").rows))
    assert asked.rows(f"{PREFIXES} {start} STR(?t)") == expected
    assert asked.rows(f"{PREFIXES} {start} ?t") != expected


def test_statements_are_taken_over_http_once_the_right_is_granted(asked: Asked) -> None:
    url, graph = f"http://{asked.server.authority}/sparql-graph-crud", {"graph": "https://example.org/pushed"}
    line, kind = b'<https://example.org/a> <https://example.org/b> "c" .', {"Content-Type": "application/n-triples"}
    with httpx2.Client(trust_env=False) as client:
        assert client.post(url, params=graph, content=line, headers=kind).status_code == 403
        asked.server.run('GRANT SPARQL_UPDATE TO "SPARQL";')
        assert client.post(url, params=graph, content=line, headers=kind).status_code == 201
        assert client.get(url, params=graph, headers={"Accept": "application/n-triples"}).text.count("\n") >= 1
        assert client.delete(url, params=graph).status_code == 200
