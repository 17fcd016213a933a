"""Another engine's server as the other endpoint: the native Oxigraph server, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.core.settings import Settings
from kg.engine import select
from kg.engine.federation.allow import AllowList
from kg.engine.federation.engine import FederatingEngine
from kg.engine.federation.fetch import Fetcher
from kg.engine.store import Store
from kg.release import Release
from tests.kg.engine.federation.remote import LIMITS, Closable
from tests.oxigraph import oxigraph_of

pytestmark = pytest.mark.server

TRIPLES = """
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ex: <https://example.org/>
wd:Q11660 rdfs:label "artificial intelligence"@en ; ex:since "1956"^^<http://www.w3.org/2001/XMLSchema#gYear> .
wd:Q1 rdfs:label "universe"@en .
"""
QUERY = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX ex: <https://example.org/>
SELECT ?technology ?item ?name ?since {
  SERVICE <@> { ?item rdfs:label ?name OPTIONAL { ?item ex:since ?since } }
  ?technology skos:exactMatch ?item .
}
"""


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """The authority of an Oxigraph server that holds the triples above."""
    with oxigraph_of(TRIPLES) as authority:
        yield authority


def test_local_technologies_are_joined_with_triples_there(
    oxigraph: str, store: Store, release: Release, settings: Settings
) -> None:
    local = Closable(store, release.release_id, settings.max_nesting)
    engine = FederatingEngine(local, Fetcher(AllowList.parse(oxigraph), LIMITS), settings.max_nesting)
    table = select(engine, QUERY.replace("@", f"http://{oxigraph}/query"))
    (row,) = table.rows
    assert [str(cell) for cell in row[1:]] == [
        "<http://www.wikidata.org/entity/Q11660>",
        '"artificial intelligence"@en',
        '"1956"^^<http://www.w3.org/2001/XMLSchema#gYear>',
    ]
    assert str(row[0]).endswith("/technology-artificial-intelligence>")
