"""The service does what its description says: schemathesis makes requests from it and holds the answers against it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import events, from_schema

from server.api.openapi.template import Json
from server.core.sparql_protocol.protocol import QUERY_TYPE
from server.core.wsgi import Wsgi

pytestmark = pytest.mark.slow

IN_DEPTH = (  # of each kind of parameter one: an item and a word, several items, a number, optional items
    "/q/objectives-mentioning-technology",
    "/q/plans-covering-technologies",
    "/q/technology-pairs",
    "/q/discrepancies.rq",
)
PAGES, FILES = r"^/q/[a-z0-9-]+$", r"^/q/[a-z0-9-]+(\.|/embed$)"
ON, OFF = {"enabled": True}, {"enabled": False}

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
"""What must hold of every answer.

Left out are the checks for credentials and for resources that clients make, of which there are none, and
``negative_data_rejection``: more is accepted than the pick lists enumerate, such as full IRIs and no value at all.
"""

CONFIG: dict[str, Any] = {
    "headers": {"Accept-Encoding": "identity"},  # werkzeug's client takes a compressed body for the answer
    "continue-on-failure": True,
    "generation": {"deterministic": True, "database": "none", "no-shrink": True, "max-examples": 10},
    "checks": {"enabled": False, **dict.fromkeys(CHECKS, ON)},
    "phases": {"stateful": OFF},  # no answer leads to another request
    "operations": [
        # the method QUERY, for which OpenAPI 3.1 has no word, and writing, which is refused by 403
        {
            "include-path-regex": "^/(sparql|graph)",
            "checks": {"unsupported_method": OFF, "allow_header_conformance": OFF},
        },
        # every value that the description allows must be taken
        {"include-path-regex": "^/q/.", "checks": {"positive_data_acceptance": {**ON, "expected-statuses": ["2xx"]}}},
        # every value of every parameter would take minutes: each address has a few, and four have them all
        {"include-path-regex": "^/q/.", "exclude-path": list(IN_DEPTH), "phases": {"coverage": OFF}},
        {"include-path-regex": PAGES, "generation": {"max-examples": 3}},
        # files and frames take and refuse what pages do: one request that must be answered is enough
        {
            "include-path-regex": FILES,
            "exclude-path": list(IN_DEPTH),
            "generation": {"max-examples": 1, "mode": "positive"},
            "phases": {"coverage": OFF, "examples": OFF},
        },
    ],
}


@schemathesis.serializer(QUERY_TYPE)
def as_text(_: schemathesis.SerializationContext, query: object) -> bytes:
    """A query goes over the wire as it is; what should be none may be any value."""
    return str(query).encode("utf-8", "surrogatepass")


@dataclass
class Run:
    """The outcome: how many requests each operation had, by status, and what was wrong."""

    operations: set[str]
    requests: Counter[str] = field(default_factory=Counter)
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    problems: list[str] = field(default_factory=list)


def hold(app: Wsgi) -> Run:
    """Make requests of all operations, and hold the answers against the description."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=schemathesis.Config.from_dict(CONFIG))
    paths = schema.raw_schema["paths"].items()
    done = Run({f"{verb.upper()} {path}" for path, item in paths for verb in item if verb in ("get", "post")})
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            done.problems.append(str(event))
        elif isinstance(event, events.ScenarioFinished):
            done.problems += failures(event)
            label, interactions = event.recorder.label, event.recorder.interactions.values()
            done.requests[label] += len(interactions)
            done.statuses[label].update(
                interaction.response.status_code for interaction in interactions if interaction.response is not None
            )
    return done


def failures(event: events.ScenarioFinished) -> Iterator[str]:
    """Each failed check, with the request that it failed on."""
    recorder = event.recorder
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                sent = recorder.cases[case].value
                yield f"{recorder.label} {sent.query} {check.name}: {check.failure_info.failure}"


@pytest.fixture(scope="module")
def run(app: Flask) -> Run:
    return hold(app)


def test_every_answer_is_as_described(run: Run) -> None:
    assert run.problems == []


def test_no_operation_is_left_out(run: Run) -> None:
    """But for the description itself, which is read to begin with."""
    assert set(run.requests) == run.operations - {"GET /openapi.json"}
    assert min(run.requests.values()) > 0


def test_each_question_is_answered_and_refuses_what_it_cannot_take(run: Run) -> None:
    questions = [label for label in run.operations if label.startswith("GET /q/") and label != "GET /q/"]
    assert [label for label in questions if not run.statuses[label][200]] == []
    assert {path for path in IN_DEPTH if not run.statuses[f"GET {path}"].keys() >= {200, 400}} == set()


CHANGES: dict[
    str, tuple[Callable[[Json], object], str]
] = {  # what of the description is made wrong: how, and the check
    "a status": (lambda get: get["responses"].pop("404"), "status_code_conformance"),
    "a type": (lambda get: get["responses"]["200"].update(content={"image/png": {}}), "content_type_conformance"),
    "a header": (
        lambda get: get["responses"]["200"]["headers"].update(
            {"FYP-Release": {"schema": {"type": "integer"}, "required": True}}
        ),
        "response_headers_conformance",
    ),
}


@pytest.mark.parametrize("wrong", CHANGES)
def test_a_description_that_is_wrong_would_be_seen(app: Flask, wrong: str) -> None:
    document = app.test_client().get("/openapi.json").get_json()
    change, expected = CHANGES[wrong]
    document["paths"] = {"/page/{slug}": document["paths"]["/page/{slug}"]}
    change(document["paths"]["/page/{slug}"]["get"])

    def other(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/openapi.json":
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(document).encode()]

    problems = hold(other).problems
    assert problems
    assert {expected in problem for problem in problems} == {True}
