"""The list of releases: their days, sizes and changes, and where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.core.settings import Settings
from kg.release.dump.write import dump_again
from tests.server.dated_releases import make_dated_stage
from tests.server.page import Page
from tests.server.two_releases import Stage

BROWSER = {"Accept": "text/html"}
PROGRAM = {"Accept": "application/json"}


@pytest.fixture
def dated(tmp_path: Path, settings: Settings) -> tuple[Stage, list[str]]:
    """An application over three releases; the first one has no dumps."""
    return make_dated_stage(tmp_path / "home", settings)


@pytest.fixture
def ids(dated: tuple[Stage, list[str]]) -> list[str]:
    return dated[1]


@pytest.fixture
def client(dated: tuple[Stage, list[str]]) -> Iterator[FlaskClient]:
    with dated[0].app.test_client() as client:
        yield client


def test_the_page_lists_every_release_newest_first(client: FlaskClient, ids: list[str]) -> None:
    page = Page(client.get("/releases", headers=BROWSER).text)
    assert page.problems == []
    assert [page.text.index(release_id) for release_id in reversed(ids)] == sorted(
        page.text.index(release_id) for release_id in ids
    )
    assert {f"/release/{release_id}/" for release_id in ids} <= page.links
    assert {f"/release/{release_id}/cite.txt" for release_id in ids} <= page.links
    assert {link for link in page.links if link.endswith("/dumps/")} == {
        f"/release/{release_id}/dumps/" for release_id in ids[1:]
    }
    assert "Built on 10 March 2026 : 2 statements in 1 graph. 1 statement more than in the one before." in page.text


def test_programs_get_the_changes_by_graph(client: FlaskClient, ids: list[str]) -> None:
    listing = json.loads(client.get("/releases", headers=PROGRAM).text)
    assert listing["current"] == ids[2]
    assert [
        (entry["release"], entry["built_on"], entry["quads"], entry["changes"]) for entry in listing["releases"]
    ] == [
        (ids[2], "2026-11-25", 3, {"plan-a": [2, 3]}),
        (ids[1], "2026-03-10", 2, {"plan-a": [1, 2]}),
        (ids[0], "2026-01-05", 1, {}),
    ]
    assert [entry["dumps"] is None for entry in listing["releases"]] == [False, False, True]


def test_dumps_that_are_added_later_show_at_once(client: FlaskClient, dated: tuple[Stage, list[str]]) -> None:
    stage, ids = dated
    before = client.get("/releases", headers=PROGRAM)
    assert before.headers["Cache-Control"] == "no-cache"
    dump_again(stage.shelf, stage.shelf.get(ids[0]))
    after = client.get("/releases", headers={**PROGRAM, "If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert json.loads(after.text)["releases"][2]["dumps"] == f"/release/{ids[0]}/dumps/"
    again = client.get("/releases", headers={**PROGRAM, "If-None-Match": after.headers["ETag"]})
    assert again.status_code == 304


def test_below_a_release_it_leads_to_the_list_of_all(client: FlaskClient, ids: list[str]) -> None:
    response = client.get(f"/release/{ids[0]}/releases")
    assert (response.status_code, response.headers["Location"]) == (307, "/releases")
