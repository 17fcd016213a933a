"""Passages and mentions lie in the source text where the data say."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.build.build import DATA
from kg.core.errors import EvidenceWrong, FileUnreadable
from kg.core.names import graph, name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.evidence import (
    Place,
    SourceText,
    declare,
    find,
    passage_iri,
    passages,
    places_of,
    problems,
    read_source_text,
    undeclared_passages,
)
from kg.sources.files import find_data_files, read_data_file

PREFIXES = f"@prefix fyp: <{name('fyp:').value}> .\n@prefix id: <{thing('').value}> .\n"
TEXT = "机器人 plan 🤖\n\nRobots help nurses and, later, cooks.\nBy 2030 half of them talk"
"""A text of our own: signs of two and of four bytes, a last line that does not end."""


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def slug(words: str) -> str:
    return "passage-{}-{}".format(*span(words))


def block(words: str, section: str, line: int) -> str:
    start, end = span(words)
    return (
        f"id:{slug(words)} a fyp:Passage ; fyp:passageOf id:source-robots ; fyp:inSection id:{section} ;\n"
        f"    fyp:lineNumber {line} ; fyp:startOffset {start} ; fyp:endOffset {end} .\n"
    )


DATA_TEXT = f"""{PREFIXES}
id:source-robots a fyp:SourceDocument ; fyp:textSha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}" .
id:section-all a fyp:Section ; fyp:sectionOf id:source-robots ; fyp:startOffset 0 ; fyp:endOffset {len(TEXT)} .
id:section-body a fyp:Section ; fyp:sectionOf id:source-robots ; fyp:startOffset 12 ; fyp:endOffset {len(TEXT)} .
id:goal fyp:evidence id:{slug("机器人 plan")} , id:{slug("Robots help nurses")} , id:{slug("half of them talk")} .
id:mention-cooks a fyp:Mention ; fyp:surfaceForm "cooks" ; fyp:mentionPassage id:{slug("Robots help nurses")} ;
    fyp:startOffset {span("cooks")[0]} ; fyp:endOffset {span("cooks")[1]} .
