"""Exports for other worlds: the page, each file, what is not there, and older releases."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import networkx
import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, RdfFormat, Triple

from kg.core.media_types import GRAPH_FORMS, Form
from kg.core.names import name
from kg.engine.embedded import EmbeddedEngine
from server.pages.downloads.groups import BY_PATH, GROUPS
from tests.server.page import Page
from tests.server.two_releases import Stage

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_page_lists_every_file_with_its_use_and_size(client: FlaskClient) -> None:
    response = client.get("/exports")
    page = Page(response.text)
    assert page.problems == []
    assert "max-age" in response.headers["Cache-Control"]
    assert {f"/{path}" for path in BY_PATH} <= page.links
    for group in GROUPS:
        assert group.title in page.text
    for path in BY_PATH:
        assert f"{path.removeprefix('exports/')} " in page.text
    assert "/links/wikidata.sssom.tsv" in page.links
    assert client.get("/exports", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", BY_PATH)
def test_every_file_is_there_with_its_type_a_tag_and_the_same_bytes_again(client: FlaskClient, path: str) -> None:
    response = client.get(f"/{path}")
    assert (response.status_code, response.mimetype) == (200, BY_PATH[path][1].media_type)
    assert response.headers["FYP-Release"]
    assert "max-age" in response.headers["Cache-Control"]
    again = client.get(f"/{path}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/{path}").data == response.data
    assert client.head(f"/{path}").headers["Content-Length"] == str(len(response.data))


def test_a_file_to_keep_is_named_after_its_release(client: FlaskClient, engine: EmbeddedEngine) -> None:
    for path, filename in (
        ("/exports/technologies.graphml", f"technologies-{engine.release_id}.graphml"),
        ("/exports/technologies/nodes.csv", f"technologies-nodes-{engine.release_id}.csv"),
        ("/exports/indicators.zip", f"indicators-{engine.release_id}.zip"),
        ("/links.sssom.tsv", f"links-{engine.release_id}.sssom.tsv"),
        ("/links/wikidata.sssom.tsv", f"links-wikidata-{engine.release_id}.sssom.tsv"),
    ):
        assert client.get(path).headers["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert "Content-Disposition" not in client.get("/exports/indicators/datapackage.json").headers


def test_a_network_is_read_by_networkx_with_its_chinese(client: FlaskClient) -> None:
    graph = networkx.read_graphml(io.BytesIO(client.get("/exports/technologies.graphml").data))
    assert graph.nodes["technology-industrial-internet"]["label_zh"] == "工业互联网"
    rows = csv.DictReader(io.StringIO(client.get("/exports/technologies/edges.csv").text, newline=""))
    assert len(list(rows)) == graph.number_of_edges()


def test_the_package_is_whole_at_its_addresses_and_in_the_archive(client: FlaskClient) -> None:
    descriptor = client.get("/exports/indicators/datapackage.json").get_json()
    with zipfile.ZipFile(io.BytesIO(client.get("/exports/indicators.zip").data)) as archive:
        assert json.loads(archive.read("datapackage.json")) == descriptor
        for resource in descriptor["resources"]:
            assert client.get(f"/exports/indicators/{resource['path']}").data == archive.read(resource["path"])


@pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda form: form.ending)
def test_the_cube_has_each_form_of_a_graph(client: FlaskClient, form: Form) -> None:
    assert isinstance(form.format, RdfFormat)
    expected = {quad.triple for quad in pyoxigraph.parse(client.get("/cube").data, RdfFormat.TURTLE)}
    for response in (
        client.get("/cube", headers={"Accept": form.media_type}),
        client.get(f"/cube?format={form.ending}"),
    ):
        assert response.mimetype == form.media_type
        assert {quad.triple for quad in pyoxigraph.parse(response.data, form.format)} == expected
        assert "Accept" in response.headers["Vary"]


def test_a_browser_that_follows_an_iri_of_the_cube_is_led_to_the_page(client: FlaskClient) -> None:
    response = client.get("/cube", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (303, "/exports#cube")
    assert client.get("/cube?format=ttl", headers=BROWSER).mimetype == "text/turtle"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/exports/nowhere.graphml", "/exports"),
        ("/exports/technologies.csv", "/exports"),
        ("/exports/indicators/../../etc/passwd", "/exports"),
        ("/exports/indicators/%2e%2e/x", "/exports"),
        ("/links/nowhere.sssom.tsv", "wikidata"),
        ("/links/WIKIDATA.sssom.tsv", "wikidata"),
        ("/links/%22.sssom.tsv", "wikidata"),
    ],
)
def test_what_is_not_there_is_reported_with_what_is(client: FlaskClient, path: str, message: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert message in response.text


def test_a_form_that_the_cube_has_not_is_refused(client: FlaskClient) -> None:
    assert client.get("/cube?format=csv").status_code == 406
    assert client.get("/cube", headers={"Accept": "image/png"}).status_code == 406


def test_an_older_release_has_exports_of_its_own(stage: Stage) -> None:
    client, pinned = stage.app.test_client(), f"/release/{stage.old}"
    old, new = (client.get(f"{root}/exports/plan-elements/edges.csv") for root in (pinned, ""))
    assert (old.status_code, old.headers["FYP-Release"]) == (200, stage.old)
    assert stage.old in old.headers["Content-Disposition"]
    assert old.data != new.data
    page = Page(client.get(f"{pinned}/exports").text)
    assert page.problems == []
    assert f"{pinned}/exports/indicators.zip" in page.links
    assert client.get(f"{pinned}/exports/indicators/datapackage.json").get_json()["version"] == stage.old
    cube = client.get(f"{pinned}/cube")
    version = Triple(name("cube:targets"), name("owl:versionInfo"), Literal(stage.old))
    assert version in {quad.triple for quad in pyoxigraph.parse(cube.data, RdfFormat.TURTLE)}
    assert client.get(f"{pinned}/cube", headers=BROWSER).headers["Location"] == f"{pinned}/exports#cube"
    assert stage.old in client.get(f"{pinned}/links.sssom.tsv").text


def test_the_home_page_leads_to_the_exports_and_the_fragments(client: FlaskClient) -> None:
    assert {"/exports", "/fragments"} <= Page(client.get("/").text).links
