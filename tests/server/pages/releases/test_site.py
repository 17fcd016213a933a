"""A site names its files, releases and services, and below a pinned address those of that release."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

import pytest
from flask import Flask, Response

from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.metadata import Dump
from kg.release import Release
from server.app import create_app
from server.core.context import request_context
from server.pages.releases.site import built_on, site_here
from tests.kg.output.metadata.sites import iri
from tests.server.links import links_of
from tests.server.two_releases import Stage

HASH = "ab" * 32


@dataclass(frozen=True)
class Typed:
    media_type: str


@dataclass(frozen=True)
class File:
    """A dump as a manifest lists it."""

    name: str
    bytes: int = 7
    sha256: str = HASH
    format: Typed = Typed("application/n-quads")
    packing: Typed = Typed("application/gzip")


@dataclass(frozen=True)
class Manifest:
    dumps: tuple[File, ...]


@dataclass(frozen=True)
class Listed:
    """A release whose manifest lists dumps."""

    manifest: Manifest
    built_on: datetime.date | None = None


@pytest.fixture
def dumping(settings: Settings, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that has dumps, eight of them."""
    app = create_app(settings, engine)
    if not any(rule.rule == "/dumps/<name>" for rule in app.url_map.iter_rules()):
        app.add_url_rule("/dumps/<name>", "dumps.file", lambda name: Response(name))
    listed = Listed(Manifest(tuple(File(f"fyp-kg-{number}.nq.gz") for number in range(8))))
    monkeypatch.setattr("server.pages.releases.site._release", lambda service: listed if service is not None else None)
    return app


def test_the_files_of_a_release_are_those_of_its_manifest(dumping: Flask) -> None:
    with dumping.test_request_context(base_url="https://example.org"):
        dumps = site_here().dumps
    expected = Dump(iri("/dumps/fyp-kg-0.nq.gz"), "application/n-quads", "application/gzip", 7, HASH)
    assert (len(dumps), dumps[0]) == (8, expected)


def test_files_are_linked_everywhere_but_only_some_in_headers(dumping: Flask) -> None:
    client, address = dumping.test_client(), "http://localhost/dumps/fyp-kg-{}.nq.gz"
    response = client.get("/dataset")
    items = [link.href for link in links_of(response) if link.rel == "item"]
    assert items == [address.format(number) for number in range(6)]
    held = client.get("/linkset.json").get_json()["linkset"][0]["item"]
    assert [link["href"] for link in held][:8] == [address.format(number) for number in range(8)]
    for path in ("/dataset", "/.well-known/void", "/catalog"):
        assert address.format(7) in client.get(path).text, path
    assert f"{HASH[:16]}…" in response.text


def test_the_releases_are_those_that_an_address_may_pin(stage: Stage) -> None:
    client_host = "http://localhost/release/"
    with stage.app.test_request_context():
        site = site_here()
    assert {edition.release_id: edition.address.value for edition in site.editions} == {
        release_id: f"{client_host}{release_id}/" for release_id in (stage.old, stage.new)
    }
    assert site.current_id == stage.new


def test_without_older_releases_there_is_one(settings: Settings, engine: EmbeddedEngine) -> None:
    app = create_app(replace(settings, older_releases=0), engine)
    with app.test_request_context():
        assert [edition.release_id for edition in site_here().editions] == [engine.release_id]


def test_a_release_in_no_release_store_is_the_only_one_without_a_day(settings: Settings, release: Release) -> None:
    app = create_app(settings, EmbeddedEngine(Store(), "elsewhere", 10))
    with app.test_request_context():
        site = site_here()
        assert built_on(request_context()) is None
    assert [edition.release_id for edition in site.editions] == ["elsewhere", release.release_id]
    assert site.built_on is None
    client = app.test_client()
    for path in ("/dataset", "/catalog", "/.well-known/void", "/sitemap.xml"):
        assert client.get(path).status_code == 200, path


def test_each_service_is_described_where_it_says(app: Flask) -> None:
    with app.test_request_context():
        access = site_here().access
    client = app.test_client()
    assert {"sparql", "graph-store", "questions", "reconcile", "fragments", "search"} == {
        service.key for service in access
    }
    for service in access:
        assert client.get(service.description.value.removeprefix("http://localhost")).status_code == 200, service.key
    catalogue = client.get("/catalog", headers={"Accept": "text/turtle"}).text
    assert catalogue.count("dcat:DataService") == len(access)
    assert "/opensearch.xml" in catalogue
