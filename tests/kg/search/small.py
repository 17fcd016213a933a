"""A small index, whose entries a test can read at a glance."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode

from kg.core.names import name, thing
from kg.search import Entry, Role, SearchIndex, Text, write_index

TECHNOLOGY, TARGET, PLAN, NOTE = (name(f"fyp:{item}") for item in ("Technology", "Target", "Plan", "EditorialNote"))
PRINTED_TARGET = name("fyp:QuantitativeTarget")
GREEN, DIGITAL = thing("plan-green"), thing("plan-digital")


def entry(
    slug: str,
    en: str,
    de: str = "",
    zh: str = "",
    *more: Text,
    kind: NamedNode = TECHNOLOGY,
    plans: tuple[NamedNode, ...] = (),
    also: frozenset[NamedNode] = frozenset(),
) -> Entry:
    """An item with a label in up to three languages and its slug."""
    labels = [Text(Role.LABEL, language, text) for language, text in (("en", en), ("de", de), ("zh", zh)) if text]
    texts = (*labels, *more, Text(Role.IDENTIFIER, "", slug))
    return Entry(thing(slug), texts, (kind,), also | {kind}, plans)


ENTRIES = (
    entry("t-internet", "Internet", "Internet", "互联网", plans=(GREEN, DIGITAL)),
    entry("t-internet-of-things", "Internet of Things", "Internet der Dinge", "物联网", plans=(DIGITAL,)),
    entry("t-industrial-internet", "Industrial Internet", "Industrieinternet", "工业互联网", plans=(DIGITAL,)),
    entry("t-ai", "Artificial intelligence", "Künstliche Intelligenz", "人工智能", Text(Role.ALTERNATIVE, "en", "AI")),
    entry("t-grid", "Smart grid", "Intelligentes Stromnetz", "智能电网", plans=(GREEN,)),
    entry("t-green", "Green manufacturing", "Grüne Fertigung", "绿色制造", plans=(GREEN,)),
    entry(
        "t-data",
        "Big data",
        "Große Datenmengen",
        "大数据",
        Text(Role.DESCRIPTION, "en", "What the Internet leaves behind, in heaps."),
    ),
    entry(
        "target-share",
        "Share of green power",
        "Anteil grünen Stroms",
        "绿色电力占比",
        kind=PRINTED_TARGET,
        also=frozenset([TARGET]),
        plans=(GREEN,),
    ),
    entry("note-share", "Share of green power", "", "", kind=NOTE, plans=(GREEN,)),
    entry("plan-green", "Green plan", "Grüner Plan", "绿色规划", kind=PLAN, plans=(GREEN,)),
    entry("plan-digital", "Digital plan", "Digitaler Plan", "数字规划", kind=PLAN, plans=(DIGITAL,)),
)


def small_index(folder: Path) -> SearchIndex:
    """The index of these entries, in a folder."""
    path = folder / "small.sqlite"
    write_index(ENTRIES, path, "small")
    return SearchIndex(path)
