"""The terms that the editor completes: classes, properties and resources, with labels and pinyin."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.lru_cache import LruCache
from kg.core.names import LANGUAGES, PREFIXES, curie, sparql_prologue
from kg.diagnostics.term_suggestions import Terms, terms_of
from kg.engine import Engine, Term, select
from kg.graph.labels import Labels, definitions_of, labels_of
from server.core.i18n.external_terms import FOREIGN_WORDS

# the release has pinyin for each Chinese label, from which the readings of characters are learned
_HEARD = sparql_prologue("fyp", "skos") + (
    'SELECT ?label ?key { ?thing skos:prefLabel ?label ; fyp:pinyinKey ?key FILTER(LANG(?label) = "zh") }'
)
# the Unicode block of CJK Unified Ideographs; rare characters of other blocks have no reading
_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fff"
# a Chinese character is a piece of its own, and so is the text between two of them
_PIECES = re.compile(rf"[{_FIRST_HAN}-{_LAST_HAN}]|[^{_FIRST_HAN}-{_LAST_HAN}]+")


@dataclass(frozen=True)
class PinyinTable:
    """The most frequent syllable of each character, alone and before a given next character."""

    syllables: Mapping[str, str]

    def of(self, text: str) -> str:
        """Return pinyin with spaces between syllables. An unknown character stays as it is."""
        sounds = []
        for place, sign in enumerate(text):
            if not _is_han(sign):
                sounds.append(sign)
                continue
            # the next character often decides the reading, as in xing zheng and hang ye
            heard = self.syllables.get(text[place : place + 2]) or self.syllables.get(sign)
            sounds.append(f" {heard or sign} ")
        return " ".join("".join(sounds).split())


def pinyin_table_of(engine: Engine) -> PinyinTable:
    """Return the syllables of all labels. A key has one syllable for each character, and one for the text between two.

    Raises:
        As ``Engine.answer``.
    """
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for label, key in select(engine, _HEARD).rows:
        if not isinstance(label, Literal) or not isinstance(key, Literal):
            continue
        syllables, pieces = key.value.split(" "), _PIECES.findall(label.value)
        # syllables that do not match the pieces one by one would teach wrong readings
        if len(syllables) != len(pieces):
            continue
        for place, (piece, syllable) in enumerate(zip(pieces, syllables, strict=True)):
            # how: count each reading for the piece alone, and for the piece with the one after it
            heard[piece][syllable] += 1
            heard["".join(pieces[place : place + 2])][syllable] += 1
    return PinyinTable({signs: counted.most_common(1)[0][0] for signs, counted in heard.items()})


def _is_han(sign: str) -> bool:
    return _FIRST_HAN <= sign <= _LAST_HAN


Json = dict[str, object]

_USES = "SELECT ?class ?property (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class ; ?property ?o } GROUP BY ?class ?property"
_VALUES = "SELECT ?property ?class (COUNT(*) AS ?n) { ?s ?property ?o . ?o a ?class } GROUP BY ?property ?class"
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"

_MOST_VALUES = 6  # classes of the values of a property; further classes are rare
_CACHED = 6  # two releases in three languages


class Vocabularies:
    """The vocabularies of the last releases by language. A release never changes, so each is read once."""

    def __init__(self) -> None:
        self._cache = LruCache[tuple[str, str], Json](_CACHED)

    def of(self, engine: Engine, language: str) -> Json:
        """Return the vocabulary of the engine's release.

        Raises:
            As ``Engine.answer``.
        """
        return self._cache.get((engine.release_id, language), lambda: vocabulary_of(engine, language))


def vocabulary_of(engine: Engine, language: str) -> Json:
    """Return classes, properties and graphs by compact IRI, the most frequent first, with meanings in one language.

    ``has`` of a class lists its properties; ``to`` of a property lists the classes of its values. Both are pairs of an
    index into the other list and a count. They are counted in the graph, not taken from the ontology.

    Raises:
        As ``Engine.answer``.
    """
    terms = terms_of(engine)
    iris = {entry: _iri(entry) for entry in terms.all}
    names = _Names(labels_of(engine, [*iris.values(), *terms.graphs]), pinyin_table_of(engine))
    meanings = _meanings(engine, iris.values(), language)
    of_class, of_property = _counts(engine, _CLASSES), _counts(engine, _PROPERTIES)
    classes = sorted(terms.classes, key=lambda cls: (-of_class.get(iris[cls], 0), cls))
    properties = sorted(terms.properties, key=lambda property_: (-of_property.get(iris[property_], 0), property_))
    has = _pairs(engine, _USES, classes, properties)
    to = _pairs(engine, _VALUES, properties, classes)
    described = {
        entry: {**names.of(iris[entry]), **({"meaning": meanings[iris[entry]]} if iris[entry] in meanings else {})}
        for entry in terms.all
    }
    return {
        "release": engine.release_id,
        "prefixes": dict(PREFIXES),
        "languages": list(LANGUAGES),
        "classes": [
            {"name": cls, "count": of_class.get(iris[cls], 0), **described[cls], "has": has[cls]} for cls in classes
        ],
        "properties": [
            {
                "name": property_,
                "count": of_property.get(iris[property_], 0),
                **described[property_],
                "to": to[property_][:_MOST_VALUES],
            }
            for property_ in properties
        ],
        "graphs": _graphs(engine, terms, names),
    }


def _iri(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


@dataclass(frozen=True)
class _Names:
    """The names of terms, with pinyin."""

    labels: Labels
    sounds: PinyinTable

    def of(self, iri: NamedNode) -> Json:
        """Return the labels of a term by language, and its pinyin."""
        held = self.labels.get(iri, {})
        labels = {language: held[language].text for language in LANGUAGES if language in held}
        # without labels by language: a label without a language as English, or else our own labels of foreign terms
        words = labels or ({"en": held[""].text} if "" in held else dict(FOREIGN_WORDS.get(iri, {})))
        sound = self.sounds.of(words.get("zh", ""))
        return {**({"labels": words} if words else {}), **({"pinyin": sound} if sound else {})}


def _meanings(engine: Engine, iris: Iterable[NamedNode], language: str) -> Mapping[NamedNode, Json]:
    """Return the definition of each term in the language, else in English."""
    wanted = list(iris)
    meanings: dict[NamedNode, Json] = {}
    for tried in dict.fromkeys((LANGUAGES[0], language)):
        for iri, label in definitions_of(engine, wanted, tried).items():
            meanings[iri] = {"text": label.text, "language": label.language}
    return meanings


def _graphs(engine: Engine, terms: Terms, names: _Names) -> list[Json]:
    counts = _counts(engine, _GRAPHS)
    ordered = sorted(terms.graphs, key=lambda graph: (-counts.get(graph, 0), graph.value))
    return [{"name": curie(entry), "count": counts.get(entry, 0), **names.of(entry)} for entry in ordered]


def _counts(engine: Engine, text: str) -> dict[Term | None, int]:
    return {term: _number(count) for term, count in select(engine, text).rows}


def _pairs(engine: Engine, text: str, ones: list[str], others: list[str]) -> dict[str, list[tuple[int, int]]]:
    """Return for each name of one list its partners in the other: indexes and counts, the most frequent first."""
    places = {name: place for place, name in enumerate(others)}
    partners: dict[str, list[tuple[int, int]]] = {name: [] for name in ones}
    for row, other, count in select(engine, text).rows:
        if not isinstance(row, NamedNode) or not isinstance(other, NamedNode):
            continue
        name, place = curie(row), places.get(curie(other))
        if name in partners and place is not None:
            partners[name].append((place, _number(count)))
    return {name: sorted(pairs, key=lambda pair: (-pair[1], pair[0])) for name, pairs in partners.items()}


def _number(count: Term | None) -> int:
    return int(count.value) if isinstance(count, Literal) else 0
