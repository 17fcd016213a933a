"""Mapping files in SSSOM/TSV: what is read, what is refused with its place, and what is written."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.build.build import DATA, Graph
from kg.core.errors import DataViolated, FileUnreadable, MappingInvalid
from kg.core.names import PREFIXES, graph, name, slug_of, thing
from kg.core.vocabularies import VOCABULARIES
from kg.links import PREDICATES, all_mapping_files, header
from kg.sources.sssom import (
    COLUMNS,
    Match,
    labels_of,
    link_of,
    read_match_quads,
    read_matches,
    read_row,
    read_table,
    write_table,
)
from tests.conftest import SSSOM
from tests.kg.sources.mapping import NEEDED, head, table, write

EUROVOC = header(VOCABULARIES["eurovoc"], proposed=False)
MATCH = Match(
    subject=thing("technology-5g"),
    subject_label="5G",
    predicate=name("skos:exactMatch"),
    object=NamedNode("http://eurovoc.europa.eu/c_83235c0f"),
    object_label="5G",
    justification=NamedNode("https://w3id.org/semapv/vocab/ManualMappingCuration"),
    authors=("The FYP-KG founders",),
    date=date(2026, 11, 25),
    confidence=Decimal("0.93"),
    comment="Seen in a list.",
)


def test_a_row_is_read_with_its_prefixes_expanded_and_its_line(tmp_path: Path) -> None:
    text = head() + table({}, {"subject_id": "id:technology-6g"})
    first, second = read_matches(write(tmp_path, text))
    assert first == MATCH
    assert second.subject == thing("technology-6g")
    assert [text.splitlines()[match.line - 1].split("\t")[0] for match in (first, second)] == [
        "id:technology-5g",
        "id:technology-6g",
    ]


def test_a_cell_may_hold_several_values_parted_by_bars_and_a_bar_by_a_backslash(tmp_path: Path) -> None:
    row = {
        "author_label": "One|Two\\|Three",
        "match_string": "5g|fifth generation",
        "object_match_field": "skos:altLabel",
    }
    (match,) = read_matches(write(tmp_path, head() + table(row, columns=COLUMNS)))
    assert match.authors == ("One", "Two|Three")
    assert match.match_strings == ("5g", "fifth generation")
    assert (match.subject_fields, match.object_fields) == ((), (name("skos:altLabel"),))


def test_a_file_from_a_spreadsheet_is_read_too(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbf" + (head() + table({})).replace("\n", "\r\n").encode())
    assert read_matches(path) == [MATCH]


WRONG_CELLS = {
    "subject_id": [("", "empty"), ("technology-5g", "no prefix"), ("ID:technology-5g", "no prefix")],
    "subject_label": [("", "fill it in"), ("  ", "fill it in")],
    "predicate_id": [("rdfs:seeAlso", "declare it")],
    "object_id": [
        ("wikidata:Q1", "declare it"),
        ("eurovoc:a b", "no IRI"),
        ("http://eurovoc.europa.eu/1", "no prefix"),
    ],
    "object_label": [("", "fill it in")],
    "mapping_justification": [("manual", "no prefix")],
    "author_label": [("", "fill it in")],
    "mapping_date": [
        ("25.11.2026", "2026-11-25"),
        ("2026-02-30", "2026-11-25"),
        ("20261125", "2026-11-25"),
        ("", "fill"),
    ],
    "confidence": [
        ("1.1", "0 to 1"),
        ("-0.1", "0 to 1"),
        ("high", "0 to 1"),
        ("0,9", "point"),
        ("NaN", "0.9"),
        ("", "fill"),
    ],
    "object_match_field": [("dc:title", "declare it")],
}


@pytest.mark.parametrize(
    ("column", "value", "text"), [(column, *case) for column, cases in WRONG_CELLS.items() for case in cases]
)
def test_a_wrong_cell_is_refused_with_file_line_column_and_remedy(
    tmp_path: Path, column: str, value: str, text: str
) -> None:
    path = write(tmp_path, head() + table({}, {"subject_id": "id:technology-6g", column: value}, columns=COLUMNS))
    with pytest.raises(MappingInvalid, match=text) as caught:
        read_matches(path)
    line = len((head() + table({})).splitlines()) + 1
    assert (caught.value.path, caught.value.line, caught.value.column) == (path, line, column)
    assert str(caught.value).startswith(f"{path}, line {line}, column {column}: ")


def test_all_that_is_wrong_in_a_row_is_found_at_once(tmp_path: Path) -> None:
    read = read_table(write(tmp_path, head() + table({"confidence": "2", "mapping_date": "soon", "object_id": "x"})))
    match, wrong = read_row(read, read.rows[0])
    assert match is None
    assert [item.column for item in wrong] == ["object_id", "mapping_date", "confidence"]


def test_a_missing_column_is_reported_once_for_each_row(tmp_path: Path) -> None:
    path = write(tmp_path, head() + table({}, columns=NEEDED[1:]))
    with pytest.raises(MappingInvalid, match=r"column subject_id: add the column\."):
        read_matches(path)


WRONG_FILES = {
    "empty": ("", "the header is missing; begin the file with '#mapping_set_id: ...'"),
    "no header": (table({}), "the header is missing"),
    "no mapping": ("#- a\n" + table({}), "the header is missing"),
    "no yaml": ("#a: [\n" + table({}), "the header is no YAML: .*line 2"),
    "no table": (head(), "there is no table; write the names of the columns"),
    "a short row": (head() + table({}) + "id:a\tA\n", "2 cells for 10 columns; part the cells by single tabs"),
    "an empty line": (head() + table({}) + "\n", "0 cells for 10 columns"),
    "an open quotation": (head() + table({"comment": '"open'}), "write a quotation mark in a quoted cell twice"),
}


@pytest.mark.parametrize(("text", "output"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_file_that_is_no_mapping_file_is_refused_with_its_name(tmp_path: Path, text: str, output: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(MappingInvalid, match=rf"(?s){output}") as caught:
        read_matches(path)
    assert str(path) in str(caught.value)


def test_a_short_row_is_reported_with_its_line_even_below_a_cell_of_several_lines(tmp_path: Path) -> None:
    above = head() + table({"comment": '"one\ntwo\nthree"'})
    with pytest.raises(MappingInvalid) as caught:
        read_matches(write(tmp_path, above + "short\n"))
    assert caught.value.line == len(above.splitlines()) + 1


def test_a_file_that_is_not_there_or_no_utf_8_is_unreadable(tmp_path: Path) -> None:
    latin = write(tmp_path, "")
    latin.write_bytes(b"#title: M\xfcnchen\n")
    for path in (tmp_path / "nowhere.sssom.tsv", latin):
        with pytest.raises(FileUnreadable, match="cannot be read"):
            read_matches(path)


# a cell is no more than spaces, or begins a line of its own, only if somebody wants trouble
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda text: text.strip())
PLAIN_WORDS = WORDS.filter(lambda text: not text.endswith("\\"))
MATCHES = st.builds(
    Match,
    subject=st.sampled_from([thing("a"), thing("b-1")]),
    subject_label=WORDS,
    predicate=st.sampled_from([name("skos:exactMatch"), name("skos:broadMatch")]),
    object=st.integers(1, 999).map(lambda n: NamedNode(f"http://eurovoc.europa.eu/{n}")),
    object_label=WORDS,
    justification=st.just(MATCH.justification),
    authors=st.lists(PLAIN_WORDS, min_size=1, max_size=2).map(tuple),
    date=st.dates(date(1000, 1, 1)),
    confidence=st.decimals(0, 1, places=2),
    comment=WORDS,
    subject_fields=st.sampled_from([(), (name("skos:prefLabel"),)]),
    match_strings=st.lists(PLAIN_WORDS, max_size=2).map(tuple),
)


@settings(deadline=None)
@given(matches=st.lists(MATCHES, max_size=4))
def test_what_is_written_is_read_again_and_written_the_same(
    matches: list[Match], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = write_table(EUROVOC, matches)
    path = tmp_path_factory.getbasetemp() / "eurovoc.sssom.tsv"
    path.write_bytes(text.encode())
    again = read_matches(path)
    assert Counter(again) == Counter(matches)
    assert write_table(EUROVOC, again) == text
    assert read_table(path).metadata == EUROVOC


def test_rows_are_written_in_order_and_columns_that_nobody_fills_are_left_out() -> None:
    first, second = replace(MATCH, subject=thing("a")), replace(MATCH, predicate=name("skos:broadMatch"))
    text = write_table(EUROVOC, [MATCH, second, first])
    assert text == write_table(EUROVOC, [first, MATCH, second])
    columns, *rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert tuple(columns) == NEEDED
    assert [row[:3:2] for row in rows] == [
        ["id:a", "skos:exactMatch"],
        ["id:technology-5g", "skos:broadMatch"],
        ["id:technology-5g", "skos:exactMatch"],
    ]


def test_an_iri_that_no_prefix_shortens_is_named_with_a_remedy() -> None:
    same = NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    with pytest.raises(DataViolated, match=r"owl#sameAs begins with no namespace of the curie_map; .*declare"):
        write_table(EUROVOC, [replace(MATCH, predicate=same)])


def test_the_mapping_files_of_the_project_are_written_as_we_write_them() -> None:
    for path in all_mapping_files([DATA]):
        assert write_table(read_table(path).metadata, read_matches(path)) == path.read_text("utf-8"), path


VALIDATE = """
import sys
from sssom.parsers import parse_sssom_table
from sssom.validators import validate

