from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from kg.core.errors import (
    EngineBusy,
    FederationFailed,
    KgError,
    QueryInvalid,
    QueryRefused,
    QueryTooDeep,
    QuestionCancelled,
)
from kg.engine import Answer, AsyncEngine, Question
from kg.engine.federation import FederatedAnswer
from kg.engine.federation.engine import FederatingEngine
from kg.engine.limits import CancellationToken
from tests.kg.engine.federation.remote import (
    EXAMPLE,
    LIMITS,
    Handler,
    Local,
    Remote,
    ask,
    federating,
    iri,
    says,
    serving,
    table,
)

A_AND_B = says(table({"x": iri("a"), "n": {"type": "literal", "value": "1"}}, {"x": iri("b")}))
PREFIX = f"PREFIX : <{EXAMPLE}>\n"


def local(engine: FederatingEngine) -> list[str]:
    """Return the questions to the inner engine."""
    assert isinstance(engine.engine, Local)
    return engine.engine.asked


def query(remote: Remote, pattern: str) -> list[dict[str, str]]:
    """Return the rows of a pattern in which @ is replaced by a SERVICE clause."""
    clause = f"SERVICE <{remote.url}> {{ ?x :remote ?n }}"
    rows, _ = ask(federating(remote.authority), f"{PREFIX}SELECT * {{ {pattern.replace('@', clause)} }}")
    return rows


def short(rows: list[dict[str, str]]) -> set[tuple[tuple[str, str], ...]]:
    return {tuple(sorted((name, value.removeprefix(EXAMPLE)) for name, value in row.items())) for row in rows}


@pytest.mark.parametrize(
    ("pattern", "rows"),
    [
        ("@", [{"x": "a", "n": "1"}, {"x": "b"}]),
        ("@ ?x :label ?l", [{"x": "a", "n": "1", "l": "A"}, {"x": "b", "l": "B"}]),
        ("?x :label ?l . @", [{"x": "a", "n": "1", "l": "A"}, {"x": "b", "l": "B"}]),
        ("?x :label 'A' @ .", [{"x": "a", "n": "1"}]),
        ("?x :label ?l OPTIONAL { @ }", [{"x": "a", "n": "1", "l": "A"}, {"x": "b", "l": "B"}, {"x": "c", "l": "C"}]),
        ("{ @ } UNION { ?x :label 'C' }", [{"x": "a", "n": "1"}, {"x": "b"}, {"x": "c"}]),
        ("GRAPH :graph { @ ?x :label ?l }", [{"x": "a", "n": "1", "l": "A"}, {"x": "b", "l": "B"}]),
        ("GRAPH ?g { @ ?x :label 'A' }", [{"g": "graph", "x": "a", "n": "1"}]),
        ("?x :label ?l MINUS { @ }", [{"x": "c", "l": "C"}]),
        ("?x :label ?l FILTER EXISTS { @ }", [{"x": "a", "l": "A"}, {"x": "b", "l": "B"}]),
        ("?x :label ?l { SELECT ?x { @ } }", [{"x": "a", "l": "A"}, {"x": "b", "l": "B"}]),
        ("@ BIND(STR(?x) AS ?s) FILTER(BOUND(?n))", [{"x": "a", "n": "1", "s": EXAMPLE + "a"}]),
        ("?x :label 'A' . FILTER(?x != 'SERVICE <x> {') # SERVICE <x> {\n @", [{"x": "a", "n": "1"}]),
    ],
)
def test_rows_of_another_endpoint_join_wherever_the_clause_is(pattern: str, rows: list[dict[str, str]]) -> None:
    with serving(A_AND_B) as remote:
        assert short(query(remote, pattern)) == short(rows)


def test_terms_join_with_their_language_and_datatype() -> None:
    body = table(*({"x": iri("a"), "l": {"type": "literal", "value": "A"} | more} for more in ({}, {"xml:lang": "en"})))
    with serving(says(body)) as remote:
        assert len(query(remote, "@")) == 2
        assert len(query(remote, "@ ?x :label ?l")) == 1


def test_two_clauses_are_called_side_by_side_and_joined() -> None:
    both = threading.Barrier(2, timeout=10)

    def side_by_side(handler: Handler) -> None:
        both.wait()  # neither answers before the other was called
        A_AND_B(handler)

    with serving(side_by_side) as first, serving(side_by_side) as second:
        text = f"SELECT ?x {{ SERVICE <{first.url}> {{ ?x a 1 }} SERVICE <{second.url}> {{ ?x a 2 }} }}"
        rows, answer = ask(federating(f"{first.authority},{second.authority}"), text)
    assert [row["x"][-1] for row in rows] == ["a", "b"]
    assert [(call.url, call.rows) for call in answer.calls] == [(first.url, 2), (second.url, 2)]
    assert [remote.requests[0][3].split("\n")[0] for remote in (first, second)] == [
        "SELECT * WHERE { ?x a 1 }",
        "SELECT * WHERE { ?x a 2 }",
    ]