"""
BLOCKS = (
    block("机器人 plan", "section-all", 1),
    block("Robots help nurses", "section-body", 3),
    block("half of them talk", "section-body", 4),
)


def store_of(*texts: str) -> Store:
    triples = pyoxigraph.parse("".join(texts), format=RdfFormat.TURTLE)
    return Store(Quad(triple.subject, triple.predicate, triple.object, graph("source")) for triple in triples)


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    return tmp_path / "text.txt"


@pytest.fixture
def source(text_file: Path) -> SourceText:
    return read_source_text(text_file, store_of(DATA_TEXT))


def test_offsets_count_code_points_and_lines_count_from_one(source: SourceText) -> None:
    assert source.document == thing("source-robots")
    assert source.cut(*span("Robots help")) == "Robots help"
    assert [source.line_of(TEXT.index(words)) for words in ("机", "🤖", "Robots", "By", "talk")] == [1, 1, 3, 4, 4]


def test_passages_come_in_the_order_of_the_text(source: SourceText) -> None:
    store = store_of(DATA_TEXT, *reversed(BLOCKS))
    assert [passage.iri for passage in passages(store, source.document)] == [
        thing(slug(words)) for words in ("机器人 plan", "Robots help nurses", "half of them talk")
    ]
    assert problems(store, source) == []


NURSES = "nurses and, later, cooks"


@pytest.mark.parametrize(
    ("shift_start", "shift_end", "line", "text"),
    [
        (0, 0, 4, "lies in line 3, the data say 4."),
        (1, 0, 3, "begins or ends amid a word."),
        (0, -1, 3, "begins or ends amid a word."),
        (-1, 0, 3, "do not enclose one trimmed piece of one line."),
        (0, 2, 3, "do not enclose one trimmed piece of one line."),
        (0, 8, 3, "do not enclose one trimmed piece of one line."),
        (30, 0, 3, "do not enclose one trimmed piece of one line."),
        (500, 500, 3, "do not enclose one trimmed piece of one line."),
    ],
)
def test_a_passage_that_lies_elsewhere_is_found(
    source: SourceText, shift_start: int, shift_end: int, line: int, text: str
) -> None:
    start, end = span(NURSES)
    moved = (
        f"id:passage-moved a fyp:Passage ; fyp:passageOf id:source-robots ; fyp:lineNumber {line} ;\n"
        f"    fyp:startOffset {start + shift_start} ; fyp:endOffset {end + shift_end} .\n"
    )
    result = problems(store_of(DATA_TEXT, *BLOCKS, moved), source)
    assert len(result) == 1
    assert result[0].startswith("passage-moved: ")
    assert result[0].endswith(text)


def test_a_passage_beyond_the_end_of_the_text_is_found(source: SourceText) -> None:
    wrong = BLOCKS[2].replace(f"fyp:endOffset {len(TEXT)}", f"fyp:endOffset {len(TEXT) + 3}")
    assert wrong != BLOCKS[2]
    assert len(problems(store_of(DATA_TEXT, *BLOCKS[:2], wrong), source)) == 1


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('surfaceForm "cooks"', 'surfaceForm "Cooks"', "the text has 'cooks' there, the data say 'Cooks'."),
        (f"startOffset {span('cooks')[0]}", f"startOffset {span('cooks')[0] - 1}", "the text has ' cooks' there"),
        (f"endOffset {span('cooks')[1]}", f"endOffset {span('cooks')[1] + 1}", "the text has 'cooks.' there"),
    ],
)
def test_a_mention_that_is_elsewhere_or_reads_otherwise_is_found(
    source: SourceText, old: str, new: str, text: str
) -> None:
    assert old in DATA_TEXT
    result = problems(store_of(DATA_TEXT.replace(old, new), *BLOCKS), source)
    assert len(result) == 1
    assert f"mention-cooks: {text}" in result[0]


def test_a_phrase_is_found_everywhere_with_its_line(source: SourceText) -> None:
    assert find(source, "Robots help nurses") == [(3, *span("Robots help nurses"))]
    assert [line for line, _, _ in find(source, "o")] == [3, 3, 3, 3, 4]
    assert find(source, "R.bots") == []
    assert passage_iri(*span("half")) == thing(slug("half"))


def test_passages_that_nothing_declares_are_declared_in_their_innermost_section(source: SourceText) -> None:
    store = store_of(DATA_TEXT)
    wanted = undeclared_passages(store)
    assert wanted == [thing(slug(words)) for words in ("机器人 plan", "Robots help nurses", "half of them talk")]
    written = store_of(PREFIXES, *declare(store, source, wanted))
    assert set(written) == set(store_of(PREFIXES, *BLOCKS))
    assert undeclared_passages(store_of(DATA_TEXT, *BLOCKS)) == []


def test_a_passage_in_no_section_cannot_be_declared(source: SourceText) -> None:
    store = store_of(DATA_TEXT.replace("a fyp:Section", "a fyp:Chapter"))
    with pytest.raises(EvidenceWrong, match=r"passage-0-8 lies in no section; give the sections their offsets first\."):
        list(declare(store, source, undeclared_passages(store)))


def test_another_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text(TEXT + "\n", encoding="utf-8")
    with pytest.raises(EvidenceWrong, match=r"other\.txt is no text that the passages count in: its SHA-256 is "):
        read_source_text(path, store_of(DATA_TEXT))


def test_a_text_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"M\xfcnchen")
    for path in (tmp_path / "nowhere.txt", tmp_path / "latin.txt", tmp_path):
        with pytest.raises(FileUnreadable, match="cannot be read as a UTF-8 text"):
            read_source_text(path, store_of(DATA_TEXT))


@pytest.fixture(scope="module")
def real() -> Store:
    """The real data, without what follows from them."""
    return Store(quad for file in find_data_files([DATA]) for quad in read_data_file(file))


def test_all_passages_and_mentions_of_the_real_data_lie_in_the_text(real: Store, source_path: Path) -> None:
    source = read_source_text(source_path, real)
    assert len(passages(real, source.document)) > 150
    assert problems(real, source) == []


def test_any_shift_of_a_real_mention_is_found(real: Store, source_path: Path) -> None:
    source = read_source_text(source_path, real)
    start = name("fyp:startOffset")
    mentions = {quad.subject for quad in real if quad.predicate == name("fyp:surfaceForm")}
    shifted = Store(
        Quad(quad.subject, start, Literal(int(quad.object.value) + 1), quad.graph_name)
        if quad.subject in mentions and quad.predicate == start and isinstance(quad.object, Literal)
        else quad
        for quad in real
    )
    assert len(mentions) > 50
    assert len(problems(shifted, source)) == len(mentions)


def test_declaring_the_real_passages_again_gives_the_blocks_of_the_data(real: Store, source_path: Path) -> None:
    source = read_source_text(source_path, real)
    declared = {passage.iri for passage in passages(real, source.document)}
    blocks = {quad for quad in real if quad.subject in declared}
    bare = Store(quad for quad in real if quad.subject not in declared)
    wanted = undeclared_passages(bare)
    assert set(wanted) == declared
    assert all(isinstance(iri, NamedNode) for iri in wanted)
    assert set(store_of(PREFIXES, *declare(bare, source, wanted))) == blocks


def number(value: int) -> Literal:
    return Literal(str(value), datatype=name("xsd:integer"))


def test_each_of_very_many_places_is_described() -> None:
    quads, expected = [], {}
    for n in range(250):
        place = thing(f"passage-{n}-{n + 1}")
        text: dict[str, NamedNode | Literal] = {
            "rdf:type": name("fyp:Evidence"),
            "fyp:lineNumber": number(n + 1),
            "fyp:startOffset": number(n),
        }
        text |= {"fyp:endOffset": number(n + 1), "fyp:inSection": thing("section-a")}
        quads += [Quad(place, name(key), value, graph("source")) for key, value in text.items()]
        expected[place] = Place(place, line=n + 1, start=n, end=n + 1, section=thing("section-a"))
    engine = EmbeddedEngine(Store(quads), "places", 10)
    assert places_of(engine, expected) == expected
    assert places_of(engine, [thing("passage-7-8"), thing("plan-a")]) == {
        thing("passage-7-8"): expected[thing("passage-7-8")]
    }
    assert places_of(engine, []) == {}
