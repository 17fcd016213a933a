"""Evidence: the places that support a claim, and the check of passages against a local copy of the source."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.core.errors import EvidenceWrong, FileUnreadable
from kg.core.names import slug_of, sparql_prologue, thing
from kg.engine import Engine, Term, select
from kg.engine.store import Store
from kg.graph.labels import values_of

_PASSAGE = re.compile(r"passage-(\d+)-(\d+)")
_AMID_A_WORD = re.compile(r"[^\W_\u2e80-\U0003ffff]{2}")  # two letters or digits; Chinese has no word boundaries


@dataclass(frozen=True)
class SourceText:
    """The text of a source; offsets count code points from 0, lines from 1."""

    document: NamedNode
    text: str
    line_starts: tuple[int, ...]

    def cut(self, start: int, end: int) -> str:
        """Return the characters from ``start`` up to, not including, ``end``."""
        return self.text[start:end]

    def line_of(self, offset: int) -> int:
        """Return the line that contains an offset."""
        # the number of lines that start at or before the offset is the number of its line
        return bisect_right(self.line_starts, offset)

    def parts_a_word(self, offset: int) -> bool:
        """Return True if an offset lies inside a word."""
        return offset > 0 and _AMID_A_WORD.fullmatch(self.text[offset - 1 : offset + 1]) is not None


@dataclass(frozen=True)
class Passage:
    """A passage as the data describe it."""

    iri: NamedNode
    start: int
    end: int
    line: int


def text_at(path: Path) -> str:
    """Return the text of a file, unchanged.

    Raises:
        FileUnreadable: it cannot be read, or is no UTF-8.
    """
    try:
        # bytes, as a text file would be read with its line ends translated, and the offsets count every code point
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read as a UTF-8 text: {error}.") from error


def read_source_text(path: Path, store: Store) -> SourceText:
    """Read a local copy of a source, and check that the offsets in the data refer to this text.

    Raises:
        FileUnreadable: it cannot be read, or is no UTF-8.
        EvidenceWrong: no source document of the data has its SHA-256.
    """
    text = text_at(path)
    # the hash of the data is over the same bytes; another edition of the text would shift all offsets
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    documents = {
        row[1].value: row[0] for row in _rows(store, "SELECT ?document ?hash { ?document fyp:textSha256 ?hash }")
    }
    document = documents.get(digest)
    if not isinstance(document, NamedNode):
        raise EvidenceWrong(
            f"{path} is no text that the passages count in: its SHA-256 is {digest}, "
            f"the data know {', '.join(documents)}."
        )
    starts = [0] + [match.end() for match in re.finditer("\n", text)]
    return SourceText(document, text, tuple(starts))


def passages(store: Store, document: NamedNode) -> list[Passage]:
    """Return all passages of a document, in order of the text."""
    rows = _rows(
        store,
        f"SELECT ?passage ?start ?end ?line {{ ?passage a fyp:Passage ; fyp:passageOf {document} ; "
        "fyp:startOffset ?start ; fyp:endOffset ?end ; fyp:lineNumber ?line } ORDER BY ?start ?end",
    )
    return [Passage(NamedNode(row[0].value), *(int(cell.value) for cell in row[1:])) for row in rows]


def problems(store: Store, source: SourceText) -> list[str]:
    """Return a message for every passage and mention that does not match the text."""
    messages = []
    for passage in passages(store, source.document):
        slug = slug_of(passage.iri)
        words = source.cut(passage.start, passage.end)
        # a slice beyond the end is shorter than its offsets say, and no error
        if len(words) != passage.end - passage.start or not words or words != words.strip() or "\n" in words:
            messages.append(f"{slug}: the offsets do not enclose one trimmed piece of one line.")
        elif source.parts_a_word(passage.start) or source.parts_a_word(passage.end):
            messages.append(f"{slug}: begins or ends amid a word.")
        elif source.line_of(passage.start) != passage.line:
            messages.append(f"{slug}: lies in line {source.line_of(passage.start)}, the data say {passage.line}.")
    rows = _rows(
        store,
        "SELECT ?mention ?form ?start ?end { ?mention fyp:surfaceForm ?form ; fyp:startOffset ?start ; "
        f"fyp:endOffset ?end ; fyp:mentionPassage/fyp:passageOf {source.document} }} ORDER BY ?mention",
    )
    for mention, form, start, end in rows:
        words = source.cut(int(start.value), int(end.value))
        if words != form.value:
            slug = slug_of(NamedNode(mention.value))
            messages.append(f"{slug}: the text has {words!r} there, the data say {form.value!r}.")
    return messages


def find(source: SourceText, phrase: str) -> list[tuple[int, int, int]]:
    """Return line, start and end of each occurrence of a phrase."""
    return [
        (source.line_of(match.start()), match.start(), match.end())
        for match in re.finditer(re.escape(phrase), source.text)
    ]


def undeclared_passages(store: Store) -> list[NamedNode]:
    """Return the passages that claims refer to and that are not declared yet, in order of the text."""
    rows = _rows(
        store, "SELECT DISTINCT ?passage { ?claim fyp:evidence ?passage FILTER NOT EXISTS { ?passage a ?any } }"
    )
    named = [NamedNode(row[0].value) for row in rows]
    # cited pages have no offsets in their names and are left out
    return sorted((iri for iri in named if _offsets(iri)), key=_offsets)


def declare(store: Store, source: SourceText, wanted: Iterable[NamedNode]) -> Iterator[str]:
    """Yield Turtle blocks that declare passages, each in the innermost section that encloses it.

    Raises:
        EvidenceWrong: no section encloses a passage.
    """
    rows = _rows(
        store,
        f"SELECT ?section ?start ?end {{ ?section a fyp:Section ; fyp:sectionOf {source.document} ; "
        "fyp:startOffset ?start ; fyp:endOffset ?end }",
    )
    # the length comes first, so that the least tuple is the shortest section, which is the innermost
    sections = [(int(row[2].value) - int(row[1].value), int(row[1].value), int(row[2].value), row[0]) for row in rows]
    for iri in wanted:
        start, end = _offsets(iri)
        enclosing = [
            (length, section.value) for length, first, last, section in sections if first <= start and end <= last
        ]
        if not enclosing:
            raise EvidenceWrong(f"{slug_of(iri)} lies in no section; give the sections their offsets first.")
        innermost = NamedNode(min(enclosing)[1])
        yield (
            f"id:{slug_of(iri)} a fyp:Passage ;\n"
            f"    fyp:passageOf id:{slug_of(source.document)} ;\n    fyp:inSection id:{slug_of(innermost)} ;\n"
            f"    fyp:lineNumber {source.line_of(start)} ;\n"
            f"    fyp:startOffset {start} ;\n    fyp:endOffset {end} .\n"
        )


def passage_iri(start: int, end: int) -> NamedNode:
    """Return the IRI of the passage with these offsets."""
    return thing(f"passage-{start}-{end}")


def _offsets(iri: NamedNode) -> tuple[int, ...]:
    match = _PASSAGE.fullmatch(slug_of(iri) or "")
    return (int(match[1]), int(match[2])) if match else ()


def _rows(store: Store, text: str) -> list[list[NamedNode | Literal]]:
    solutions = store.query(sparql_prologue("fyp") + text)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the texts above are SELECTs
    return [[cell for cell in solution if isinstance(cell, NamedNode | Literal)] for solution in solutions]


_PROLOGUE = sparql_prologue("fyp", "dcterms")

_PLACES_AT_ONCE = 100
_PLACE = {
    "line": "fyp:lineNumber",
    "start": "fyp:startOffset",
    "end": "fyp:endOffset",
    "section": "fyp:inSection",
    "document": "fyp:passageOf",
    "title": "dcterms:title",
    "publisher": "fyp:publisherName",
    "address": "fyp:address",
    "trust": "fyp:trust",
    "issued": "dcterms:issued",
}
# One property in each OPTIONAL: with several, Oxigraph scans all passages.
_PLACES_QUERY = (
    f"SELECT ?iri {' '.join(f'?{part}' for part in _PLACE)} {{{{ VALUES ?iri {{{{ {{}} }}}} ?iri a fyp:Evidence . "
    + " ".join(f"OPTIONAL {{{{ ?iri {property_} ?{part} }}}}" for part, property_ in _PLACE.items())
    + " }}"
)

EvidenceByGraph = Mapping[tuple[NamedNode, NamedNode], tuple[NamedNode, ...]]
"""Passages and cited pages by claim and named graph."""


@dataclass(frozen=True)
class Place:
    """A passage of the source (line, offsets, section) or a cited page (address).

    ``language`` is that of our title of a cited page; the page itself may be in another one.
    """

    iri: NamedNode
    line: int | None = None
    start: int | None = None
    end: int | None = None
    section: NamedNode | None = None
    title: str = ""
    publisher: str = ""
    issued: str = ""
    address: str = ""
    trust: NamedNode | None = None
    document: NamedNode | None = None
    language: str = ""


def places_of(engine: Engine, evidence: Iterable[NamedNode]) -> dict[NamedNode, Place]:
    """Return the place of each passage and citation."""
    places = {}
    # In batches: for many IRIs, Oxigraph scans all passages once for each property.
    remaining = iter(sorted(set(evidence), key=lambda iri: iri.value))
    while batch := tuple(islice(remaining, _PLACES_AT_ONCE)):
        table = select(engine, _PROLOGUE + _PLACES_QUERY.format(values_of(batch)))
        places.update({place.iri: place for place in map(_place, table.records())})
    return places


def evidence_of(engine: Engine, claims: Iterable[NamedNode]) -> EvidenceByGraph:
    """Return the evidence of each claim by named graph; a claim without evidence is left out."""
    wanted = values_of(claims)
    if not wanted:
        return {}
    text = (
        f"SELECT ?claim ?graph ?place {{ VALUES ?claim {{ {wanted} }} "
        "GRAPH ?graph { ?claim fyp:evidence ?place } } ORDER BY ?claim ?graph ?place"
    )
    evidence: dict[tuple[NamedNode, NamedNode], list[NamedNode]] = defaultdict(list)
    for claim, graph, place in select(engine, _PROLOGUE + text).rows:
        if isinstance(claim, NamedNode) and isinstance(graph, NamedNode) and isinstance(place, NamedNode):
            evidence[claim, graph].append(place)
    return {key: tuple(places) for key, places in evidence.items()}


def _place(record: dict[str, Term | None]) -> Place:
    iri = record["iri"]
    assert isinstance(iri, NamedNode)  # noqa: S101 - the VALUES above hold IRIs only

    def text(variable: str) -> str:
        cell = record[variable]
        return cell.value if isinstance(cell, Literal) else ""

    def number(variable: str) -> int | None:
        return int(text(variable)) if text(variable) else None

    def node(variable: str) -> NamedNode | None:
        cell = record[variable]
        return cell if isinstance(cell, NamedNode) else None

    return Place(
        iri,
        line=number("line"),
        start=number("start"),
        end=number("end"),
        section=node("section"),
        title=text("title"),
        publisher=text("publisher"),
        issued=text("issued"),
        address=text("address"),
        trust=node("trust"),
        document=node("document"),
        language=getattr(record["title"], "language", None) or "",
    )
