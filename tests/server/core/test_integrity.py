"""Files of a release that are not as they were written: nothing is answered from them, and ``/health`` reports them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64decode
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.settings import read_settings
from kg.engine.embedded import EmbeddedEngine
from kg.release import DUMPS_FOLDER, SEARCH_FILE, Release
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore
from server.app import create_app
from tests.damage import flip, flip_blocks
from tests.serving import Server, make_release, until

CHANGED = "Zzyzx"
JSON = "application/sparql-results+json"


@pytest.fixture
def copied(home: Path, tmp_path: Path) -> Release:
    """A copy of the real release, to be damaged."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    return ReleaseStore(tmp_path / "home").current()


@pytest.fixture
def integrity(copied: Release) -> Integrity:
    return Integrity(ReleaseStore(copied.folder.parent.parent))


@pytest.fixture
def damaged(copied: Release, engine: EmbeddedEngine, integrity: Integrity) -> FlaskClient:
    """A client of the application over that copy; its engine is whole."""
    settings = read_settings({}, home=copied.folder.parent.parent)
    return create_app(settings, engine, integrity=integrity).test_client()


def change_labels(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("UPDATE texts SET text = ?", (CHANGED,))


def broken_files(client: FlaskClient) -> list[str]:
    """The files that /health names."""
    response = client.get("/health")
    assert response.json is not None
    if response.status_code == 200:
        assert response.json["status"] == "ok"
        return []
    assert (response.status_code, response.json["status"]) == (503, "failing")
    assert response.json["kind"] == "ReleaseBroken"
    return [file["name"] for file in response.json["files"]]


def labels_of(client: FlaskClient) -> list[str]:
    response = client.get("/search.json?q=energy")
    assert response.status_code == 200
    assert response.json is not None
    return [hit["label"] for hit in response.json["hits"]]


def test_changed_labels_of_the_search_index_are_not_served(damaged: FlaskClient, copied: Release) -> None:
    change_labels(copied.folder / SEARCH_FILE)
    assert CHANGED not in labels_of(damaged)
    assert broken_files(damaged) == [SEARCH_FILE]


def test_labels_that_change_while_the_index_is_open_are_not_served(damaged: FlaskClient, copied: Release) -> None:
    before = labels_of(damaged)
    assert broken_files(damaged) == []
    change_labels(copied.folder / SEARCH_FILE)
    assert labels_of(damaged) == before
    assert broken_files(damaged) == [SEARCH_FILE]


def test_an_index_that_sqlite_cannot_read_is_reported_as_broken_and_made_again(
    damaged: FlaskClient, copied: Release, integrity: Integrity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = labels_of(damaged)

    def unreadable(*_: object) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("kg.search.index.Ranking", unreadable)
        response = damaged.get("/search.json?q=energy", headers={"Accept": "application/problem+json"})
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["type"].endswith("/ReleaseBroken")
    assert damaged.get("/health").status_code == 503
    flip(copied.folder / SEARCH_FILE, 0.9)
    assert [file.name for file in integrity.check(copied.release_id)] == [SEARCH_FILE]
    assert labels_of(damaged) == before


def test_changed_bytes_of_a_dump_are_refused(damaged: FlaskClient, copied: Release) -> None:
    dump, other = copied.manifest.dumps[:2]
    assert damaged.get(f"/dumps/{dump.name}").status_code == 200
    flip(copied.path_of(dump))
    refused = damaged.get(f"/dumps/{dump.name}", headers={"Accept": "application/problem+json"})
    assert refused.status_code == 503
    assert refused.json is not None
    assert refused.json["type"].endswith("/ReleaseBroken")
    assert str(copied.folder) not in refused.text
    assert broken_files(damaged) == [f"{DUMPS_FOLDER}/{dump.name}"]
    assert damaged.get(f"/dumps/{other.name}").status_code == 200


def test_a_dump_that_is_right_again_is_served_again(damaged: FlaskClient, copied: Release) -> None:
    path = copied.path_of(copied.manifest.dumps[0])
    body = path.read_bytes()
    flip(path)
    assert damaged.get(f"/dumps/{path.name}").status_code == 503
    path.write_bytes(body)
    assert damaged.get(f"/dumps/{path.name}").data == body
    assert broken_files(damaged) == []


def test_a_dump_carries_the_digest_of_its_bytes(damaged: FlaskClient, copied: Release) -> None:
    for dump in copied.manifest.dumps:
        value = damaged.get(f"/dumps/{dump.name}").headers["Repr-Digest"]
        assert value.startswith("sha-256=:")
        assert value.endswith(":")
        assert b64decode(value[len("sha-256=:") : -1], validate=True).hex() == dump.sha256


def test_a_bit_that_changes_silently_is_found_by_the_full_check(
    damaged: FlaskClient, copied: Release, integrity: Integrity
) -> None:
    assert broken_files(damaged) == []
    changed = flip_blocks(copied)
    assert broken_files(damaged) == []
    assert sorted(file.name for file in integrity.check(copied.release_id)) == changed
    assert sorted(broken_files(damaged)) == changed


def test_a_missing_file_is_found_at_the_first_look(damaged: FlaskClient, copied: Release) -> None:
    (copied.folder / "trials.json").unlink()
    assert broken_files(damaged) == ["trials.json"]


def files_in(server: Server) -> list[str]:
    return sorted(file["name"] for file in json.loads(server.ask("/health").body).get("files", []))


@pytest.mark.slow
@pytest.mark.server
def test_a_service_over_a_broken_store_says_so_and_is_well_when_it_is_made_again(tmp_path: Path) -> None:
    graph, says = NamedNode("urn:g"), NamedNode("urn:says")
    quads = [Quad(NamedNode(f"urn:thing:{n}"), says, Literal(f"a longer text, number {n}"), graph) for n in range(5000)]
    release = make_release(tmp_path / "home", quads)
    shutil.copytree(release.folder, tmp_path / "whole")
    changed = flip_blocks(release)
    with Server(tmp_path / "home", tmp_path / "errors", memory_max_quads=0, verify_seconds=1) as server:
        until(lambda: files_in(server) == changed)  # the small ones at once, the others by the full check
        assert server.ask("/health").status == 503
        reply = server.query("SELECT * { ?s ?p ?o } ORDER BY ?o", accept=f"{JSON}, application/problem+json;q=0.5")
        assert (reply.status, json.loads(reply.body)["type"].rpartition("/")[2]) == (503, "ReleaseBroken")
        assert server.query("ASK {}").status == 200
        for path in (tmp_path / "whole" / "store").iterdir():
            shutil.copyfile(path, release.folder / "store" / path.name)
        until(lambda: server.ask("/health").status == 200)
    assert "is broken: store/" in (tmp_path / "errors").read_text()


@pytest.mark.slow
@pytest.mark.server
def test_a_service_starts_over_a_release_whose_dump_is_broken_and_says_so(tmp_path: Path) -> None:
    quad = Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"), NamedNode("urn:g"))
    release = make_release(tmp_path / "home", [quad], with_dumps=True)
    release.path_of(release.manifest.dumps[0]).write_bytes(b"short")
    with Server(tmp_path / "home", tmp_path / "errors") as server:
        assert server.ask("/health").status == 503
        assert server.query("ASK {}").status == 200
    assert release.manifest.dumps[0].name in (tmp_path / "errors").read_text()
