"""Proposals: what a dump of a vocabulary calls as we do, how sure that is, and which dumps can be read."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.core.errors import FileUnreadable, ParameterInvalid, TurtleInvalid
from kg.core.names import PREFIXES, curie, name, thing
from kg.core.vocabularies import VOCABULARIES
from kg.links import OurLabel
from kg.links.propose import FORMATS, Pair, Proposals, dump_labels, normalised, propose
from kg.sources.sssom import Match

PREF, ALT = name("skos:prefLabel"), name("skos:altLabel")
TODAY = date(2026, 11, 25)
GRID, CDN, TAX = thing("technology-smart-grid"), thing("technology-cdn"), thing("area-tax")
LABELS = [
    OurLabel(GRID, PREF, "Smart grid", "en", listed=True),
    OurLabel(GRID, PREF, "Intelligentes Stromnetz", "de", listed=True),
    OurLabel(GRID, PREF, "智能电网", "zh", listed=True),
    OurLabel(GRID, ALT, "Intelligent grid", "en", listed=True),
    OurLabel(CDN, PREF, "Content delivery network", "en", listed=True),
    OurLabel(CDN, ALT, "CDN", "en", listed=True),
    OurLabel(TAX, PREF, "Digital tax", "en", listed=True),
    OurLabel(thing("ii-o1"), PREF, "Growth", "en", listed=False),
]
PROLOGUE = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items()) + (
    "@prefix yso: <http://www.yso.fi/onto/yso/> .\n@prefix stw: <http://zbw.eu/stw/descriptor/> .\n"
)
YSO = VOCABULARIES["yso"].namespace


def proposed(folder: Path, text: str, excluded: Iterable[Pair] = (), vocabulary: str | None = None) -> Proposals:
    dump = folder / "dump.ttl"
    dump.write_text(PROLOGUE + text, encoding="utf-8")
    chosen = None if vocabulary is None else VOCABULARIES[vocabulary]
    return propose(dump, LABELS, set(excluded), today=TODAY, vocabulary=chosen)


def only(folder: Path, text: str) -> Match:
    (match,) = proposed(folder, text).matches
    return match


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Software-Defined  Networks", "software defined networks"),
        ("Intelligentes Stromnetz", "INTELLIGENTES STROMNETZ "),
        ("Künstliche Intelligenz", "kunstliche intelligenz"),
        ("CO₂-arme Fertigung", "co2 arme fertigung"),
        ("“互联网+教育培训”", "互联网 教育培训"),
        ("Straße", "strasse"),
        ("R&D", "r d"),
    ],
)
def test_case_accents_hyphens_punctuation_and_spaces_do_not_tell_names_apart(name: str, other: str) -> None:
    assert normalised(name) == normalised(other) == normalised(normalised(name))


@pytest.mark.parametrize("text", ["%", "€", "", " - "])
def test_a_name_without_a_letter_or_digit_is_no_name(text: str) -> None:
    assert normalised(text) == ""


def test_a_proposal_says_what_met_where_and_when(tmp_path: Path) -> None:
    match = only(tmp_path, 'yso:p1 skos:prefLabel "Smart-Grid"@en , "älykäs sähköverkko"@fi .')
    assert match == Match(
        subject=GRID,
        subject_label="Smart grid",
        predicate=name("skos:exactMatch"),
        object=NamedNode(YSO + "p1"),
        object_label="Smart-Grid",
        justification=NamedNode("https://w3id.org/semapv/vocab/LexicalMatching"),
        authors=("kg links propose",),
        date=TODAY,
        confidence=match.confidence,
        comment="To be judged: same name in en. Seen in: dump.ttl",
        subject_fields=(PREF,),
        object_fields=(PREF,),
        match_strings=("smart grid",),
    )


KINDS = [  # what the dump says, how we match it, how surely
    ('skos:prefLabel "Smart grid"@en', "exactMatch", "0.8"),
    ('skos:prefLabel "Smart grid"@en-GB', "exactMatch", "0.8"),
    ('rdfs:label "Smart grid"@en', "exactMatch", "0.8"),
    ('<http://schema.org/name> "Smart grid"@en', "exactMatch", "0.8"),
    ('<https://schema.org/name> "智能电网"@zh-hans', "exactMatch", "0.8"),
    ('skos:prefLabel "Smart grid"@en , "intelligentes Stromnetz"@de', "exactMatch", "0.85"),
    ('skos:prefLabel "Smart grid"@en , "intelligentes Stromnetz"@de , "智能电网"@zh', "exactMatch", "0.9"),
    ('skos:prefLabel "Smart grid"', "exactMatch", "0.75"),
    ('skos:altLabel "Smart grid"@en', "closeMatch", "0.65"),
    ('skos:prefLabel "Intelligent grid"@en', "closeMatch", "0.65"),
    ('skos:altLabel "Intelligent grid"@en', "closeMatch", "0.5"),
    ('skos:prefLabel "CDN"@en', "closeMatch", "0.45"),
    ('skos:altLabel "CDN"@en', "closeMatch", "0.3"),
]


@pytest.mark.parametrize(("statement", "predicate", "confidence"), KINDS)
def test_the_kind_of_the_names_decides_how_and_how_surely_two_things_match(
    tmp_path: Path, statement: str, predicate: str, confidence: str
) -> None:
    match = only(tmp_path, f"yso:p1 {statement} .")
    assert (curie(match.predicate), str(match.confidence.normalize())) == (f"skos:{predicate}", confidence)


@pytest.mark.parametrize(
    "statement",
    [
        'skos:prefLabel "Smart grid"@de',
        'skos:prefLabel "Smart grid"@fr',
        'skos:prefLabel "Smart grids"@en',
        'skos:prefLabel "Growth"@en',
        'skos:definition "Smart grid"@en',
        "skos:prefLabel <https://example.org/smart-grid>",
        'skos:prefLabel 5 ; skos:broader [ skos:prefLabel "Smart grid"@en ]',
    ],
    ids=["another language", "no language of ours", "another name", "a plan's", "no name", "no text", "a blank node"],
)
def test_what_is_not_called_as_we_call_it_is_not_proposed(tmp_path: Path, statement: str) -> None:
    assert proposed(tmp_path, f"yso:p1 {statement} .") == Proposals(None, (), 0)


def test_two_candidates_are_both_proposed_as_close_and_less_surely(tmp_path: Path) -> None:
    matches = proposed(
        tmp_path, 'yso:p1 skos:prefLabel "Smart grid"@en . yso:p2 skos:prefLabel "smart-grid"@en .'
    ).matches
    assert [(curie(match.predicate), str(match.confidence)) for match in matches] == [("skos:closeMatch", "0.65")] * 2
    assert all("there are other candidates" in match.comment for match in matches)


def test_a_candidate_by_a_lesser_name_is_no_rival(tmp_path: Path) -> None:
    text = 'yso:p1 skos:prefLabel "Smart grid"@en . yso:p2 skos:altLabel "Smart grid"@en .'
    assert [str(match.confidence) for match in proposed(tmp_path, text).matches] == ["0.80", "0.65"]


def test_what_is_linked_or_proposed_already_is_left_out_and_counted_and_still_a_rival(tmp_path: Path) -> None:
    text = 'yso:p1 skos:prefLabel "Smart grid"@en . yso:p2 skos:prefLabel "Smart grid"@en .'
    proposals = proposed(tmp_path, text, {(GRID, NamedNode(YSO + "p1"))})
    assert proposals.already_linked == 1
    assert [(match.object.value, curie(match.predicate)) for match in proposals.matches] == [
        (YSO + "p2", "skos:closeMatch")
    ]


def test_the_name_shown_is_the_preferred_one_wherever_it_is_in_the_dump(tmp_path: Path) -> None:
    text = (
        'yso:p1 skos:altLabel "Smart grid"@en . yso:p2 rdfs:label "x" . yso:p1 skos:prefLabel "Power  grid, smart"@en .'
    )
    assert only(tmp_path, text).object_label == "Power grid, smart"


def test_a_vocabulary_in_two_languages_is_shown_in_both_and_a_gap_is_filled(tmp_path: Path) -> None:
    both = only(tmp_path, 'stw:00000-1 skos:prefLabel "Smart grid"@en , "Netz"@de .')
    assert both.object_label == "Smart grid / Netz"
    assert only(tmp_path, 'stw:00000-1 skos:prefLabel "Smart grid"@en .').object_label == "Smart grid / Smart grid"


def test_things_of_no_known_vocabulary_are_left_out(tmp_path: Path) -> None:
    text = '<https://example.org/1> skos:prefLabel "Smart grid"@en . yso:page1 skos:prefLabel "Smart grid"@en .'
    assert proposed(tmp_path, text).matches == ()


def test_of_several_vocabularies_one_must_be_chosen(tmp_path: Path) -> None:
    text = 'yso:p1 skos:prefLabel "Smart grid"@en . stw:00000-1 skos:prefLabel "Smart grid"@en .'
    with pytest.raises(ParameterInvalid, match=r"--vocabulary: .* choose stw or yso\."):
        proposed(tmp_path, text)
    (match,) = proposed(tmp_path, text, vocabulary="yso").matches
    assert (match.object.value, curie(match.predicate)) == (YSO + "p1", "skos:exactMatch")


def test_the_order_of_the_dump_does_not_matter(tmp_path: Path) -> None:
    lines = [
        'yso:p1 skos:prefLabel "Smart grid"@en .',
        'yso:p2 skos:prefLabel "Digital tax"@en .',
        'yso:p1 rdfs:label "CDN"@en .',
    ]
    assert proposed(tmp_path, "\n".join(lines)) == proposed(tmp_path, "\n".join(reversed(lines)))


NTRIPLE = f'<{YSO}p1> <{PREF.value}> "Smart grid"@en'
XML = f"""<rdf:RDF xmlns:rdf="{PREFIXES["rdf"]}" xmlns:skos="{PREFIXES["skos"]}">
<rdf:Description rdf:about="{YSO}p1"><skos:prefLabel xml:lang="en">Smart grid</skos:prefLabel></rdf:Description>
</rdf:RDF>"""
DUMPS = {
    ".ttl": PROLOGUE + 'yso:p1 skos:prefLabel "Smart grid"@en .',
    ".trig": PROLOGUE + 'yso: { yso:p1 skos:prefLabel "Smart grid"@en }',
    ".nt": f"{NTRIPLE} .",
    ".nq": f"{NTRIPLE} <{YSO}> .",
    ".rdf": XML,
    ".xml": XML,
    ".owl": XML,
}


@pytest.mark.parametrize("ending", sorted(FORMATS))
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_dumps_are_read_in_each_format_packed_or_not(tmp_path: Path, ending: str, packed: str) -> None:
    dump = tmp_path / f"yso.2026{ending}{packed}"
    body = DUMPS[ending].encode()
    dump.write_bytes(gzip.compress(body) if packed else body)
    (label,) = dump_labels(dump)
    assert (label.thing.value, label.field, label.text, label.language) == (YSO + "p1", PREF, "Smart grid", "en")


def test_an_address_that_is_no_iri_does_not_stop_a_dump(tmp_path: Path) -> None:
    dump = tmp_path / "dump.nt"
    dump.write_text(f"<{YSO}p 2> <{PREF.value}> <a b> .\n{NTRIPLE} .\n", encoding="utf-8")
    assert [label.text for label in dump_labels(dump)] == ["Smart grid"]


def test_a_dump_is_read_as_a_stream(tmp_path: Path) -> None:
    dump = tmp_path / "dump.nt"
    dump.write_text(f"{NTRIPLE} .\n" * 50_000 + "here it ends\n", encoding="utf-8")
    assert next(dump_labels(dump)).text == "Smart grid"


def packed(body: bytes, cut: int = 0) -> bytes:
    whole = gzip.compress(body)
    return whole[: len(whole) - cut]


UNREADABLE = {
    "no format": (
        "dump.csv",
        b"",
        FileUnreadable,
        r"the ending must name the format \(\.nq \.nt .*with \.gz behind it",
    ),
    "only packed": ("dump.gz", b"", FileUnreadable, "the ending must name the format"),
    "malformed": ("dump.nt", f"{NTRIPLE} .\nx y z .\n".encode(), TurtleInvalid, "dump.nt, line 2, column 1"),
    "not packed": ("dump.nt.gz", b"x", FileUnreadable, "dump.nt.gz cannot be read: Not a gzipped file"),
    "cut": ("dump.nt.gz", packed(b"<a:b> <a:c> <a:d> .", 9), FileUnreadable, "dump.nt.gz cannot be read"),
    "no UTF-8": ("dump.nt", b'<a:b> <a:c> "\xff" .', TurtleInvalid, "dump.nt, line 1"),
}


@pytest.mark.parametrize(("file", "body", "error", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_dump_that_cannot_be_read_is_reported_with_its_name_and_place(
    tmp_path: Path, file: str, body: bytes, error: type[Exception], message: str
) -> None:
    (tmp_path / file).write_bytes(body)
    with pytest.raises(error, match=message):
        list(dump_labels(tmp_path / file))


def test_a_dump_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"nowhere\.nt cannot be read"):
        list(dump_labels(tmp_path / "nowhere.nt"))
