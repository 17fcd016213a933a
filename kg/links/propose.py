"""Proposals of links: labels in the dump of a vocabulary, compared with ours.

A dump is read as a stream, since it may be larger than the memory.
"""

from __future__ import annotations

import gzip
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, cast

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from kg.core.errors import FileUnreadable, ParameterInvalid, TurtleInvalid
from kg.core.names import LANGUAGES, name
from kg.core.vocabularies import BETWEEN_LANGUAGES, Vocabulary, vocabulary_of
from kg.links import SEMAPV, OurLabel
from kg.sources.sssom import Match

FORMATS = {
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".xml": RdfFormat.RDF_XML,
}
# Best first: of several names, the first property gives the one that a row shows
NAMING = (name("skos:prefLabel"), name("rdfs:label"), name("schema:name"), name("skos:altLabel"))
# the same term under its older address
_FIELDS = {field: field for field in NAMING} | {NamedNode("http://schema.org/name"): name("schema:name")}


@dataclass(frozen=True)
class DumpLabel:
    """A label of a resource elsewhere; its language is ``en``, ``de``, ``zh``, or empty if the dump has none."""

    thing: NamedNode
    field: NamedNode
    text: str
    language: str


def dump_labels(source: Path) -> Iterator[DumpLabel]:
    """Yield the labels in our languages, in the order of the dump.

    Raises:
        FileUnreadable: the file cannot be read, or its ending names no format.
        TurtleInvalid: it does not parse; says line and column where the parser does.
    """
    try:
        with _opened(source) as stream:
            # lenient: dumps hold addresses that are no IRIs, and they are no concern of ours
            for quad in pyoxigraph.parse(stream, _format(source), base_iri=source.absolute().as_uri(), lenient=True):
                field = _FIELDS.get(quad.predicate)
                if field is not None and isinstance(quad.subject, NamedNode):
                    label = cast("Literal", quad.object)
                    # an object that is no literal gets a sign that no list has, and the next line drops it. Regional
                    # variants such as ``en-GB`` count as their language.
                    language = (label.language or "").partition("-")[0].lower() if isinstance(label, Literal) else "?"
                    if language in ("", *LANGUAGES):
                        yield DumpLabel(quad.subject, field, label.value, language)
    except SyntaxError as error:
        raise TurtleInvalid(source, str(error.msg), error.lineno, error.offset) from error
    except (OSError, EOFError, zlib.error) as error:
        raise FileUnreadable(f"{source} cannot be read: {error}.") from error


def _format(source: Path) -> RdfFormat:
    ending = next((suffix for suffix in reversed(source.suffixes) if suffix != ".gz"), "")
    if ending not in FORMATS:
        available = " ".join(FORMATS)
        raise FileUnreadable(f"{source}: the ending must name the format ({available}), perhaps with .gz behind it.")
    return FORMATS[ending]


def _opened(source: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(source)) if source.suffix == ".gz" else source.open("rb")


AUTHOR = "kg links propose"

_PREFERRED, _ALTERNATIVE = name("skos:prefLabel"), name("skos:altLabel")
BOTH = 2
# By how many of the two names are preferred ones
_BASE = {BOTH: Decimal("0.8"), 1: Decimal("0.65"), 0: Decimal("0.5")}
# names in further languages confirm a match, but a name alone never makes it certain
_FURTHER_LANGUAGE, _HIGHEST = Decimal("0.05"), Decimal("0.9")
_NO_LANGUAGE, _SHORT, _RIVAL = Decimal("0.05"), Decimal("0.2"), Decimal("0.15")
_SHORTEST = 4  # letters; abbreviations such as AI, NC or CDN have many meanings

Pair = tuple[NamedNode, NamedNode]


