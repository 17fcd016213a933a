"""A snippet asks for exactly what was chosen, and does nothing else."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.engine import Engine
from kg.questions.result import QuestionResult, answer_question
from server.pages.result.snippets import query_snippets, snippets
from tests.catalogue import project_catalogue
from tests.server.running_snippets import WAYS, run
from tests.serving import HOST

SLUG = "objectives-mentioning-technology"
QUESTIONS = project_catalogue().questions
HOSTILE = {
    "quotes": '\'; touch broken; echo "\'" "; touch broken; "',
    "a shell": "$(touch broken) `touch broken` ${HOME} !! && touch broken | cat; ~ * ? [a] {b,c}",
    "backslashes": "\\'\\\"\\n\\u0041\\x41\\",
    "lines": "one\n'); touch('broken')\r\n\"\"\"\t\x1b[31m\x07end",
    "Chinese": "工业互联网 “引号” 🚀",
    "an at sign": "@/etc/passwd",
    "an address": "a=b&c=d#e?f%41+g h",
    "directions": "\u202e\u2066abc\u2069\u2028\u2029\ufeff",
    "templates": "{0} %s ${x} `${x}` {{x}} <script>alert(1)</script> </pre>",
    "nothing": "",
}


class Handler(BaseHTTPRequestHandler):
    """Notes what was asked, and answers as the service would."""

    seen: list[tuple[str, list[tuple[str, str]]]] = []  # noqa: RUF012 - one for all requests

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self.seen.append((asked.path, parse_qsl(asked.query, keep_blank_values=True, errors="strict")))
        self._answer(b'[{"plan": "one"}]' if asked.path.endswith(".json") else b"plan,n\r\none,1\r\n")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append((self.path, parse_qsl(body, keep_blank_values=True, errors="strict")))
        self._answer(b"plan,n\r\none,1\r\n")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def listener() -> Iterator[str]:
    """The address of a server that notes what it is asked."""
    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def asked(engine: Engine) -> QuestionResult:
    return answer_question(engine, QUESTIONS[SLUG], {})


def with_value(answered: QuestionResult, value: str) -> QuestionResult:
    """An answer for which a text was chosen that no pick list has; so it is in the query and in a facet, too."""
    literal = Literal(value)
    return replace(
        answered,
        chosen={"technology": (NamedNode("https://w3id.org/fyp-kg/id/x"),), "scope": (literal,)},
        only={"plan": (value,)},
        text=f"SELECT ?plan {{ # {value!a}\n  VALUES ?scope {{ {literal} }} }}\n",
    )


def fields_of(value: str) -> list[tuple[str, str]]:
    return [("scope", value), ("technology", "id:x"), ("only.plan", value)]


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_value_arrives_as_it_is_and_breaks_nothing(
    listener: str, asked: QuestionResult, tmp_path: Path, way: str, kind: str
) -> None:
    answered = with_value(asked, HOSTILE[kind])
    Handler.seen.clear()
    printed = run(way, snippets(answered, listener)[way], tmp_path)
    assert "one" in printed
    ((path, fields),) = Handler.seen
    if way == "Python, SPARQL":
        assert (path, fields) == ("/sparql", [("query", answered.text)])
    else:
        bom = [] if way == "JavaScript" else [("bom", "0")]
        assert (path.rpartition(".")[0], fields) == (f"/q/{SLUG}", fields_of(HOSTILE[kind]) + bom)
    assert not (tmp_path / "broken").exists()


@given(st.text())
def test_any_value_is_quoted(value: str) -> None:
    answered = with_value(ANSWERED, value)
    texts = snippets(answered, "https://kg.example/release/58be91304c02532a")
    words = shlex.split(texts["curl"].replace("\\\n", ""))
    assert words[:6] == [
        "curl",
        "--silent",
        "--show-error",
        "--fail-with-body",
        "--get",
        f"https://kg.example/release/58be91304c02532a/q/{SLUG}.csv",
    ]
    assert len(words) == 6 + 2 * 4
    assert {type(node) for node in ast.walk(ast.parse(texts["Python"]))} == PARTS
    assert ast.literal_eval(texts["Python"].partition("fields = ")[2].partition("]\n")[0] + "]")[:3] == fields_of(value)
    for text in texts.values():
        assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert {line[:2] for line in texts["R"].splitlines()} == {"ad", "  ", ")", "ro", "pr"}
    assert texts["R"].isascii()
    pairs = texts["JavaScript"].partition("(")[2].partition("]);\n")[0].rstrip().rstrip(",") + "]"
    assert json.loads(pairs) == [list(pair) for pair in fields_of(value)]


ANSWERED = QuestionResult(
    question=QUESTIONS[SLUG],
    values={},
    chosen={},
    text="",
    release_id="58be91304c02532a",
    language="en",
    columns=(),
    rows=(),
    labels={},
    places={},
    parents={},
    pinyin={},
    total=0,
    only={},
)
PARTS = {
    type(node) for node in ast.walk(ast.parse(snippets(with_value(ANSWERED, "x"), "https://kg.example")["Python"]))
}


@pytest.mark.parametrize("makes_graph", [False, True])
@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("way", ["curl", "Python", "R", "JavaScript"])
def test_a_query_arrives_as_it_is_whatever_is_in_it(
    listener: str, tmp_path: Path, way: str, kind: str, *, makes_graph: bool
) -> None:
    query = f"SELECT ?a\nWHERE {{ ?a ?b {HOSTILE[kind]!r} }} # {HOSTILE[kind]}"
    Handler.seen.clear()
    run(way, query_snippets(query, f"{listener}/sparql", makes_graph=makes_graph)[way], tmp_path)
    ((path, fields),) = Handler.seen
    assert (path, dict(fields)["query"]) == ("/sparql", query)
    assert not (tmp_path / "broken").exists()


@pytest.mark.parametrize("host", ["http://x'\"$(touch broken)`touch broken`\\", "http://x\n);touch('broken')"])
@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_host_breaks_nothing(asked: QuestionResult, host: str, way: str) -> None:
    text = snippets(asked, host)[way]
    assert "'\"$(" not in text
    assert "`touch" not in text
    assert "\n);touch" not in text


def test_a_snippet_reads_as_one_would_write_it(asked: QuestionResult) -> None:
    texts = snippets(asked, "https://kg.example/")
    assert texts["curl"] == (
        f"curl --silent --show-error --fail-with-body --get https://kg.example/q/{SLUG}.csv \\\n"
        "  --data-urlencode scope=with-measures-and-targets \\\n"
        "  --data-urlencode technology=id:technology-industrial-internet \\\n"
        "  --data-urlencode bom=0\n"
    )
    assert texts["R"] == (
        "address <- paste0(\n"
        '  "https://kg.example/q/objectives-mentioning-technology.csv",\n'
        '  "?scope=with-measures-and-targets",\n'
        '  "&technology=id:technology-industrial-internet",\n'
        '  "&bom=0"\n'
        ")\n"
        'rows <- read.csv(address, encoding = "UTF-8", check.names = FALSE)  # or readr::read_csv(address)\n'
        "print(rows)\n"
    )
    assert '    ("technology", "id:technology-industrial-internet"),\n' in texts["Python"].replace("'", '"')
    assert texts["JavaScript"].startswith('const fields = new URLSearchParams([\n  ["scope", "with-measures')


def test_a_question_without_parameters_has_snippets(engine: Engine) -> None:
    texts = snippets(answer_question(engine, QUESTIONS["planned-growth"], {}, "zh"), "https://kg.example")
    assert tuple(texts) == WAYS
    assert "lang=zh" in texts["curl"]
