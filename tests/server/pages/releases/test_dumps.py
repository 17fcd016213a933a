"""Dumps are found, described, and served as they lie on disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.release import Release
from kg.release.dump.formats import DUMP_FORMATS
from kg.release.dump.write import dump_again
from kg.release.store import ReleaseStore
from server.app import create_app
from tests.server.dated_releases import make_dated_stage
from tests.server.page import Page
from tests.server.two_releases import Stage, make_stage

BROWSER = {"Accept": "text/html"}
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Stage, list[str]]:
    """An application over three releases; the first one has no dumps."""
    return make_dated_stage(tmp_path_factory.mktemp("dated"), settings)


@pytest.fixture
def changeable(tmp_path: Path, dated: tuple[Stage, list[str]], settings: Settings) -> tuple[Stage, list[str]]:
    """The same over a copy of the home, which a test may break."""
    stage, ids = dated
    home = Path(shutil.copytree(stage.shelf.home, tmp_path / "home", symlinks=True))
    shelf = ReleaseStore(home)
    return make_stage(home, settings, shelf.get(ids[0]), shelf.get(ids[-1])), ids


@pytest.fixture
def ids(dated: tuple[Stage, list[str]]) -> list[str]:
    return dated[1]


@pytest.fixture
def client(dated: tuple[Stage, list[str]]) -> Iterator[FlaskClient]:
    with dated[0].app.test_client() as client:
        yield client


def current(dated: tuple[Stage, list[str]]) -> Release:
    return dated[0].shelf.get(dated[1][-1])


def test_the_page_offers_every_file_with_its_size_and_how_to_load_it(
    client: FlaskClient, dated: tuple[Stage, list[str]]
) -> None:
    page = Page(client.get("/dumps/", headers=BROWSER).text)
    assert page.problems == []
    release = current(dated)
    for dump in release.manifest.dumps:
        assert f"/release/{release.release_id}/dumps/{dump.name}" in page.links
        assert dump.sha256 in page.text
    for words in ("CC BY 4.0", "oxigraph load", "tdb2.tdbloader", "rdflib.Dataset", "sha256sum -c", "N-Quads", "Jelly"):
        assert words in page.text


def test_every_link_of_the_page_leads_on(client: FlaskClient) -> None:
    for path in ("/dumps/", "/releases"):
        for link in Page(client.get(path, headers=BROWSER).text).links:
            if not link.startswith(("http", "#")):
                assert client.get(link, headers=BROWSER, follow_redirects=True).status_code == 200, link


def test_programs_get_the_list_as_json(client: FlaskClient, dated: tuple[Stage, list[str]]) -> None:
    response = client.get("/dumps/", headers={"Accept": "application/json"})
    listing, release = json.loads(response.text), current(dated)
    assert (listing["release"], listing["quads"], listing["built_on"]) == (release.release_id, 3, "2026-11-25")
    assert listing["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [(file["name"], file["bytes"], file["sha256"]) for file in listing["files"]] == [
        (dump.name, dump.bytes, dump.sha256) for dump in release.manifest.dumps
    ]
    assert {file["format"] for file in listing["files"]} == {
        dump_format.media_type for dump_format in DUMP_FORMATS.values()
    }
    for file in listing["files"]:
        body = client.get(file["address"].removeprefix("http://localhost")).data
        assert hashlib.sha256(body).hexdigest() == file["sha256"]


@pytest.mark.parametrize("ending", DUMP_FORMATS)
@pytest.mark.parametrize(("packing", "media_type"), [("gz", "application/gzip"), ("zst", "application/zstd")])
def test_a_file_is_served_packed_and_not_as_a_coding_so_that_its_checksum_holds(
    client: FlaskClient, ids: list[str], ending: str, packing: str, media_type: str
) -> None:
    name = f"fyp-kg-{ids[-1]}.{ending}.{packing}"
    response = client.get(f"/dumps/{name}", headers={"Accept-Encoding": "gzip, br, zstd"})
    assert response.status_code == 200
    assert response.content_type == media_type
    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers["FYP-Release"] == ids[-1]
    lines = client.get("/dumps/SHA256SUMS").text.splitlines()
    assert f"{hashlib.sha256(response.data).hexdigest()}  {name}" in lines


def test_a_name_without_an_id_is_that_of_the_release_that_is_asked(client: FlaskClient, ids: list[str]) -> None:
    for release_id, prefix in ((ids[2], ""), (ids[1], f"/release/{ids[1]}")):
        response = client.get(f"{prefix}/dumps/fyp-kg.nq.gz")
        assert f"fyp-kg-{release_id}.nq.gz" in response.headers["Content-Disposition"]
        assert hashlib.sha256(gzip.decompress(response.data)).hexdigest()[:16] == release_id


def test_what_keeps_to_a_release_may_be_kept_indefinitely(client: FlaskClient, ids: list[str]) -> None:
    name = f"fyp-kg-{ids[-1]}.nq.gz"
    pinned, plain = client.get(f"/release/{ids[-1]}/dumps/{name}"), client.get(f"/dumps/{name}")
    assert pinned.headers["Cache-Control"] == FOR_EVER
    assert plain.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert pinned.headers["ETag"] == plain.headers["ETag"]
    not_modified = client.get(f"/dumps/{name}", headers={"If-None-Match": plain.headers["ETag"]})
    assert (not_modified.status_code, not_modified.data) == (304, b"")
    assert '</dumps/fyp-kg.nq.gz>; rel="latest-version"' in pinned.headers.getlist("Link")


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    head, got = client.head("/dumps/fyp-kg.nq.gz"), client.get("/dumps/fyp-kg.nq.gz")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.data))
    assert head.headers["ETag"] == got.headers["ETag"]


def test_a_file_of_another_release_is_led_to(client: FlaskClient, ids: list[str]) -> None:
    name = f"fyp-kg-{ids[1]}.nq.gz"
    response = client.get(f"/dumps/{name}")
    assert (response.status_code, response.headers["Location"]) == (302, f"/release/{ids[1]}/dumps/{name}")
    assert client.get(response.headers["Location"]).status_code == 200
    assert client.get(f"/release/{ids[2]}/dumps/{name}").status_code == 404


def test_no_engine_of_an_older_release_is_opened_for_its_files(
    client: FlaskClient, dated: tuple[Stage, list[str]]
) -> None:
    stage, ids = dated
    before = list(stage.opened)
    for path in ("", "SHA256SUMS", "fyp-kg.nq.gz", f"fyp-kg-{ids[1]}.nq.gz"):
        assert client.get(f"/release/{ids[1]}/dumps/{path}", headers=BROWSER).status_code == 200
    assert stage.opened == before


HOSTILE = [
    "manifest.json",
    "..%2f..%2fmanifest.json",
    "..%2fquads.nq",
    "%2e%2e%2fquads.nq",
    "fyp-kg-0123456789abcdef.nq.gz",
    "fyp-kg.nq",
    "fyp-kg.nq.rar",
    "fyp-kg.%00.gz",
    "fyp-kg..gz",
    "%F0%9F%9A%80",
    "%FF",
    "x" * 3000,
    "<script>alert(1)</script>",
    "sha256sums",
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:30])
def test_a_name_that_is_none_is_404_in_words(client: FlaskClient, ids: list[str], name: str) -> None:
    for prefix in ("", f"/release/{ids[1]}", f"/release/{ids[2]}"):
        response = client.get(f"{prefix}/dumps/{name}")
        assert response.status_code == 404
        assert len(response.text) < 400
        assert str(Path.home()) not in response.text
        page = client.get(f"{prefix}/dumps/{name}", headers=BROWSER)
        assert Page(page.text).problems == []
        assert "<script>alert" not in page.text


def test_a_release_without_dumps_says_how_it_gets_them(changeable: tuple[Stage, list[str]]) -> None:
    client = changeable[0].app.test_client()
    stage, ids = changeable
    page = client.get(f"/release/{ids[0]}/dumps/", headers=BROWSER)
    assert page.status_code == 200
    assert Page(page.text).problems == []
    assert f"kg dump {ids[0]}" in page.text
    for name in ("SHA256SUMS", "fyp-kg.nq.gz", f"fyp-kg-{ids[0]}.nq.gz"):
        response = client.get(f"/release/{ids[0]}/dumps/{name}")
        assert response.status_code == 404
        assert f"kg dump {ids[0]}" in response.text
    dump_again(stage.shelf, stage.shelf.get(ids[0]))
    assert client.get(f"/release/{ids[0]}/dumps/fyp-kg.nq.gz").status_code == 200
    assert "kg dump" not in client.get(f"/release/{ids[0]}/dumps/", headers=BROWSER).text


def test_a_file_that_is_not_as_it_was_written_is_never_a_200(changeable: tuple[Stage, list[str]]) -> None:
    client = changeable[0].app.test_client()
    release = current(changeable)
    dump = release.manifest.dumps[0]
    release.path_of(dump).write_bytes(b"short")
    response = client.get(f"/dumps/{dump.name}")
    assert response.status_code == 503
    assert "not here as it was written" in response.text
    assert str(release.folder) not in response.text


def test_an_unknown_release_is_404_and_a_broken_one_410(changeable: tuple[Stage, list[str]]) -> None:
    client = changeable[0].app.test_client()
    stage, ids = changeable
    assert client.get("/release/0123456789abcdef/dumps/fyp-kg.nq.gz").status_code == 404
    (stage.shelf.folder / ids[1] / "manifest.json").unlink()
    (stage.shelf.folder / "touched").mkdir()
    response = client.get(f"/release/{ids[1]}/dumps/fyp-kg.nq.gz")
    assert (response.status_code, "whole no longer" in response.text) == (410, True)


def test_a_release_that_is_not_in_the_home_has_no_dumps_here(settings: Settings, tmp_path: Path) -> None:
    elsewhere = replace(settings, home=tmp_path / "empty")
    client = create_app(elsewhere, EmbeddedEngine(Store(), "0123456789abcdef", 10)).test_client()
    response = client.get("/dumps/fyp-kg.nq.gz")
    assert (response.status_code, "is not on this machine" in response.text) == (404, True)
    assert client.get("/releases", headers=BROWSER).status_code == 200
    assert client.get("/page/x", headers={"Accept-Datetime": "Wed, 25 Nov 2026 00:00:00 GMT"}).status_code == 404
