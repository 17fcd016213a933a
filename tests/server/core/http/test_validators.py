"""Entity tags: what they are made of, when they are weak or none, how they are compared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.core.media_types import FORMS
from kg.engine import Question
from kg.release import QUADS_FILE, Release
from server.core.http.freshness import (
    Determinism,
    determinism_of,
    matches,
    named,
    tag_of_answer,
    tag_of_page,
    with_coding,
)

ASK = Question("ASK {}")
A, B = NamedNode("urn:a"), NamedNode("urn:b")


def test_equal_questions_have_one_tag() -> None:
    assert tag_of_answer("r1", ASK, "e1") == tag_of_answer("r1", Question("ASK {}"), "e1")


@pytest.mark.parametrize(
    ("release_id", "question", "edition"),
    [
        ("r2", ASK, "e1"),
        ("r1", ASK, "e2"),
        ("r1", Question("ASK { }"), "e1"),
        ("r1", Question("ASK {}", FORMS["csv"]), "e1"),
        ("r1", Question("ASK {}", default_graphs=(A,)), "e1"),
        ("r1", Question("ASK {}", named_graphs=(A,)), "e1"),
    ],
)
def test_another_release_program_text_form_or_dataset_has_another_tag(
    release_id: str, question: Question, edition: str
) -> None:
    assert tag_of_answer(release_id, question, edition) != tag_of_answer("r1", ASK, "e1")


def test_default_and_named_graphs_are_not_mistaken_for_each_other() -> None:
    datasets = [((A, B), ()), ((A,), (B,)), ((), (A, B)), ((B, A), ())]
    tags = {
        tag_of_answer("r1", Question("ASK {}", FORMS["srj"], default, named_graphs), "e1")
        for default, named_graphs in datasets
    }
    assert len(tags) == len(datasets)


@pytest.mark.parametrize(
    ("text", "determinism"),
    [
        ("SELECT * { ?s ?p ?o }", Determinism.BYTES),
        ("SELECT ?now ?rand { ?now <urn:NOW> 'now()', <urn:uuid:1> }", Determinism.BYTES),
        ("# NOW()\nSELECT * { ?s ?p [] }", Determinism.BYTES),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", Determinism.BYTES),
        ("DESCRIBE <urn:a>", Determinism.BYTES),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", Determinism.MEANING),
        ("CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }", Determinism.MEANING),
        ("CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }", Determinism.MEANING),
        ("SELECT (BNODE() AS ?b) {}", Determinism.MEANING),
        ("SELECT (now() AS ?n) {}", Determinism.NOTHING),
        ("SELECT (RAND() AS ?n) {}", Determinism.NOTHING),
        ("SELECT (STRUUID() AS ?n) {}", Determinism.NOTHING),
        ("SELECT (1+UUID() AS ?n) {}", Determinism.NOTHING),
        ("SELECT * { FILTER(true&&NOW()>?x) }", Determinism.NOTHING),
        ("SELECT * { SERVICE <http://example.org/> {} }", Determinism.NOTHING),
    ],
)
def test_what_differs_each_time_has_a_weak_tag_or_none(text: str, determinism: Determinism) -> None:
    assert determinism_of(text) is determinism
    tag = tag_of_answer("r1", Question(text), "e1")
    assert (tag is None) == (determinism is Determinism.NOTHING)
    assert (tag or "").startswith("W/") == (determinism is Determinism.MEANING)


def test_a_page_is_known_by_release_program_address_and_type() -> None:
    parts = ["r1", "/q/x?a=1", "text/html", "e1"]
    others = [[*parts[:place], "other", *parts[place + 1 :]] for place in range(4)]
    assert len({tag_of_page(*each) for each in [parts, *others]}) == 5


@pytest.mark.parametrize(
    ("if_none_match", "tag", "is_match"),
    [
        ('"a"', '"a"', True),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"b", W/"c" ,"a"', '"a"', True),
        ("*", '"a"', True),
        ('"b"', '"a"', False),
        ('"a:br"', '"a"', False),
        ('"A"', '"a"', False),
        ("", '"a"', False),
        ("nonsense", '"a"', False),
    ],
)
def test_tags_are_compared_weakly_and_in_lists(if_none_match: str, tag: str, is_match: bool) -> None:
    assert matches(if_none_match, tag) is is_match


def test_a_star_names_no_tag_itself() -> None:
    assert named("*", ['"a"']) is None
    assert named('"x", "a"', ['"b"', '"a"']) == '"a"'


def test_each_coding_has_its_strong_tag_and_a_weak_one_is_the_same_for_all() -> None:
    assert with_coding('"a"', "br") == '"a:br"'
    assert with_coding('W/"a"', "br") == 'W/"a"'


def test_two_processes_give_the_same_bytes_where_a_query_has_no_order(release: Release) -> None:
    ask = (
        "import sys, hashlib, pathlib; from kg.engine.store import Store;"
        "from pyoxigraph import QueryResultsFormat as F;"
        "answer = Store.from_nquads(pathlib.Path(sys.argv[1])).query('SELECT * { ?s ?p ?o } LIMIT 500');"
        "print(hashlib.sha256(answer.serialize(format=F.JSON)).hexdigest())"
    )
    path: Path = release.folder / QUADS_FILE
    bytes_of_each = {subprocess.check_output([sys.executable, "-c", ask, str(path)]) for _ in range(3)}
    assert len(bytes_of_each) == 1
