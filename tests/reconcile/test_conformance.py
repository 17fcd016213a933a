"""Our service conforms, over each release and in each language; and each check finds its sinner."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.reconcile import conformance
from tests.reconcile.asking import HOST, through
from tests.reconcile.conformance import CHECKS, Outcome, main, outcomes
from tests.reconcile.schemas import SCHEMAS, faults
from tests.reconcile.service import Reply, Service
from tests.serving import HOST as RUNNING
from tests.serving import serving


@pytest.mark.parametrize("path", ["", "/en", "/de", "/zh"])
def test_our_service_passes_every_check(app: Flask, path: str) -> None:
    assert [
        outcome for outcome in outcomes(Service(f"{HOST}/reconcile{path}", ask=through(app))) if outcome.result != "ok"
    ] == []


def test_our_service_passes_over_a_pinned_release(app: Flask) -> None:
    release_id = app.test_client().get("/reconcile").headers["FYP-Release"]
    service = Service(f"{HOST}/release/{release_id}/reconcile", "工业互联网", through(app))
    assert [outcome for outcome in outcomes(service) if outcome.result != "ok"] == []
    assert release_id in service.manifest["preview"]["url"]


@pytest.mark.slow
@pytest.mark.server
def test_the_command_tests_a_running_server(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(home) as port:
        assert main([f"http://{RUNNING}:{port}/reconcile", "--name", "Big Data"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHECKS)
    assert all(line.startswith("ok") for line in lines)


def test_the_command_says_when_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["http://127.0.0.1:1/reconcile"]) == 2
    assert "does not answer" in capsys.readouterr().err


Change = Callable[[Any], object]


class Sinner:
    """Our service with one fault: what it answers is changed on the way."""

    def __init__(
        self,
        app: Flask,
        change: Change,
        asked: str = "",
        status: int | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> None:
        self._ask, self._change, self._asked = through(app), change, asked
        self._status, self._headers = status, headers or {}

    def __call__(self, method: str, address: str, form: Mapping[str, str] | None = None) -> Reply:
        reply = self._ask(method, address, form)
        what = f"{method} {urlsplit(address).path} {sorted(form or parse_qs(urlsplit(address).query))}"
        if self._asked not in what:
            return reply
        headers = {key: value for key, value in {**reply.headers, **self._headers}.items() if value is not None}
        body = reply.body
        if reply.headers.get("content-type", "").startswith("application/json"):
            answer = json.loads(body)
            self._change(answer)
            body = json.dumps(answer).encode()
        return Reply(self._status or reply.status, headers, body)


def nothing(answer: Any) -> None:
    del answer


def each(change: Change) -> Change:
    def candidates(answer: Any) -> None:
        for reply in answer.values() if isinstance(answer, dict) else ():
            for candidate in reply.get("result", []) if isinstance(reply, dict) else ():
                change(candidate)

    return candidates


def results(change: Change) -> Change:
    def lists(answer: Any) -> None:
        for reply in answer.values() if isinstance(answer, dict) else ():
            if isinstance(reply, dict) and "result" in reply:
                change(reply["result"])

    return lists


def suggested(change: Change) -> Change:
    return lambda answer: change(answer["result"])


def twice(candidate: Any) -> None:
    candidate["features"] *= 2


SINNERS: list[tuple[str, Change, str, int | None, dict[str, str | None]]] = [
    # check, change, where, status, headers
    (
        "manifest_has_the_form_of_the_specification",
        lambda manifest: manifest.pop("versions", None),
        "GET /reconcile []",
        None,
        {},
    ),
    ("scripts_of_other_sites_may_read_every_answer", nothing, "entity", None, {"access-control-allow-origin": None}),
    (
        "results_have_the_form_of_the_specification",
        each(lambda manifest: manifest.update(type="Plan")),
        "POST",
        None,
        {},
    ),
    ("get_answers_as_post_does", results(lambda manifest: manifest.clear()), "GET /reconcile ['queries']", None, {}),
    ("an_empty_batch_has_no_result", lambda manifest: manifest.update(q={"result": []}), "POST", None, {}),
    (
        "the_name_of_a_thing_finds_it",
        each(
            lambda manifest: manifest.update(id=manifest["id"] + "-") if not manifest["features"][0]["value"] else None
        ),
        "POST",
        None,
        {},
    ),
    ("an_id_finds_its_thing", results(lambda manifest: manifest.clear()), "POST", None, {}),
    ("candidates_come_by_decreasing_score", results(lambda manifest: manifest.reverse()), "POST", None, {}),
    ("each_feature_is_told_once", each(twice), "POST", None, {}),
    ("no_more_candidates_than_wanted", results(lambda manifest: manifest.extend(manifest[:1])), "POST", None, {}),
    ("queries_of_a_batch_are_independent", lambda manifest: manifest.get("c", {}).update(result=[]), "POST", None, {}),
    ("a_query_may_have_properties_only", nothing, "POST", 400, {}),
    (
        "every_form_of_a_query_is_read",
        lambda manifest: manifest.pop("t1", {"result": 0}) and manifest.update(t1={}),
        "POST",
        None,
        {},
    ),
    (
        "its_own_type_does_not_exclude_a_thing",
        each(lambda manifest: len(manifest["features"]) > 4 and manifest.update(id="-")),
        "POST",
        None,
        {},
    ),
    ("default_types_are_types", suggested(lambda manifest: manifest.clear()), "suggest/type", None, {}),
    ("a_batch_that_is_too_large_is_refused_or_answered_whole", nothing, "POST", 500, {}),
    ("nonsense_is_refused_in_words", nothing, "POST", 500, {}),
    ("strange_signs_do_no_harm", nothing, "POST", 500, {}),
    ("a_thing_can_be_viewed", nothing, "page", 404, {}),
    ("a_thing_can_be_previewed_in_a_frame", nothing, "preview", None, {"x-frame-options": "DENY"}),
    ("things_are_suggested", suggested(lambda manifest: manifest.clear()), "suggest/entity", None, {}),
    ("types_are_suggested", suggested(lambda manifest: manifest.clear()), "suggest/type", None, {}),
    ("properties_are_suggested", suggested(lambda manifest: manifest.clear()), "suggest/property", None, {}),
    ("properties_are_proposed", lambda manifest: manifest.update(type="other"), "propose", None, {}),
    ("tables_are_extended", lambda manifest: manifest.get("rows", {}).pop("no-such-thing", 0), "['extend']", None, {}),
    (
        "things_among_the_values_are_of_the_service_that_is_named",
        results(lambda manifest: manifest.clear()),
        "POST",
        None,
        {},
    ),
]


def test_every_check_has_a_seed() -> None:
    assert [check.__name__ for check in CHECKS] == [name for name, *_ in SINNERS]


@pytest.mark.parametrize(("name", "change", "asked", "status", "headers"), SINNERS, ids=[row[0] for row in SINNERS])
def test_a_check_finds_its_seed(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    change: Change,
    asked: str,
    status: int | None,
    headers: dict[str, str | None],
) -> None:
    good = Service(f"{HOST}/reconcile", "Industrial Internet platform penetration", through(app))
    bad = Service(good.address, ask=Sinner(app, change, asked, status, headers))
    bad.__dict__["sample"] = good.sample
    if name != CHECKS[0].__name__:
        bad.__dict__["manifest"] = good.manifest
    monkeypatch.setattr(conformance, "CHECKS", [check for check in CHECKS if check.__name__ == name])
    assert [check.result for check in outcomes(bad)] == ["FAILED"]


def test_a_service_without_extras_is_not_blamed(app: Flask) -> None:
    def least(answer: Any) -> None:
        for key in ("suggest", "extend", "preview", "view", "batchSize", "defaultTypes"):
            answer.pop(key, None) if isinstance(answer, dict) else None

    service = Service(f"{HOST}/reconcile", "Big Data", Sinner(app, least, "GET /reconcile []"))
    results_found = list(outcomes(service))
    assert {outcome.result for outcome in results_found} == {"ok", "skipped"}
    assert Outcome("a thing can be viewed", "skipped", "the manifest has no view") in results_found


@pytest.mark.parametrize("what", sorted(SCHEMAS))
def test_a_schema_refuses_what_is_no_answer(what: str) -> None:
    assert faults(what, [])
    assert faults(what, {"result": [{"id": "x"}], "rows": 7, "q": {}})
