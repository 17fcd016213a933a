"""With an engine of another make the service answers as with its own: the same pages, data, errors and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from kg.core.errors import EngineUnreachable, ReleaseGone, ReleaseNotPushed
from kg.core.settings import Settings, read_settings
from kg.engine.remote.engine import RemoteEngine
from kg.release import Release
from kg.release.engines import engine_registry
from kg.release.store import ReleaseStore
from server.app import create_app
from server.core.metrics import Metrics
from tests.kg.engine.remote.conftest import pushed, remote, remote_settings  # noqa: F401 - fixtures
from tests.kg.release.push.conftest import quads
from tests.oxigraph import dump, oxigraph_server
from tests.server.page import Page
from tests.serving import Server, make_release

PATHS = [
    *("/", "/q/", "/q/all-targets", "/q/all-targets.csv", "/q/all-targets.xlsx", "/q/technology-network.svg"),
    *("/page/plan-ii", "/page/technology-artificial-intelligence", "/data/plan-ii.nt", "/data/plan-ii.jsonld"),
    *("/plans/", "/explore", "/explore?thing=plan-ii", "/search?q=robot", "/search?q=机器人", "/ontology", "/shapes"),
    *("/datasets", "/.well-known/void", "/catalog", "/releases", "/graph/plan-ii", "/store?graph=graph/none"),
    *("/fragments?predicate=rdfs:label", "/fragments/quads", "/takeaways", "/links", "/evidence/", "/sparql"),
    *('/reconcile/en?queries={"q":{"query":"robot"}}', "/page/nothing", "/q/nothing", "/sitemap.xml"),
    "/sparql?query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200",
    "/sparql?query=SELECT * { ?s ?p BROKEN",
    "/sparql?query=DROP ALL",
    "/sparql?query=SELECT * { ?s a fyp:Plan }&default-graph-uri=https://w3id.org/fyp-kg/graph/plan-ii",
    "/sparql?query=CONSTRUCT WHERE { ?s a <https://w3id.org/fyp-kg/ontology#Plan> }",
]
GRAPHS = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
GRAPHS |= {"application/ld+json": RdfFormat.JSON_LD}


@pytest.fixture(scope="module")
def remote_client(remote_settings: Settings, remote: RemoteEngine) -> FlaskClient:  # noqa: F811 - a fixture
    return create_app(remote_settings, remote).test_client()


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.5", "application/json, */*;q=0.5"])
@pytest.mark.parametrize("path", PATHS)
def test_an_address_answers_the_same(client: FlaskClient, remote_client: FlaskClient, path: str, accept: str) -> None:
    ours = client.get(path, headers={"Accept": accept})
    theirs = remote_client.get(path, headers={"Accept": accept})
    assert (theirs.status_code, theirs.content_type) == (ours.status_code, ours.content_type)
    assert theirs.headers.get("ETag") == ours.headers.get("ETag")
    mimetype = str(ours.mimetype)
    form = GRAPHS.get(mimetype)
    if form is not None:  # the order of statements is no part of a graph
        base = "https://w3id.org/fyp-kg/"
        assert set(parse(theirs.data, form, base_iri=base)) == set(parse(ours.data, form, base_iri=base))
    elif mimetype.startswith("application/vnd"):  # a workbook notes when it was made
        assert theirs.data[:2] == ours.data[:2] == b"PK"
    else:
        assert theirs.data == ours.data


def test_health_and_metrics_tell_of_replicas_and_name_none(
    remote_settings: Settings,  # noqa: F811 - a fixture
) -> None:
    metrics = Metrics()
    with_engine = engine_registry(remote_settings, metrics)
    try:
        client = create_app(remote_settings, with_engine, metrics).test_client()
        health = client.get("/health")
        assert health.get_json()["replicas"] == {"out": 0, "up": 1}
        exposition = client.get("/metrics").text
        assert 'fyp_engine_replicas{state="up"} 1.0' in exposition
        assert 'fyp_questions_total{lane="remote",outcome="ok"}' in exposition
        port = remote_settings.engine_url.rpartition(":")[2].partition("/")[0]
        assert port not in health.text
        assert not re.search(rf"\b{port}\b", exposition)
    finally:
        with_engine.close()


class Gone:
    """An engine whose engine is gone."""

    release_id = "none"

    def answer(self, *_: object) -> None:
        raise EngineUnreachable("The engine gives no answer.", 2.4)


def test_an_engine_that_is_gone_is_reported_with_when_to_come_back(settings: Settings) -> None:
    client = create_app(settings, Gone()).test_client()  # type: ignore[arg-type]
    response = client.get("/sparql?query=ASK {}")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3")
    page = Page(client.get("/sparql?query=ASK {}", headers={"Accept": "text/html,*/*;q=0.8"}).text)
    assert "The data cannot be reached just now" in page.text


@pytest.fixture
def two_pushed(tmp_path: Path) -> Iterator[tuple[Settings, Release, Release]]:
    """A home with two releases, the first one pushed and current."""
    home = tmp_path / "home"
    with oxigraph_server() as authority:
        chosen = read_settings({}, home=home, engine_url=f"http://{authority}/query", engine_product="oxigraph")
        first = make_release(home, list(quads())[:9])
        pushed(first, chosen)
        second = make_release(home, quads())
        ReleaseStore(home).set_current(first)
        yield chosen, first, second


def test_a_release_is_served_when_it_was_pushed_and_the_old_one_until_then(
    two_pushed: tuple[Settings, Release, Release],
) -> None:
    chosen, first, second = two_pushed
    engines = engine_registry(chosen)
    try:
        ReleaseStore(chosen.home).set_current(second)
        with pytest.raises(ReleaseNotPushed, match=f"kg push {second.release_id}"):
            engines.refresh()
        assert engines.release_id == first.release_id
        with pytest.raises(ReleaseGone), engines.acquire(second.release_id):
            pass
        pushed(second, chosen)
        assert engines.refresh()
        assert engines.release_id == second.release_id
        with engines.acquire(first.release_id) as older:
            assert older.release_id == first.release_id
    finally:
        engines.close()


@pytest.mark.slow
def test_the_real_server_asks_it_and_leaves_its_store_as_it_was(two_pushed: tuple[Settings, Release, Release]) -> None:
    chosen, first, _ = two_pushed
    authority = chosen.engine_url.split("/")[2]
    before = dump(authority)
    with Server(chosen.home, engine_url=chosen.engine_url, engine_product="oxigraph") as server:
        counted = server.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", accept="text/csv")
        assert counted.body == f"n\r\n{first.manifest.quads}\r\n".encode()
        assert server.query("DROP ALL").status == 403
        assert server.query(f"SELECT * {{ SERVICE <http://{authority}/query> {{ ?s ?p ?o }} }}").status == 403
    assert dump(authority) == before
