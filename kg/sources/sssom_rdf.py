"""What a match says in the graph: the statement itself, the name of its target, and a link that vouches for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.errors import MappingInvalid
from kg.core.names import name, slug_of, thing
from kg.core.vocabularies import BETWEEN_LANGUAGES, VOCABULARIES, vocabulary_of
from kg.sources.sssom import Match
from kg.sources.sssom.reader import read_matches


def read_match_quads(path: Path, graph: NamedNode) -> list[Quad]:
    """Read a mapping file into the quads of a graph, those of a link together.

    Raises:
        FileUnreadable: the file cannot be read.
        MappingInvalid: it is not as it must be; says line and column.
    """
    quads = []
    for match in read_matches(path):
        for wrong in misfits(path, match):
            raise wrong
        quads += [Quad(*triple, graph) for triple in _triples(match)]
    return quads


def misfits(path: Path, match: Match) -> Iterator[MappingInvalid]:
    """What keeps a match out of the graph: its ends are not spelt as things of ours and of a known vocabulary."""
    if slug_of(match.subject) is None:
        yield MappingInvalid(path, "the subject is no thing of ours; write id: and its slug.", match.line, "subject_id")
    vocabulary = vocabulary_of(match.object)
    if vocabulary is None:
        known = ", ".join(VOCABULARIES)
        yield MappingInvalid(path, f"the object lies in no known vocabulary ({known}).", match.line, "object_id")
    elif not vocabulary.holds(match.object):
        yield MappingInvalid(
            path,
            f"{match.object.value} has not the form of an identifier of {vocabulary.title}; copy it again from there.",
            match.line,
            "object_id",
        )
    elif len(vocabulary.languages) > 1 and len(_label_parts(match)) != len(vocabulary.languages):
        wanted = BETWEEN_LANGUAGES.join(vocabulary.languages)
        yield MappingInvalid(path, f"write the label in all its languages, as {wanted!r}.", match.line, "object_label")


def link_of(match: Match) -> NamedNode:
    """The link of a match: named after vocabulary, subject and target, so that it outlives a second judgement."""
    vocabulary = vocabulary_of(match.object)
    assert vocabulary is not None  # noqa: S101 - a match that is no misfit has one
    digest = hashlib.sha256(match.object.value.encode()).hexdigest()[:8]
    return thing(f"link-{vocabulary.prefix}-{slug_of(match.subject)}-{digest}")


def labels_of(match: Match) -> list[Literal]:
    """The name of the target, with its language where the vocabulary makes that plain."""
    vocabulary = vocabulary_of(match.object)
    languages = () if vocabulary is None else vocabulary.languages
    if not languages:
        return [Literal(match.object_label)]
    parts = _label_parts(match) if len(languages) > 1 else [match.object_label]
    return [Literal(part, language=language) for part, language in zip(parts, languages, strict=True)]


def _label_parts(match: Match) -> list[str]:
    return match.object_label.split(BETWEEN_LANGUAGES)


def _triples(match: Match) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    yield match.subject, match.predicate, match.object
    for label in labels_of(match):
        yield match.object, name("rdfs:label"), label
    link = link_of(match)
    yield link, name("rdf:type"), name("fyp:Link")
    yield link, name("fyp:linkSubject"), match.subject
    yield link, name("fyp:linkPredicate"), match.predicate
    yield link, name("fyp:linkTarget"), match.object
    yield link, name("fyp:justification"), match.justification
    yield link, name("fyp:linkConfidence"), Literal(_decimal(match), datatype=name("xsd:decimal"))
    yield link, name("fyp:linkDate"), Literal(match.date.isoformat(), datatype=name("xsd:date"))
    for author in match.authors:
        yield link, name("fyp:linkAuthor"), Literal(author)
    if match.comment:
        yield link, name("fyp:linkComment"), Literal(match.comment, language="en")


def _decimal(match: Match) -> str:
    """The confidence in the one spelling that XML Schema calls canonical, such as ``0.9`` and ``1.0``."""
    text = f"{match.confidence.normalize():f}"
    return text if "." in text else f"{text}.0"
