"""Run the W3C's tests over real HTTP, against ``kg serve`` over releases that hold the data of the tests.

The service is read-only. A test that writes is run all the same: each write must be refused with 403 and a clear text.
Its later reads use a release with the content that a writable store would have by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QueryResultsFormat, RdfFormat

from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS
from kg.core.names import graph, name
from tests.serving import HOST, make_release, serving
from tests.w3c import sparql12
from tests.w3c.description import against_schema
from tests.w3c.http import Response, send
from tests.w3c.manifest import DESCRIPTION, PROTOCOL, STORE, Case, Expected, Step
from tests.w3c.state import DEFAULT, State, after, named_by, quads, same_graph

PASSED, FAILED, INAPPLICABLE = "passed", "failed", "inapplicable"

_STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
_WRITES = ("PUT", "POST", "DELETE", "PATCH")


@dataclass
class Outcome:
    """The outcome of a test."""

    case: Case
    refused: int = 0
    read: int = 0
    unreadable: int = 0
    reasons: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        """The outcome by its name in EARL."""
        if self.faults:
            return FAILED
        return INAPPLICABLE if self.refused else PASSED


@dataclass(frozen=True)
class Read:
    """A request for a graph, and what the graph must hold by then."""

    needs: State
    outcome: Outcome
    step: Step


@dataclass(frozen=True)
class Run:
    """The outcomes of all tests, and which features of SPARQL 1.2 work."""

    outcomes: list[Outcome]
    features: dict[str, str]


def run(cases: Iterable[Case], folder: Path) -> Run:
    """Run all tests, with the releases below a folder."""
    outcomes = {case.iri: Outcome(case) for case in cases}
    by_suite = defaultdict(list)
    for outcome in outcomes.values():
        by_suite[outcome.case.suite].append(outcome)
    make_release(folder / "protocol", [*_data(outcomes.values()), *sparql12.data()])
    with serving(folder / "protocol") as port:
        for outcome in by_suite[PROTOCOL]:
            _run_protocol(outcome, port)
        for outcome in by_suite[DESCRIPTION]:
            outcome.faults += _against_description(outcome.case, port)
        features = sparql12.try_features(port)
    _run_store(by_suite[STORE], folder)
    return Run(list(outcomes.values()), features)


def _data(outcomes: Iterable[Outcome]) -> list[Quad]:
    files = {iri: path for outcome in outcomes for iri, path in outcome.case.graphs.items()}
    return [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(iri))
        for iri, path in files.items()
        for quad in pyoxigraph.parse(path=str(path), format=RdfFormat.N_TRIPLES)
    ]


def _run_protocol(outcome: Outcome, port: int) -> None:
    for step in outcome.case.steps:
        response = _ask(port, step)
        if _is_update(step):
            _see_refused(outcome, step, response)
        elif outcome.refused:
            outcome.unreadable += 1  # it asks for what the refused update would have changed
        else:
            outcome.read += 1
            outcome.faults += _against(step, response)


def _is_update(step: Step) -> bool:
    wanted = step.headers.get("content-type", "").startswith("application/sparql-update") or b"update=" in step.body
    return wanted and "StatusCode2xx" in step.expected.statuses


def _run_store(outcomes: list[Outcome], folder: Path) -> None:
    """Refuse the writes, and put off the reads until a server holds what they need."""
    reads: list[Read] = []
    writes: list[tuple[Outcome, Step]] = []
    for outcome in outcomes:
        state: State = {}
        for step in outcome.case.steps:
            if step.method in _WRITES:
                writes.append((outcome, step))
                state = after(state, step)
            elif "$" in step.path:
                outcome.unreadable += 1  # its address would have come with the answer to the refused write
            else:
                named = named_by(step)
                assert named is not None
                reads.append(Read({named: state.get(named, ())}, outcome, step))
    for number, (state, ready) in enumerate(_grouped(reads)):
        make_release(folder / f"store-{number}", quads(state))
        with serving(folder / f"store-{number}") as port:
            for outcome, step in writes:
                _see_refused(outcome, step, _ask(port, step))
            for read in ready:
                read.outcome.read += 1
                read.outcome.faults += _against(read.step, _ask(port, read.step))
        writes = []


def _grouped(reads: Iterable[Read]) -> list[tuple[State, list[Read]]]:
    """As few states as will do; the default graph sees all graphs, so it has one for itself."""
    groups: list[tuple[State, list[Read]]] = []
    for read in reads:
        for state, members in groups:
            if DEFAULT not in {*state, *read.needs} and all(
                state.get(iri, docs) == docs for iri, docs in read.needs.items()
            ):
                state |= read.needs
                members.append(read)
                break
        else:
            groups.append((dict(read.needs), [read]))
    return groups


def _ask(port: int, step: Step) -> Response:
    return send(port, step.method, _address(step), step.headers, step.body)


def _address(step: Step) -> str:
    """The path on our server: the manifests say to put the endpoint's own for theirs."""
    if step.path.startswith("/sparql/"):
        return step.path.replace("/sparql/", "/sparql", 1)
    named = named_by(step)
    if named is not None and named.value.startswith(graph("").value) and "?" not in step.path:
        return step.path.replace("/gsp/", "/graph/", 1)
    return step.path.replace("/gsp", "/graph-store", 1)


