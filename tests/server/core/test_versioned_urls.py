"""Below /release/<id> lies the whole service, as it answers over that release."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask import url_for
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kg.core.settings import Settings
from kg.release import QUADS_FILE, Release
from tests.examples import examples
from tests.server.page import Page
from tests.server.two_releases import QUESTION, WORDED, Stage, make_stage

COUNT = "/sparql?query=SELECT+(COUNT(*)+AS+?n)+{?s+?p+?o}&format=csv"
BROWSER = {"Accept": "text/html"}
FOR_EVER = "public, max-age=31536000, immutable"
UNKNOWN = "0123456789abcdef"

often = examples(150, suppress_health_check=list(HealthCheck))


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    return stage.app.test_client()


@pytest.fixture
def changeable(two_home: tuple[Path, Release, Release], settings: Settings, tmp_path: Path) -> Stage:
    """An application over a copy of the home, whose releases a test may break."""
    home = Path(shutil.copytree(two_home[0], tmp_path / "home", symlinks=True))
    return make_stage(home, settings, two_home[1], two_home[2])


def old(stage: Stage, path: str) -> str:
    return f"/release/{stage.old}{path}"


def new(stage: Stage, path: str) -> str:
    return f"/release/{stage.new}{path}"


def headers(response: TestResponse, *names: str) -> tuple[str | None, ...]:
    return tuple(response.headers.get(name) for name in names)


def test_each_release_answers_a_question_at_its_own_address(client: FlaskClient, stage: Stage) -> None:
    before, after, now = (client.get(path) for path in (old(stage, QUESTION), new(stage, QUESTION), QUESTION))
    assert [response.status_code for response in (before, after, now)] == [200, 200, 200]
    assert [WORDED in response.text for response in (before, after, now)] == [True, False, False]
    assert [headers(response, "FYP-Release", "FYP-Current-Release") for response in (before, after, now)] == [
        (stage.old, stage.new),
        (stage.new, stage.new),
        (stage.new, None),
    ]


def test_data_queries_graphs_and_the_home_page_are_pinned_as_well(client: FlaskClient, stage: Stage) -> None:
    for path in ("/data/plan-ict.ttl", "/page/plan-ict", "/graph/plan-ict", "/", "", f"{QUESTION}", "/q/", COUNT):
        response = client.get(old(stage, path))
        assert response.status_code == 200, path
        assert response.headers["FYP-Release"] == stage.old, path
    assert client.get(old(stage, COUNT)).text != client.get(COUNT).text
    posted = client.post(old(stage, "/sparql"), data={"query": "ASK {}"}, headers={"Accept": "text/csv"})
    assert (posted.text, posted.headers["FYP-Release"]) == ("true", stage.old)


def test_the_current_release_under_its_id_opens_no_second_engine(
    two_home: tuple[Path, Release, Release], settings: Settings
) -> None:
    stage = make_stage(two_home[0], settings, two_home[1], two_home[2])
    client = stage.app.test_client()
    assert client.get(new(stage, QUESTION)).status_code == 200
    assert stage.opened == []
    assert client.get(old(stage, QUESTION)).status_code == 200
    assert [engine.release_id for engine in stage.opened] == [stage.old]


def test_links_of_a_pinned_page_stay_below_its_release_but_for_one_to_the_current_answer(
    client: FlaskClient, stage: Stage
) -> None:
    page = Page(client.get(old(stage, QUESTION)).text)
    assert page.problems == []
    inside = {link for link in page.links if link.startswith("/")}
    assert {link for link in inside if not link.startswith(f"/release/{stage.old}/")} == {QUESTION}
    assert "an older release" in page.text
    assert [
        link for link in inside if client.get(link, headers=BROWSER, follow_redirects=True).status_code != 200
    ] == []
    assert "which is the current one" in Page(client.get(new(stage, QUESTION)).text).text
    assert "keeps to" not in Page(client.get(QUESTION).text).text


def test_an_identifier_leads_to_its_page_in_the_same_release(client: FlaskClient, stage: Stage) -> None:
    response = client.get(old(stage, "/id/plan-ict"), headers=BROWSER)
    assert headers(response, "Location", "FYP-Release") == (old(stage, "/page/plan-ict"), stage.old)


@pytest.mark.parametrize("path", ["/data/plan-ict.ttl", f"{QUESTION.replace('?', '.rq?')}", COUNT, "/graph/plan-ict"])
def test_what_is_no_page_may_be_kept_indefinitely(client: FlaskClient, stage: Stage, path: str) -> None:
    pinned, current = client.get(old(stage, path)), client.get(path)
    assert pinned.headers["Cache-Control"] == FOR_EVER
    assert current.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    tags = {pinned.headers["ETag"], current.headers["ETag"]}
    assert len(tags) == 2
    not_modified = client.get(old(stage, path), headers={"If-None-Match": pinned.headers["ETag"]})
    assert (not_modified.status_code, not_modified.headers["Cache-Control"]) == (304, FOR_EVER)


@pytest.mark.parametrize(
    "path", [QUESTION, "/page/plan-ict", "/", "/sparql?query=SELECT+(NOW()+AS+?n)+{}", "/q/nowhere", COUNT + "&x=("]
)
def test_pages_errors_and_what_changes_are_not_kept_indefinitely(client: FlaskClient, stage: Stage, path: str) -> None:
    response = client.get(old(stage, path), headers=BROWSER if "query" not in path else None)
    assert ("immutable" in response.headers["Cache-Control"]) == path.startswith(COUNT)


def test_the_tag_of_a_page_changes_with_the_current_release_too(changeable: Stage) -> None:
    client = changeable.app.test_client()
    before = client.get(old(changeable, QUESTION))
    changeable.shelf.set_current(changeable.shelf.get(changeable.old))
    changeable.lender.refresh()
    after = client.get(old(changeable, QUESTION))
    assert before.headers["FYP-Release"] == after.headers["FYP-Release"]
    assert before.headers["ETag"] != after.headers["ETag"]
    assert client.get(new(changeable, QUESTION)).headers["FYP-Current-Release"] == changeable.old


def test_a_response_says_where_the_current_answer_is_and_keeps_search_engines_to_that(
    client: FlaskClient, stage: Stage
) -> None:
    response = client.get(old(stage, QUESTION))
    assert headers(response, "Link", "X-Robots-Tag") == (f'<{QUESTION}>; rel="latest-version"', "noindex")
    current = client.get(QUESTION)
    assert "latest-version" not in current.headers["Link"]
    assert headers(current, "X-Robots-Tag") == (None,)


@pytest.mark.parametrize("pinned", [UNKNOWN, "nowhere", "", "..", "%2e%2e", "%F0%9F%9A%80", "%FF", UNKNOWN.upper()])
def test_an_unknown_release_is_404_with_those_that_there_are(client: FlaskClient, stage: Stage, pinned: str) -> None:
    response = client.get(f"/release/{pinned}{QUESTION}", headers={"Accept": "application/json"})
    problem = json.loads(response.text)
    assert (response.status_code, problem["type"].rpartition("/")[2]) == (404, "ReleaseUnknown")
    assert f"There are: {stage.new}, {stage.old}." in problem["detail"]
    assert problem["current"] == f"http://localhost{QUESTION}"
    assert problem["releases"] == {
        release_id: f"http://localhost/release/{release_id}{QUESTION}" for release_id in (stage.new, stage.old)
    }
    assert all(
        client.get(address).status_code == 200 for address in (problem["current"], *problem["releases"].values())
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unknown_release_is_reported_on_a_page_and_in_words(client: FlaskClient, stage: Stage) -> None:
    page = Page(client.get(f"/release/{UNKNOWN}{QUESTION}", headers=BROWSER).text)
    assert page.problems == []
    assert {QUESTION, f"/release/{stage.old}{QUESTION}"} <= {
        link.replace("http://localhost", "") for link in page.links
    }
    assert not any(UNKNOWN in link for link in page.links)
    words = client.get(f"/release/{UNKNOWN}{QUESTION}").text
    assert words.splitlines()[1] == f"The current release: http://localhost{QUESTION}"


def test_a_release_that_was_removed_is_404(changeable: Stage) -> None:
    client = changeable.app.test_client()
    assert client.get(old(changeable, QUESTION)).status_code == 200
    shutil.rmtree(changeable.shelf.folder / changeable.old)
    response = client.get(old(changeable, QUESTION))
    assert (response.status_code, response.text.splitlines()[0]) == (
        404,
        f"There is no release '{changeable.old}' here. There are: {changeable.new}.",
    )


def test_without_older_releases_there_is_only_the_current_one(
    two_home: tuple[Path, Release, Release], settings: Settings
) -> None:
    stage = make_stage(two_home[0], replace(settings, older_releases=0), two_home[1], two_home[2])
    client = stage.app.test_client()
    assert client.get(new(stage, QUESTION)).status_code == 200
    response = client.get(old(stage, QUESTION))
    assert (response.status_code, f"There are: {stage.new}." in response.text) == (404, True)


def test_what_is_of_the_service_is_led_to(client: FlaskClient, stage: Stage) -> None:
    for path in ("/health", "/metrics"):
        response = client.get(old(stage, path))
        assert headers(response, "Location") == (path,)
        assert response.status_code == 307


def test_static_files_are_those_of_the_program_and_open_no_release(
    two_home: tuple[Path, Release, Release], settings: Settings
) -> None:
    stage = make_stage(two_home[0], settings, two_home[1], two_home[2])
    with stage.app.test_request_context():
        stamped = url_for("static", filename="style.css")
    with stage.app.test_client().get(old(stage, stamped)) as response:
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == FOR_EVER
    assert stage.opened == []


def test_a_release_is_not_pinned_below_another(client: FlaskClient, stage: Stage) -> None:
    assert client.get(old(stage, new(stage, QUESTION))).status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example", "/\\evil.example", "//evil.example/health"])
def test_no_path_leads_to_another_host(client: FlaskClient, stage: Stage, path: str) -> None:
    for release_id in (stage.old, UNKNOWN):
        response = client.get(f"/release/{release_id}{path}", headers={"Accept": "application/json"})
        assert not response.headers["Link"].startswith("<//")
        assert all("evil" not in urlsplit(address).netloc for address in re.findall(r"http[^\"<>]*", response.text))
        assert not response.headers.get("Location", "").startswith("//")


def test_behind_a_proxy_with_a_path_links_lead_through_it(client: FlaskClient, stage: Stage) -> None:
    response = client.get(old(stage, QUESTION), environ_overrides={"SCRIPT_NAME": "/fyp"})
    assert response.headers["Link"] == f'</fyp{QUESTION}>; rel="latest-version"'
    assert f'href="/fyp/release/{stage.old}/q/"' in response.text
    unknown = client.get(f"/release/{UNKNOWN}/q/", environ_overrides={"SCRIPT_NAME": "/fyp"})
    assert unknown.text.splitlines()[1] == "The current release: http://localhost/fyp/q/"


def test_a_passage_is_shown_of_the_release_whose_text_it_is(
    two_home: tuple[Path, Release, Release], settings: Settings, source_path: Path
) -> None:
    stage = make_stage(two_home[0], replace(settings, source_text=source_path), two_home[1], two_home[2])
    client, path = stage.app.test_client(), "/page/passage-13592-13786"
    assert "<blockquote" in client.get(new(stage, path)).text
    assert "<blockquote" not in client.get(old(stage, path)).text


@often
@given(path=st.text(max_size=40), query=st.binary(max_size=40))
def test_any_pinned_address_is_answered(client: FlaskClient, stage: Stage, path: str, query: bytes) -> None:
    for release_id in (stage.old, stage.new, UNKNOWN):
        sent = {"QUERY_STRING": query.decode("latin-1")}
        address = f"/release/{release_id}/{quote(path.encode('utf-8', 'surrogatepass'))}"
        response = client.get(address, environ_overrides=sent, headers=BROWSER)
        assert response.status_code in (200, 303, 307, 308, 400, 404, 406), address
        link = response.headers["Link"]
        assert link.isascii()
        assert link.count("<") == link.count(">") == 1


def test_quads_that_were_changed_are_not_answered_from(changeable: Stage) -> None:
    path = changeable.shelf.folder / changeable.old / QUADS_FILE
    path.write_bytes(path.read_bytes()[:-10])
    client = changeable.app.test_client()
    assert client.get(new(changeable, QUESTION)).status_code == 200
    response = client.get(old(changeable, QUESTION), headers=BROWSER)
    assert response.status_code == 410