@dataclass(frozen=True)
class SharedName:
    """One name that a resource of ours and one elsewhere share."""

    our_field: NamedNode
    their_field: NamedNode
    text: str
    language: str

    @property
    def preferred(self) -> int:
        """The number of preferred labels among the two."""
        return (self.our_field == _PREFERRED) + (self.their_field != _ALTERNATIVE)

    @property
    def confidence(self) -> Decimal:
        """The confidence from this name alone, from 0 to 1."""
        short = len(self.text) < _SHORTEST and self.text.isascii()
        return _BASE[self.preferred] - (_SHORT if short else 0) - (0 if self.language else _NO_LANGUAGE)


@dataclass(frozen=True)
class Candidate:
    """A pair with the names that it shares; it has a rival if one of the two also shares a name with another."""

    us: NamedNode
    them: NamedNode
    met: tuple[SharedName, ...]
    has_rival: bool = False

    @property
    def best(self) -> SharedName:
        """The shared name with the highest confidence."""
        return max(self.met, key=lambda meeting: (meeting.confidence, meeting.text))

    @property
    def predicate(self) -> NamedNode:
        """An exact match only if both labels are preferred and there is no rival, else a close match."""
        same = self.best.preferred == BOTH and not self.has_rival
        return name("skos:exactMatch" if same else "skos:closeMatch")

    @property
    def confidence(self) -> Decimal:
        """The confidence from all shared names, from 0 to 1."""
        languages = {meeting.language for meeting in self.met if meeting.language}
        more = _FURTHER_LANGUAGE * max(0, len(languages) - 1)
        return min(self.best.confidence + more, _HIGHEST) - (_RIVAL if self.has_rival else 0)

    @property
    def comment(self) -> str:
        """A note for the person who decides on this proposal."""
        languages = ", ".join(sorted({meeting.language or "no language" for meeting in self.met}))
        return f"To be judged: same name in {languages}{'; there are other candidates' if self.has_rival else ''}."


@dataclass(frozen=True)
class Proposals:
    """Rows for the mapping file of a vocabulary, and the number of pairs that needed none."""

    vocabulary: Vocabulary | None
    matches: tuple[Match, ...]
    already_linked: int


def propose(
    source: Path, labels: Iterable[OurLabel], excluded: Collection[Pair], *, today: date, vocabulary: Vocabulary | None
) -> Proposals:
    """Find resources of a vocabulary that share a name with resources of our lists.

    Args:
        source: a dump of the vocabulary; it is read twice, as a stream.
        labels: our labels.
        excluded: pairs that need no proposal.
        today: the date of the proposals.
        vocabulary: the vocabulary to link to, or None to take the only one that has something.

    Raises:
        ParameterInvalid: no vocabulary is named, and the dump has candidates in several.
        As ``dump_labels``.
    """
    ours = list(labels)
    # the first pass keeps only shared names, as a dump may be larger than the memory
    met = _shared_names(dump_labels(source), ours)
    chosen = vocabulary or _only_vocabulary(them for _, them in met)
    if chosen is None:
        return Proposals(None, (), 0)
    candidates = _candidates({pair: names for pair, names in met.items() if chosen.holds(pair[1])})
    # pairs with a link count as rivals, so they are removed after the rivals are marked
    fresh = [candidate for candidate in candidates if (candidate.us, candidate.them) not in excluded]
    # the second pass reads the names of the few that remain
    names = _names(dump_labels(source), {candidate.them for candidate in fresh}, chosen)
    our_names = {label.thing: label.text for label in ours if label.field == _PREFERRED and label.language == "en"}
    matches = tuple(_match(pair, our_names.get(pair.us, ""), names[pair.them], source, today) for pair in fresh)
    return Proposals(chosen, matches, len(candidates) - len(fresh))


def normalised(text: str) -> str:
    """Return a name without the differences of spelling: ``Software-Defined Nets`` gives ``software defined nets``."""
    # NFKD separates accents from letters, and gives characters of full width their usual form
    letters = (letter for letter in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())