for path in sys.argv[1:]:
    validate(parse_sssom_table(path))
"""


@pytest.mark.sssom
def test_the_validator_of_sssom_accepts_the_mapping_files_of_the_project() -> None:
    done = subprocess.run(
        [SSSOM, "-c", VALIDATE, *all_mapping_files([DATA])], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.sssom
def test_the_validator_of_sssom_is_awake(tmp_path: Path) -> None:
    path = write(tmp_path, head() + table({"confidence": "2"}))
    done = subprocess.run([SSSOM, "-c", VALIDATE, path], capture_output=True, text=True, check=False)
    assert "validation error" in done.stderr


LINKS = graph("links")
SAID = """
id:technology-5g skos:exactMatch <http://eurovoc.europa.eu/c_83235c0f> .
<http://eurovoc.europa.eu/c_83235c0f> rdfs:label "5G"@en .
id:LINK a fyp:Link ;
    fyp:linkSubject id:technology-5g ;
    fyp:linkPredicate skos:exactMatch ;
    fyp:linkTarget <http://eurovoc.europa.eu/c_83235c0f> ;
    fyp:justification <https://w3id.org/semapv/vocab/ManualMappingCuration> ;
    fyp:linkConfidence 0.93 ;
    fyp:linkDate "2026-11-25"^^xsd:date ;
    fyp:linkAuthor "One" , "Two" ;
    fyp:linkComment "Seen in a list."@en .