def test_what_reaches_the_engine_holds_no_service() -> None:
    with serving(A_AND_B) as remote:
        engine = federating(remote.authority)
        ask(engine, f"SELECT * {{ SERVICE <{remote.url}> {{ ?x a ?n }} }}")
    assert local(engine) == [
        f'SELECT * {{ VALUES (?x ?n) {{ (<{EXAMPLE}a> "1") (<{EXAMPLE}b> UNDEF) }} }}',
    ]


def test_a_question_without_a_clause_goes_straight_to_the_engine() -> None:
    engine = federating("a.org")
    question = Question(PREFIX + "SELECT * { ?service :label 'SERVICE <http://a.org/> {}' }")
    assert not isinstance(engine.answer(question), FederatedAnswer)
    assert local(engine) == [question.text]
    assert engine.release_id == "release"


class Soon(Local, AsyncEngine):
    """A local engine that an event loop may wait for; notes what it was asked so."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited: list[str] = []

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        del threads
        self.awaited.append(question.text)
        answer: Answer = self.answer(question, cancellation)
        return answer


def test_a_loop_waits_for_the_engine_itself_and_for_calls_in_a_thread() -> None:
    with serving(A_AND_B) as remote, ThreadPoolExecutor(1) as threads:
        engine = replace_engine(federating(remote.authority), Soon())
        plain, calling = "SELECT * { ?x ?p 'A' }", f"SELECT * {{ SERVICE <{remote.url}> {{ ?x a ?n }} }}"
        answers = [
            asyncio.run(engine.answer_soon(Question(text), CancellationToken(), threads)) for text in (plain, calling)
        ]
    assert [type(answer) for answer in answers] == [Answer, FederatedAnswer]
    assert isinstance(engine.engine, Soon)
    assert engine.engine.awaited == [plain]


def replace_engine(federating: FederatingEngine, engine: Local) -> FederatingEngine:
    federating.engine = engine
    return federating


@pytest.mark.parametrize(
    "script", [says(b"no", status=500), says(b"no"), says(table({"x": {"type": "bnode", "value": "b"}}))]
)
def test_a_silent_clause_that_fails_is_one_row_without_a_value(script: Any) -> None:
    with serving(script) as remote:
        text = f"{PREFIX}SELECT ?l ?n {{ ?x :label ?l SERVICE SILENT <{remote.url}> {{ ?x :remote ?n }} }}"
        rows, answer = ask(federating(remote.authority), text)
    assert short(rows) == {(("l", "A"),), (("l", "B"),), (("l", "C"),)}
    (call,) = answer.calls
    assert call.silent
    assert call.report()["error"]
    assert call.rows is None


def test_a_silent_clause_does_not_silence_another() -> None:
    with serving(says(b"", status=500)) as bad, serving(says(b"", status=503)) as worse:
        text = f"SELECT * {{ SERVICE SILENT <{bad.url}> {{}} SERVICE <{worse.url}> {{}} }}"
        with pytest.raises(FederationFailed, match="answers 503") as caught:
            ask(federating(f"{bad.authority},{worse.authority}"), text)
    assert [call["status"] for call in caught.value.calls] == [500, 503]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (
            "SELECT * { SERVICE <http://b.org/> {} }",
            QueryRefused,
            r"/b\.org/> is refused: .* a\.org, c\.org:81 ",
        ),
        ("SELECT * { SERVICE SILENT <http://b.org/> {} }", QueryRefused, "KG_FEDERATION_ALLOW"),
        ("SELECT * { SERVICE <relative> {} }", QueryRefused, "is refused"),
        ("SELECT * { SERVICE ?x {} }", QueryRefused, "write the address"),
        ("SELECT * {" + "SERVICE <http://a.org/> {}" * 5 + "}", QueryRefused, "5 SERVICE clauses; no more than 4"),
        ("SELECT * { SERVICE <http://a.org/> { SERVICE <http://a.org/> {} } }", QueryRefused, "lies in another"),
        ("PREFIX a: <x:> SELECT * { SERVICE <http://a.org/> { {}SERVICEa:b {} } }", QueryInvalid, "does not parse"),
        ("PREFIX a: <x:> SELECT * { SERVICE <http://a.org/> {} {}SERVICEa:b {} }", QueryInvalid, "does not parse"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://a.org/> { ?s ?p ?o } }", QueryRefused, "updates are refused"),
        ("SELECT * { SERVICE <http://a.org/> {} " + "{" * 200 + "}" * 200 + " }", QueryTooDeep, "deeper than 128"),
        ("SELECT * { SERVICE <http://a.org/> " + "{" * 200 + "}" * 200 + " }", QueryTooDeep, "deeper than 128"),
        ("SELECT * { SERVICE <http://a.org/> {} FILTER(?a <?b'SERVICE>(1)) }", QueryRefused, "less than"),
    ],
)
def test_what_is_not_done_is_refused_before_anybody_is_called(text: str, error: type[KgError], words: str) -> None:
    looked_up: list[str] = []

    def resolver(host: str, _: int) -> list[str]:
        looked_up.append(host)
        return []

    engine = federating("a.org,c.org:81", resolver=resolver)
    with pytest.raises(error, match=words):
        engine.answer(Question(text))
    with pytest.raises(error, match=words):
        engine.explain(text)
    assert looked_up == []
    assert local(engine) == []


@pytest.mark.parametrize("after", ["oops }", "?x :label ?l }", "\n}\nGROUP oops"])
def test_a_syntax_error_is_reported_at_its_place_in_the_question(after: str) -> None:
    with serving(A_AND_B) as remote:
        text = f"SELECT * {{ SERVICE <{remote.url}> {{\n ?x a ?n }} {after}"
        with pytest.raises(QueryInvalid) as caught:
            ask(federating(remote.authority), text)
    with pytest.raises(QueryInvalid) as plain:
        Local().answer(Question(f"SELECT * {{\n{' ' * 11}{after}"))
    assert (caught.value.line, caught.value.column) == (plain.value.line, plain.value.column)
    assert str(caught.value).count("line ") == str(plain.value).count("line ")


def test_an_iri_with_quotes_and_the_letters_of_service_is_a_value_like_others() -> None:
    odd = {"type": "uri", "value": "urn:x-service:'1'"}
    with serving(says(table({"x": iri("a"), "n": odd}))) as remote:
        assert [row["n"] for row in query(remote, "@")] == ["urn:x-service:'1'"]


def test_many_rows_are_joined() -> None:
    rows = [{"x": iri(f"thing-{n}"), "n": {"type": "literal", "value": str(n)}} for n in range(999)]
    with serving(says(table(*rows, {"x": iri("a")}))) as remote:
        clause = f"SERVICE <{remote.url}> {{ ?x ?y ?n }}"
        engine = federating(remote.authority, replace(LIMITS, rows=1000))
        joined, answer = ask(engine, f"{PREFIX}SELECT * {{ {clause} ?x :label ?l }}")
    assert short(joined) == {(("l", "A"), ("x", "a"))}
    assert answer.calls[0].rows == 1000


def test_a_report_is_given_without_asking_the_local_part() -> None:
    with serving(A_AND_B) as remote:
        engine = federating(remote.authority)
        (call,) = engine.explain(f"SELECT * {{ SERVICE <{remote.url}> {{ ?x a ?n }} }}")
    assert (call.status, call.rows, call.failure) == (200, 2, None)
    assert local(engine) == []
    assert engine.explain("SELECT * { ?s ?p ?o }") == ()


def test_a_report_tells_failures_and_raises_none() -> None:
    with serving(says(b"", status=500)) as remote:
        (call,) = federating(remote.authority).explain(f"ASK {{ SERVICE <{remote.url}> {{ ?x a ?n }} }}")
    assert call.report()["error"] == "the endpoint answers 500."


class Held:
    """A script that answers when it may, and says when it was asked."""

    def __init__(self) -> None:
        self.asked, self.may_end = threading.Event(), threading.Event()

    def __call__(self, handler: Handler) -> None:
        self.asked.set()
        assert self.may_end.wait(10)
        A_AND_B(handler)


def test_a_cancelled_question_ends_its_calls() -> None:
    held, cancellation, errors = Held(), CancellationToken(), []
    with serving(held) as remote:
        engine = federating(remote.authority)

        def work() -> None:
            with pytest.raises(QuestionCancelled) as caught:
                engine.answer(Question(f"SELECT * {{ SERVICE <{remote.url}> {{ ?x a ?n }} }}"), cancellation)
            errors.append(caught.value)

        thread = threading.Thread(target=work)
        thread.start()
        assert held.asked.wait(5)
        cancellation.cancel()
        thread.join(2)
        assert not thread.is_alive()
        held.may_end.set()
    assert len(errors) == 1
    assert local(engine) == []
    cancellation.cancel()


def test_a_question_cancelled_beforehand_calls_nobody() -> None:
    cancellation = CancellationToken()
    cancellation.cancel()
    with serving(A_AND_B) as remote:
        with pytest.raises(QuestionCancelled):
            federating(remote.authority).answer(Question(f"ASK {{ SERVICE <{remote.url}> {{}} }}"), cancellation)
        assert remote.requests == []


def test_no_more_questions_than_allowed_call_at_once() -> None:
    held = Held()
    with serving(held) as remote:
        engine = federating(remote.authority, replace(LIMITS, at_once=1))
        question = Question(f"SELECT * {{ SERVICE <{remote.url}> {{ ?x a ?n }} }}")
        thread = threading.Thread(target=engine.answer, args=(question,))
        thread.start()
        assert held.asked.wait(5)
        with pytest.raises(EngineBusy, match="ask again"):
            engine.answer(question)
        held.may_end.set()
        thread.join()
        engine.answer(question)
