"""Queries for other endpoints that call ours: they parse, name only terms of ours that exist, and our part answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import QueryInvalid
from kg.core.names import LANGUAGES, PREFIXES, ROOT
from kg.core.settings import PROJECT
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.federation.engine import read_clauses
from kg.sparql.header import QueryFile, read_query_file, read_query_files
from kg.sparql.lexer import tokens

HERE = ROOT + "sparql"  # means our endpoint; a page puts the server's own address in its place
FILES = read_query_files(PROJECT / "queries" / "federated")


def lacks(file: QueryFile) -> list[str]:
    """Return what a header lacks; the endpoint is where the query begins, so it cannot be ours."""
    texts = ("title", "question", "description", "limits")
    missing = [
        f"{key} in {language}" for key in texts for language in LANGUAGES if not file.header.get(key, {}).get(language)
    ]
    endpoint = file.header.get("endpoint", "")
    here = endpoint.startswith(ROOT) or not endpoint.startswith(("http://", "https://"))
    return [*missing, *(["endpoint"] if here else [])]


def our_terms(text: str) -> set[str]:
    """The terms of our ontology that a text names, without their prefix."""
    names = [token.text for token in tokens(text) if token.kind in ("prefixed", "iri")]
    short = {name.removeprefix("fyp:") for name in names if name.startswith("fyp:") and name != "fyp:"}
    full = {name[1:-1].removeprefix(PREFIXES["fyp"]) for name in names if name[1:].startswith(PREFIXES["fyp"])}
    return (short | full) - {""}


def unknown(text: str, engine: EmbeddedEngine) -> list[str]:
    """The terms of ours that a text names and the ontology does not declare."""
    named = sorted(our_terms(text))
    values = " ".join(f"<{PREFIXES['fyp']}{term}>" for term in named)
    query = f"SELECT DISTINCT ?term {{ VALUES ?term {{ {values} }} ?term <{PREFIXES['rdfs']}isDefinedBy> ?ontology }}"
    declared = {str(term)[1:-1].removeprefix(PREFIXES["fyp"]) for term in select(engine, query).column("term")}
    return [term for term in named if term not in declared]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.slug)
def test_a_header_is_complete_and_names_another_endpoint(file: QueryFile) -> None:
    assert lacks(file) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.slug)
def test_a_query_calls_us_once_and_nobody_else(file: QueryFile) -> None:
    assert [clause.iri for clause in read_clauses(file.text).clauses] == [HERE]
    assert "ORDER BY" in file.text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.slug)
def test_a_query_parses_also_without_the_call(file: QueryFile, engine: EmbeddedEngine) -> None:
    taken_apart = read_clauses(file.text)
    select(engine, taken_apart.filled([clause.group for clause in taken_apart.clauses]))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.slug)
def test_a_query_names_only_terms_of_ours_that_exist(file: QueryFile, engine: EmbeddedEngine) -> None:
    assert unknown(file.text, engine) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.slug)
def test_what_we_are_asked_has_an_answer(file: QueryFile, engine: EmbeddedEngine) -> None:
    taken_apart = read_clauses(file.text)
    (clause,) = taken_apart.clauses
    assert select(engine, taken_apart.sub_query(clause, 1000)).rows


def test_the_checks_find_what_is_wrong(tmp_path: Path, engine: EmbeddedEngine) -> None:
    path = tmp_path / "odd.rq"
    path.write_text(
        f"#+ id: odd\n#+ title: {{en: a, de: b}}\n#+ endpoint: {HERE}\nPREFIX fyp: <{PREFIXES['fyp']}>\n"
        f"SELECT * {{ ?plan fyp:coversMagic ?a ; <{PREFIXES['fyp']}hasMagic> ?b ; fyp:inPlan ?c",
        encoding="utf-8",
    )
    odd = read_query_file(path)
    assert "title in zh" in lacks(odd)
    assert "title in de" not in lacks(odd)
    assert "limits in en" in lacks(odd)
    assert "endpoint" in lacks(odd)
    assert unknown(odd.text, engine) == ["coversMagic", "hasMagic"]
    assert read_clauses(odd.text).clauses == ()
    with pytest.raises(QueryInvalid):
        select(engine, odd.text)