def _see_refused(outcome: Outcome, step: Step, response: Response) -> None:
    outcome.refused += 1
    outcome.reasons.add(response.body.decode("utf-8").strip())
    if response.status != 403 or b"refused" not in response.body or response.media_type != "text/plain":
        outcome.faults.append(f"{step.method} was answered with {response.status} and not refused in words")


def _against(step: Step, response: Response) -> Iterator[str]:
    """Return the parts of a response that are not as the manifest wants them."""
    expected = step.expected
    if not any(_fits(response.status, status) for status in expected.statuses):
        yield f"status {response.status} instead of {', '.join(sorted(expected.statuses))}"
        return
    if expected.form:
        yield from _against_form(expected, response)
    if expected.content_type and response.headers.get("content-type") != expected.content_type:
        yield f"Content-Type {response.headers.get('content-type')} instead of {expected.content_type}"
    if expected.body:
        triples = pyoxigraph.parse(response.body, format=RdfFormat.TURTLE)
        if not same_graph(triples, pyoxigraph.parse(expected.body, format=RdfFormat.TURTLE)):
            yield "the graph is another one"


def _fits(status: int, wanted: str) -> bool:
    if wanted.startswith("StatusCode"):
        return str(status)[0] == wanted.removeprefix("StatusCode")[0]
    return status == _STATUSES[wanted]


def _against_form(expected: Expected, response: Response) -> Iterator[str]:
    forms = GRAPH_FORMS if expected.form == "RDF" else RESULT_FORMS
    form = next((form for form in forms if form.media_type == response.media_type), None)
    if form is None:
        yield f"Content-Type {response.headers.get('content-type')} is not {expected.form}"
    elif isinstance(form.format, QueryResultsFormat):
        results = pyoxigraph.parse_query_results(response.body, format=form.format)
        if isinstance(results, QueryBoolean) != (expected.form == "boolean"):
            yield f"the answer is not {expected.form}"
        elif (
            isinstance(results, QueryBoolean) and bool(results) is not expected.boolean and expected.boolean is not None
        ):
            yield f"the answer is {bool(results)}"
    else:
        list(pyoxigraph.parse(response.body, format=form.format))


def _against_description(case: Case, port: int) -> Iterator[str]:
    """Return the faults of the service description; the manifest gives no more than the titles of its three tests."""
    response = send(port, "GET", "/sparql", {})
    form = next((form for form in GRAPH_FORMS if form.media_type == response.media_type), None)
    if response.status != 200 or form is None or not isinstance(form.format, RdfFormat):
        yield f"status {response.status} and Content-Type {response.media_type}"
        return
    described = list(pyoxigraph.parse(response.body, format=form.format))
    if not described:
        yield "the description is empty"
    endpoint = NamedNode(f"http://{HOST}:{port}/sparql")
    if case.short == "has-endpoint-triple" and not any(
        (quad.predicate, quad.object) == (name("sd:endpoint"), endpoint) for quad in described
    ):
        yield f"no sd:endpoint {endpoint}"
    if case.short == "conforms-to-schema":
        yield from against_schema(described)