def _shared_names(theirs: Iterable[DumpLabel], ours: Iterable[OurLabel]) -> dict[Pair, set[SharedName]]:
    """Return the pairs that share a name in one language, or where the dump has no language."""
    index: dict[str, list[OurLabel]] = defaultdict(list)
    for label in ours:
        if label.listed and (text := normalised(label.text)):
            index[text].append(label)
    met: dict[Pair, set[SharedName]] = defaultdict(set)
    for their in theirs:
        text = normalised(their.text)
        for our in index.get(text, ()):
            if their.language in ("", our.language):
                met[our.thing, their.thing].add(SharedName(our.field, their.field, text, their.language))
    return dict(met)


def _only_vocabulary(things: Iterable[NamedNode]) -> Vocabulary | None:
    vocabularies = {
        vocabulary
        for resource in things
        if (vocabulary := vocabulary_of(resource)) is not None and vocabulary.holds(resource)
    }
    if len(vocabularies) > 1:
        several = " or ".join(sorted(vocabulary.prefix for vocabulary in vocabularies))
        raise ParameterInvalid("--vocabulary", f"the dump has candidates in several vocabularies; choose {several}.")
    return next(iter(vocabularies), None)


def _candidates(met: Mapping[Pair, set[SharedName]]) -> list[Candidate]:
    """Return the pairs in order, with rivals marked: pairs with one resource in common and as good a name."""
    alone = [Candidate(us, them, tuple(sorted(names, key=str))) for (us, them), names in met.items()]
    alone.sort(key=lambda candidate: (candidate.us.value, candidate.them.value))
    # only pairs with as good a name are rivals, so an alternative label does not weaken a preferred one
    ours = Counter((candidate.us, candidate.best.preferred) for candidate in alone)
    theirs = Counter((candidate.them, candidate.best.preferred) for candidate in alone)
    return [
        replace(
            candidate,
            has_rival=ours[candidate.us, candidate.best.preferred] > 1
            or theirs[candidate.them, candidate.best.preferred] > 1,
        )
        for candidate in alone
    ]


def _names(theirs: Iterable[DumpLabel], things: Collection[NamedNode], vocabulary: Vocabulary) -> dict[NamedNode, str]:
    """Return the name of each resource for its row: the preferred one, in the languages of the vocabulary."""
    labels_by_language: dict[NamedNode, dict[str, DumpLabel]] = defaultdict(dict)
    for label in theirs:
        if label.thing in things:
            best = labels_by_language[label.thing].setdefault(label.language, label)
            # a better property replaces the name, in whatever order the dump has them
            if NAMING.index(label.field) < NAMING.index(best.field):
                labels_by_language[label.thing][label.language] = label
    return {thing: _name(labels, vocabulary) for thing, labels in labels_by_language.items()}


def _name(labels: Mapping[str, DumpLabel], vocabulary: Vocabulary) -> str:
    fallback = next(labels[language] for language in (*LANGUAGES, "") if language in labels)
    wanted = vocabulary.languages or LANGUAGES[:1]
    return BETWEEN_LANGUAGES.join(" ".join(labels.get(language, fallback).text.split()) for language in wanted)


def _match(candidate: Candidate, our_name: str, their_name: str, source: Path, today: date) -> Match:
    return Match(
        subject=candidate.us,
        subject_label=our_name,
        predicate=candidate.predicate,
        object=candidate.them,
        object_label=their_name,
        justification=NamedNode(SEMAPV + "LexicalMatching"),
        authors=(AUTHOR,),
        date=today,
        confidence=candidate.confidence,
        comment=f"{candidate.comment} Seen in: {source.name}",
        subject_fields=_distinct(meeting.our_field for meeting in candidate.met),
        object_fields=_distinct(meeting.their_field for meeting in candidate.met),
        match_strings=tuple(sorted({meeting.text for meeting in candidate.met})),
    )


def _distinct(fields: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    return tuple(sorted(set(fields), key=lambda field: field.value))
