"""On a pinned address the current release is asked as well, and what differs is counted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Response, jsonify, request
from flask.testing import FlaskClient

from kg.core.names import thing
from kg.core.settings import Settings
from kg.engine.store import Store
from kg.release import Release
from server.core.context import request_context
from server.core.question_params import read_question_params, reads_question_params, result_params
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.releases.releases import difference_here
from tests.server.two_releases import QUESTION, Stage, make_stage
from tests.serving import make_release

FIELDS = QUESTION.partition("?")[2]


@reads_question_params("lang", "sort")
def compared(slug: str) -> Response:
    """Return the document that a page would get."""
    params = read_question_params(fields_of_url(request.query_string))
    answered, _ = result_params(request_context(), request_context().catalogue.get(slug), params)
    difference = difference_here(answered, params)
    return jsonify(None if difference is None else asdict(difference))


@pytest.fixture(scope="module")
def stage(two_home: tuple[Path, Release, Release], settings: Settings) -> Stage:
    made = make_stage(two_home[0], settings, two_home[1], two_home[2])
    made.app.add_url_rule("/compared/<slug>", view_func=compared)
    return made


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    return stage.app.test_client()


def ask(client: FlaskClient, release_id: str, fields: str = FIELDS) -> dict[str, object] | None:
    start = f"/release/{release_id}" if release_id else ""
    response = client.get(f"{start}/compared/objectives-mentioning-technology?{fields}")
    assert response.status_code == 200
    document: dict[str, object] | None = response.json
    return document


def test_rows_that_the_current_release_has_more_or_words_otherwise_are_counted(
    client: FlaskClient, stage: Stage
) -> None:
    difference = ask(client, stage.old)
    assert difference == {"release_id": stage.new, "added": 1, "removed": 0, "changed": 1, "refused": ""}


def test_facets_narrow_both_answers(client: FlaskClient, stage: Stage) -> None:
    difference = ask(client, stage.old, f"{FIELDS}&only.plan=id:nowhere")
    assert difference == {"release_id": stage.new, "added": 0, "removed": 0, "changed": 0, "refused": ""}


def test_a_question_that_is_answered_alike_differs_in_nothing(client: FlaskClient, stage: Stage) -> None:
    difference = ask(client, stage.old, "technology=id:technology-5g")
    assert difference == {"release_id": stage.new, "added": 0, "removed": 0, "changed": 0, "refused": ""}


def test_without_an_older_release_there_is_nothing_to_compare(client: FlaskClient, stage: Stage) -> None:
    assert ask(client, "") is None
    assert ask(client, stage.new) is None


def test_a_value_that_the_current_release_does_not_know_is_reported(
    settings: Settings, tmp_path: Path, store: Store
) -> None:
    gone = thing("technology-5g")
    home = tmp_path / "home"
    before = make_release(home, store)
    after = make_release(home, (quad for quad in store if gone not in (quad.subject, quad.object)))
    stage = make_stage(home, settings, before, after)
    stage.app.add_url_rule("/compared/<slug>", view_func=compared)
    difference = ask(stage.app.test_client(), stage.old, "technology=id:technology-5g")
    assert difference is not None
    assert difference["removed"] != 0
    assert "is not one of the choices" in str(difference["refused"])


def test_an_acquired_engine_is_released(client: FlaskClient, stage: Stage) -> None:
    for _ in range(2 * stage.app.extensions["fyp-kg"].settings.most_older_requests):
        ask(client, stage.old)
    assert stage.lender.older._askers == 0
    assert stage.lender.current._lease.users == 0
