"""Memento (RFC 7089): a resource, a graph or a dump as it was at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.core.settings import Settings
from server.api.memento import ORIGINALS
from tests.server.dated_releases import make_dated_home, make_dated_stage
from tests.server.two_releases import Stage, make_stage

FIRST, SECOND, LAST = (
    "Mon, 05 Jan 2026 00:00:00 GMT",
    "Tue, 10 Mar 2026 00:00:00 GMT",
    "Wed, 25 Nov 2026 00:00:00 GMT",
)
THING = ("/id/plan-a", "/page/plan-a", "/data/plan-a.ttl", "/graph/plan-a")
DUMPS = ("/dumps/", "/dumps/fyp-kg.nq.gz", "/dumps/SHA256SUMS")
MACHINE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Stage, list[str]]:
    """An application over three releases; the first one has no dumps."""
    return make_dated_stage(tmp_path_factory.mktemp("dated"), settings)


@pytest.fixture
def ids(dated: tuple[Stage, list[str]]) -> list[str]:
    return dated[1]


@pytest.fixture
def client(dated: tuple[Stage, list[str]]) -> Iterator[FlaskClient]:
    with dated[0].app.test_client() as client:
        yield client


def ask(client: FlaskClient, path: str, when: str) -> TestResponse:
    return client.get(path, headers={"Accept-Datetime": when})


def links(text: str) -> dict[str, tuple[str, str]]:
    """Links by their relation: address and day."""
    matches = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="[^"]*")?(?:; datetime="([^"]*)")?', text)
    return {relation: (address.removeprefix("http://localhost"), day) for address, relation, day in matches}


@pytest.mark.parametrize("path", THING)
@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        (FIRST, 0),
        ("Mon, 09 Mar 2026 23:59:59 GMT", 0),
        (SECOND, 1),
        ("Tue, 24 Nov 2026 12:00:00 GMT", 1),
        (LAST, 2),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 2),
    ],
)
def test_an_original_leads_to_the_release_of_the_time(
    client: FlaskClient, ids: list[str], path: str, when: str, place: int
) -> None:
    response = ask(client, path, when)
    assert (response.status_code, response.headers["Location"]) == (302, f"/release/{ids[place]}{path}")
    assert "Accept-Datetime" in response.headers["Vary"]
    assert "Memento-Datetime" not in response.headers
    assert links(response.headers["Link"]) == {
        "original timegate": (path, ""),
        "timemap": (f"/timemap{path}", ""),
        "first memento": (f"/release/{ids[0]}{path}", FIRST),
        "last memento": (f"/release/{ids[2]}{path}", LAST),
    }


@pytest.mark.parametrize("path", DUMPS)
def test_of_dumps_only_those_that_are_there_count(client: FlaskClient, ids: list[str], path: str) -> None:
    for when, place in ((FIRST, 1), (SECOND, 1), (LAST, 2)):
        assert ask(client, path, when).headers["Location"] == f"/release/{ids[place]}{path}"
    assert links(client.get(f"/timemap{path}").text)["first memento"] == (f"/release/{ids[1]}{path}", SECOND)


@pytest.mark.parametrize("path", [*THING, *DUMPS])
def test_a_memento_says_its_time_and_its_original(client: FlaskClient, ids: list[str], path: str) -> None:
    response = client.get(f"/release/{ids[1]}{path}", headers=MACHINE)
    assert response.status_code in (200, 303)
    assert response.headers["Memento-Datetime"] == SECOND
    relations = links(", ".join(response.headers.getlist("Link")))
    assert {rel: relations[rel] for rel in ("original timegate", "timemap", "latest-version")} == {
        "original timegate": (path, ""),
        "timemap": (f"/timemap{path}", ""),
        "latest-version": (path, ""),
    }
    assert "Accept-Datetime" not in response.headers.get("Vary", "")


def test_a_memento_has_but_one_time(client: FlaskClient, ids: list[str]) -> None:
    for when in (LAST, "tomorrow"):
        response = ask(client, f"/release/{ids[0]}/page/plan-a", when)
        assert (response.status_code, response.headers["Memento-Datetime"]) == (200, FIRST)


def test_without_a_time_an_original_answers_as_ever_and_says_where_its_past_is(
    client: FlaskClient, ids: list[str]
) -> None:
    response = client.get("/page/plan-a")
    assert response.status_code == 200
    assert "Accept-Datetime" in response.headers["Vary"]
    assert links(response.headers["Link"])["last memento"] == (f"/release/{ids[2]}/page/plan-a", LAST)


def test_a_query_string_belongs_to_the_address(client: FlaskClient, ids: list[str]) -> None:
    response = ask(client, "/page/plan-a?property=%E4%B8%AD&page=2&x=1", SECOND)  # which reads no x
    assert response.headers["Location"] == f"/release/{ids[1]}/page/plan-a?property=%E4%B8%AD&page=2"
    assert links(response.headers["Link"])["timemap"][0] == "/timemap/page/plan-a?property=%E4%B8%AD&page=2"


def test_following_all_the_way_ends_at_what_was_said_then(client: FlaskClient, ids: list[str]) -> None:
    headers = {"Accept": "text/turtle", "Accept-Datetime": SECOND}
    response = client.get("/id/plan-b", headers=headers, follow_redirects=True)
    assert (response.status_code, response.request.path) == (200, f"/release/{ids[1]}/data/plan-b.ttl")
    assert response.headers["Memento-Datetime"] == SECOND
    gone = client.get("/id/plan-b", headers={**headers, "Accept-Datetime": FIRST}, follow_redirects=True)
    assert gone.status_code == 404  # it did not exist at that time
    assert "Memento-Datetime" not in gone.headers


BAD = [
    "",
    "tomorrow",
    "2026-03-10",
    "2026-03-10T00:00:00Z",
    "Tue, 10 Mar 2026 00:00:00 +0100",
    "Tue, 10 Mar 2026 00:00:00",
    "Mon, 10 Mar 2026 00:00:00 GMT",
    "Tue, 31 Feb 2026 00:00:00 GMT",
    "Tue, 10 Mar 2026 25:00:00 GMT",
    "Tue, 10-Mar-26 00:00:00 GMT",
    "Tue, 10 Mar 99999999999 00:00:00 GMT",
    "Mon, 01 Jan 0000 00:00:00 GMT",
    "tue, 10 mar 2026 00:00:00 gmt",
    "Tue, 10 Mar 2026 00:00:00 GMT, Tue, 10 Mar 2026 00:00:00 GMT",
    "\xff\xfe",
    "1" * 9000,
    "<script>",
]


@pytest.mark.parametrize("when", BAD, ids=lambda when: when[:30])
def test_a_time_that_is_none_is_400_in_words(client: FlaskClient, when: str) -> None:
    response = ask(client, "/id/plan-a", when)
    assert response.status_code == 400
    assert "write it in GMT, with its right weekday: Wed, 25 Nov 2026 09:00:00 GMT." in response.text
    assert len(response.text) < 400
    assert response.headers["Cache-Control"] == "no-store"


def test_what_is_no_original_does_not_look_at_the_time(client: FlaskClient, ids: list[str]) -> None:
    for path in ("/", "/q/", "/sparql?query=ASK{}", "/health", "/releases", f"/dumps/fyp-kg-{ids[2]}.nq.gz"):
        response = ask(client, path, "tomorrow")
        assert response.status_code == 200, path
        assert "timegate" not in response.headers.get("Link", "")


def test_a_timemap_lists_every_state(client: FlaskClient, ids: list[str]) -> None:
    response, span = client.get("/timemap/id/plan-a"), f'from="{FIRST}"; until="{LAST}"'
    assert response.content_type == "application/link-format"
    assert response.text.splitlines() == [
        '<http://localhost/id/plan-a>; rel="original timegate",',
        f'<http://localhost/timemap/id/plan-a>; rel="self"; type="application/link-format"; {span},',
        f'<http://localhost/release/{ids[0]}/id/plan-a>; rel="first memento"; datetime="{FIRST}",',
        f'<http://localhost/release/{ids[1]}/id/plan-a>; rel="memento"; datetime="{SECOND}",',
        f'<http://localhost/release/{ids[2]}/id/plan-a>; rel="last memento"; datetime="{LAST}"',
    ]


def test_a_timemap_is_of_the_service_and_not_of_a_release(client: FlaskClient, ids: list[str]) -> None:
    response = client.get(f"/release/{ids[0]}/timemap/id/plan-a")
    assert (response.status_code, response.headers["Location"]) == (307, "/timemap/id/plan-a")


@pytest.mark.parametrize(
    "rest", ["nowhere", "q/", "sparql", "timemap/id/plan-a", "dumps/x", "/evil.example/", "%FF", "x" * 3000, "id/a/b"]
)
def test_what_has_no_timemap_is_404_in_words(client: FlaskClient, rest: str) -> None:
    response = client.get(f"/timemap/{rest}", follow_redirects=True)
    assert response.status_code == 404
    assert len(response.text) < 400


@pytest.mark.parametrize("rest", ["id/nope", "page/nope", "data/nope", "data/nope.ttl", "id/No_Slug"])
def test_an_unknown_thing_has_no_timemap(client: FlaskClient, rest: str) -> None:
    response = client.get(f"/timemap/{rest}")
    assert response.status_code == 404
    assert "There is no resource" in response.text


def test_behind_a_proxy_with_a_path_mementos_lie_below_it(client: FlaskClient, ids: list[str]) -> None:
    response = client.get("/timemap/id/plan-a", environ_overrides={"SCRIPT_NAME": "/fyp"})
    assert f"<http://localhost/fyp/release/{ids[0]}/id/plan-a>" in response.text
    assert "<http://localhost/fyp/timemap/id/plan-a>" in response.text
    gate = client.get("/id/plan-a", headers={"Accept-Datetime": SECOND}, environ_overrides={"SCRIPT_NAME": "/fyp"})
    assert gate.headers["Location"] == f"/fyp/release/{ids[1]}/id/plan-a"


def test_what_was_rolled_back_was_never_current(tmp_path: Path, settings: Settings) -> None:
    stage, ids = make_dated_stage(tmp_path, settings)
    stage.shelf.set_current(stage.shelf.get(ids[1]))
    stage.lender.refresh()
    client = stage.app.test_client()
    assert ask(client, "/id/plan-a", LAST).headers["Location"] == f"/release/{ids[1]}/id/plan-a"
    assert ids[2] not in client.get("/timemap/id/plan-a").text


def test_where_no_older_release_is_served_there_is_one_memento(tmp_path: Path, settings: Settings) -> None:
    made = make_dated_home(tmp_path)
    stage = make_stage(tmp_path, replace(settings, older_releases=0), made[0], made[-1])
    client = stage.app.test_client()
    assert ask(client, "/id/plan-a", FIRST).headers["Location"] == f"/release/{made[-1].release_id}/id/plan-a"
    assert links(client.get("/timemap/id/plan-a").text)["first last memento"][1] == LAST


def test_releases_of_no_known_day_have_no_mementos(tmp_path: Path, settings: Settings) -> None:
    made = make_dated_home(tmp_path)
    for release in made:
        replace(release.manifest, built_on="").write(release.folder)
    client = make_stage(tmp_path, settings, made[0], made[-1]).app.test_client()
    assert ask(client, "/page/plan-a", FIRST).status_code == 200
    assert "Memento-Datetime" not in client.get(f"/release/{made[0].release_id}/page/plan-a").headers
    assert "memento" not in client.get("/timemap/id/plan-a").text


def test_every_original_is_a_view(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= ORIGINALS


def test_the_error_for_a_missing_timemap_names_what_has_one(client: FlaskClient) -> None:
    message = client.get("/timemap/sparql").text
    assert "Resources, graphs, dumps, the ontology and the shapes have one" in message
    assert client.get("/timemap/ontology").status_code == client.get("/timemap/shapes").status_code == 200
