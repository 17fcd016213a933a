"""The terms that the editor completes: classes, properties and resources, with labels and pinyin."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, PREFIXES, curie, sparql_prologue
from kg.diagnostics.term_suggestions import Terms, terms_of
from kg.engine import Engine, Term, select
from kg.graph.describe import Labels, definitions_of, labels_of
from server.core.i18n.external_terms import FOREIGN_WORDS

_HEARD = sparql_prologue("fyp", "skos") + (
    'SELECT ?label ?key { ?thing skos:prefLabel ?label ; fyp:pinyinKey ?key FILTER(LANG(?label) = "zh") }'
)
_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fff"
_PIECES = re.compile(rf"[{_FIRST_HAN}-{_LAST_HAN}]|[^{_FIRST_HAN}-{_LAST_HAN}]+")


@dataclass(frozen=True)
class Sounds:
    """The most frequent syllable of each pair of characters, and of each character."""

    syllables: Mapping[str, str]

    def of(self, text: str) -> str:
        """Pinyin, syllables parted by spaces; a character that was never heard stays."""
        found = []
        for place, sign in enumerate(text):
            if not _is_han(sign):
                found.append(sign)
                continue
            # the character after it often decides, as in xing zheng and hang ye
            heard = self.syllables.get(text[place : place + 2]) or self.syllables.get(sign)
            found.append(f" {heard or sign} ")
        return " ".join("".join(found).split())


def sounds_of(engine: Engine) -> Sounds:
    """What is heard in labels: each character is a syllable of the key, and what stands between two is one as well.

    Raises:
        As ``Engine.answer``.
    """
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for label, key in select(engine, _HEARD).rows:
        if not isinstance(label, Literal) or not isinstance(key, Literal):
            continue
        syllables, pieces = key.value.split(" "), _PIECES.findall(label.value)
        if len(syllables) != len(pieces):
            continue
        for place, (piece, syllable) in enumerate(zip(pieces, syllables, strict=True)):
            heard[piece][syllable] += 1
            heard["".join(pieces[place : place + 2])][syllable] += 1
    return Sounds({signs: counted.most_common(1)[0][0] for signs, counted in heard.items()})


def _is_han(sign: str) -> bool:
    return _FIRST_HAN <= sign <= _LAST_HAN


Json = dict[str, object]

_USES = "SELECT ?class ?property (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class ; ?property ?o } GROUP BY ?class ?property"
_VALUES = "SELECT ?property ?class (COUNT(*) AS ?n) { ?s ?property ?o . ?o a ?class } GROUP BY ?property ?class"
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"

_MOST_VALUES = 6  # classes that the values of a property have: further ones are those of few things
_HELD = 6  # two releases in three languages


class Vocabularies:
    """The vocabulary of the newest releases, asked once for each and each language; a release never changes."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Json] = OrderedDict()
        self._lock = Lock()

    def of(self, engine: Engine, language: str) -> Json:
        """The vocabulary of the engine's release.

        Raises:
            As ``Engine.answer``.
        """
        key = engine.release_id, language
        with self._lock:
            if key in self._held:
                return self._held[key]
        found = vocabulary_of(engine, language)
        with self._lock:
            self._held[key] = found
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return found


def vocabulary_of(engine: Engine, language: str) -> Json:
    """Classes, properties and graphs by their compact IRIs, the most frequent first, with meanings in one language.

    ``has`` of a class are its properties and ``to`` of a property the classes of its values, as pairs of a place in
    the other list and a count, counted in the graph and not taken from the ontology.

    Raises:
        As ``Engine.answer``.
    """
    terms = terms_of(engine)
    iris = {one: _iri(one) for one in terms.all}
    names = _Names(labels_of(engine, [*iris.values(), *terms.graphs]), sounds_of(engine))
    meanings = _meanings(engine, iris.values(), language)
    of_class, of_property = _counts(engine, _CLASSES), _counts(engine, _PROPERTIES)
    classes = sorted(terms.classes, key=lambda one: (-of_class.get(iris[one], 0), one))
    properties = sorted(terms.properties, key=lambda one: (-of_property.get(iris[one], 0), one))
    has = _pairs(engine, _USES, classes, properties)
    to = _pairs(engine, _VALUES, properties, classes)
    described = {
        one: {**names.of(iris[one]), **({"meaning": meanings[iris[one]]} if iris[one] in meanings else {})}
        for one in terms.all
    }
    return {
        "release": engine.release_id,
        "prefixes": dict(PREFIXES),
        "languages": list(LANGUAGES),
        "classes": [
            {"name": one, "count": of_class.get(iris[one], 0), **described[one], "has": has[one]} for one in classes
        ],
        "properties": [
            {"name": one, "count": of_property.get(iris[one], 0), **described[one], "to": to[one][:_MOST_VALUES]}
            for one in properties
        ],
        "graphs": _graphs(engine, terms, names),
    }


def _iri(one: str) -> NamedNode:
    prefix, _, local = one.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


@dataclass(frozen=True)
class _Names:
    """What terms are called."""

    labels: Labels
    sounds: Sounds

    def of(self, iri: NamedNode) -> Json:
        """The labels of a term by language, and its pinyin."""
        held = self.labels.get(iri, {})
        known = {language: held[language].text for language in LANGUAGES if language in held}
        words = known or ({"en": held[""].text} if "" in held else dict(FOREIGN_WORDS.get(iri, {})))
        sound = self.sounds.of(words.get("zh", ""))
        return {**({"labels": words} if words else {}), **({"pinyin": sound} if sound else {})}


def _meanings(engine: Engine, iris: Iterable[NamedNode], language: str) -> Mapping[NamedNode, Json]:
    """The definition of each term in the language, else in ours that comes first."""
    wanted = list(iris)
    found: dict[NamedNode, Json] = {}
    for tried in dict.fromkeys((LANGUAGES[0], language)):
        for iri, label in definitions_of(engine, wanted, tried).items():
            found[iri] = {"text": label.text, "language": label.language}
    return found


def _graphs(engine: Engine, terms: Terms, names: _Names) -> list[Json]:
    counts = _counts(engine, _GRAPHS)
    ordered = sorted(terms.graphs, key=lambda graph: (-counts.get(graph, 0), graph.value))
    return [{"name": curie(one), "count": counts.get(one, 0), **names.of(one)} for one in ordered]


def _counts(engine: Engine, text: str) -> dict[Term | None, int]:
    return {term: _number(count) for term, count in select(engine, text).rows}


def _pairs(engine: Engine, text: str, ones: list[str], others: list[str]) -> dict[str, list[tuple[int, int]]]:
    """For each of one list, which of the other go with it: their places and counts, the most frequent first."""
    places = {name: place for place, name in enumerate(others)}
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in ones}
    for one, other, count in select(engine, text).rows:
        if not isinstance(one, NamedNode) or not isinstance(other, NamedNode):
            continue
        name, place = curie(one), places.get(curie(other))
        if name in found and place is not None:
            found[name].append((place, _number(count)))
    return {name: sorted(pairs, key=lambda pair: (-pair[1], pair[0])) for name, pairs in found.items()}


def _number(count: Term | None) -> int:
    return int(count.value) if isinstance(count, Literal) else 0