"""


def test_a_row_makes_the_match_the_name_of_its_target_and_a_link(tmp_path: Path) -> None:
    quads = read_match_quads(write(tmp_path, head() + table({"author_label": "One|Two"})), LINKS)
    prologue = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
    text = prologue + SAID.replace("LINK", slug_of(link_of(MATCH)) or "")
    words = {quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)}
    assert {quad.triple for quad in quads} == words
    assert {quad.graph_name for quad in quads} == {LINKS}


def test_the_statements_of_a_link_are_together(tmp_path: Path) -> None:
    quads = read_match_quads(write(tmp_path, head() + table({}, {"subject_id": "id:technology-6g"})), LINKS)
    runs = [subject for subject, _ in groupby(quad.subject for quad in quads)]
    assert len([run for run in runs if "/link-" in str(run)]) == 2


def test_a_link_keeps_its_name_when_it_is_judged_again_and_has_another_one_for_another_pair() -> None:
    anew = replace(MATCH, predicate=name("skos:closeMatch"), confidence=Decimal("0.5"), object_label="5G networks")
    assert link_of(anew) == link_of(MATCH)
    others = [replace(MATCH, subject=thing("area-5g")), replace(MATCH, object=NamedNode("http://eurovoc.europa.eu/1"))]
    assert len({link_of(MATCH), *map(link_of, others)}) == 3
    assert (slug_of(link_of(MATCH)) or "").startswith("link-eurovoc-technology-5g-")


@pytest.mark.parametrize(
    ("confidence", "text"), [("0.90", "0.9"), ("1", "1.0"), ("0", "0.0"), ("0.0000001", "0.0000001")]
)
def test_a_confidence_has_one_spelling(tmp_path: Path, confidence: str, text: str) -> None:
    quads = read_match_quads(write(tmp_path, head() + table({"confidence": confidence})), LINKS)
    result = [quad.object for quad in quads if quad.predicate == name("fyp:linkConfidence")]
    assert result == [Literal(text, datatype=name("xsd:decimal"))]


@pytest.mark.parametrize(
    ("target", "label", "labels"),
    [
        ("http://eurovoc.europa.eu/1", "5G / 6G", [Literal("5G / 6G", language="en")]),
        ("https://d-nb.info/gnd/1-2", "Netz", [Literal("Netz", language="de")]),
        ("http://www.wikidata.org/entity/Q1", "Netz", [Literal("Netz")]),
        (
            "http://zbw.eu/stw/descriptor/00000-0",
            "Net / Netz",
            [Literal("Net", language="en"), Literal("Netz", language="de")],
        ),
    ],
)
def test_a_name_has_the_language_that_its_vocabulary_makes_plain(
    target: str, label: str, labels: list[Literal]
) -> None:
    assert labels_of(replace(MATCH, object=NamedNode(target), object_label=label)) == labels


MISFITS = {
    "a subject that is not ours": ("eurovoc", {"subject_id": "skos:Concept"}, "subject_id", "no thing of ours"),
    "a subject that is no slug": ("eurovoc", {"subject_id": "id:Technology_5G"}, "subject_id", "id: and its slug"),
    "an object that is ours": ("eurovoc", {"object_id": "id:technology-5g"}, "object_id", "no known vocabulary"),
    "a malformed object": ("eurovoc", {"object_id": "eurovoc:c_1"}, "object_id", "copy it again from there"),
    "one language of two": ("stw", {"object_id": "stw:00000-0", "object_label": "5G"}, "object_label", "'en / de'"),
}


@pytest.mark.parametrize(("prefix", "row", "column", "text"), MISFITS.values(), ids=MISFITS)
def test_what_would_not_fit_into_the_graph_is_refused_with_its_place(
    tmp_path: Path, prefix: str, row: dict[str, str], column: str, text: str
) -> None:
    path = write(tmp_path, head(prefix) + table(row), prefix)
    with pytest.raises(MappingInvalid, match=text) as caught:
        read_match_quads(path, LINKS)
    assert (caught.value.path, caught.value.column) == (path, column)


def test_in_the_real_graph_each_match_has_its_link(graph: Graph) -> None:
    quads = list(graph.store.graph(LINKS))
    matches = [quad.triple for quad in quads if quad.predicate in PREDICATES]
    parts = {quad.subject: {q.predicate: q.object for q in quads if q.subject == quad.subject} for quad in links(quads)}
    ends = [
        tuple(part[name(f"fyp:link{end}")] for end in ("Subject", "Predicate", "Target")) for part in parts.values()
    ]
    assert Counter(Triple(*end) for end in ends) == Counter(matches)  # type: ignore[arg-type]
    assert len(matches) > 100


def links(quads: list[pyoxigraph.Quad]) -> list[pyoxigraph.Quad]:
    return [quad for quad in quads if quad.object == name("fyp:Link")]
