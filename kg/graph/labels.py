"""Labels of things and terms in each language, and other short texts: definitions, notes, pinyin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, curie, name, slug_of, sparql_prologue
from kg.engine import Engine, Term, select

_PROLOGUE = sparql_prologue("fyp", "dcterms", "owl", "rdfs", "skos")

# of two names in one language the property that stands first here gives the one to show
_NAMING = tuple(map(name, ("skos:prefLabel", "rdfs:label", "dcterms:title", "fyp:asPrinted", "fyp:surfaceForm")))


@dataclass(frozen=True)
class Label:
    """A text and its language; the language of an untagged text is empty."""

    text: str
    language: str = ""


Labels = dict[NamedNode, dict[str, Label]]


def values_of(iris: Iterable[NamedNode]) -> str:
    """Terms as a VALUES clause lists them, each once and in order, so that the same question has the same text."""
    return " ".join(str(iri) for iri in sorted(set(iris), key=lambda iri: iri.value))


def labels_of(engine: Engine, iris: Iterable[NamedNode]) -> Labels:
    """The labels of things and terms by language; what has no label is left out.

    A quantity is named by its printed form, a citation by its title, a mention by its surface form.
    """
    wanted = values_of(iris)
    if not wanted:
        return {}
    text = f"SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {wanted} }} ?thing {'|'.join(map(str, _NAMING))} ?label }}"
    named = _named(select(engine, text).rows)
    unsure = [thing for thing, by_language in named.items() if any(len(set(one)) > 1 for one in by_language.values())]
    return {thing: _first_of(by_language) for thing, by_language in named.items()} | _by_naming(engine, unsure)


def _by_naming(engine: Engine, things: Iterable[NamedNode]) -> Labels:
    """The labels of the few that have several in one language; to ask so for all takes seven times as long."""
    wanted = values_of(things)
    if not wanted:
        return {}
    text = f"SELECT ?naming ?thing ?label WHERE {{ VALUES ?thing {{ {wanted} }} ?thing ?naming ?label }}"
    rows = [row for row in select(engine, text).rows if row[0] in _NAMING]
    rows.sort(key=lambda row: _NAMING.index(row[0]) if isinstance(row[0], NamedNode) else 0)
    return {thing: _first_of(by_language) for thing, by_language in _named(row[1:] for row in rows).items()}


def _named(rows: Iterable[tuple[Term | None, ...]]) -> dict[NamedNode, dict[str, list[Label]]]:
    found: dict[NamedNode, dict[str, list[Label]]] = defaultdict(lambda: defaultdict(list))
    for thing, label in rows:
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            language = label.language or ""
            found[thing][language].append(Label(label.value, language))
    return found


def _first_of(by_language: dict[str, list[Label]]) -> dict[str, Label]:
    return {language: labels[0] for language, labels in by_language.items()}


def label_of(labels: Labels, iri: NamedNode, language: str) -> Label:
    """The label in the wanted language, else in another one, else the slug or the compact IRI."""
    known = labels.get(iri, {})
    for wanted in (language, "", *LANGUAGES):
        if wanted in known:
            return known[wanted]
    return Label(slug_of(iri) or curie(iri))


def definitions_of(engine: Engine, terms: Iterable[NamedNode], language: str = "en") -> dict[NamedNode, Label]:
    """The definition of each term in one language, where it has one."""
    wanted = values_of(terms)
    if not wanted:
        return {}
    text = f"SELECT ?term ?meaning {{ VALUES ?term {{ {wanted} }} ?term skos:definition ?meaning }}"
    return {
        term: Label(meaning.value, language)
        for term, meaning in select(engine, _PROLOGUE + text).rows
        if isinstance(term, NamedNode) and isinstance(meaning, Literal) and meaning.language == language
    }


def inverses_of(engine: Engine, properties: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """The property that says the same the other way round, for each one that has such an inverse."""
    wanted = values_of(properties)
    if not wanted:
        return {}
    text = (
        f"SELECT ?one ?other {{ VALUES ?one {{ {wanted} }} ?one owl:inverseOf|^owl:inverseOf ?other }} "
        "ORDER BY ?one ?other"
    )
    rows = select(engine, _PROLOGUE + text).rows
    return {one: other for one, other in rows if isinstance(one, NamedNode) and isinstance(other, NamedNode)}


def note_texts_of(engine: Engine, notes: Iterable[NamedNode]) -> Labels:
    """What each editorial note says, by language; what is no note is left out."""
    wanted = values_of(notes)
    if not wanted:
        return {}
    text = f"SELECT ?note ?text {{ VALUES ?note {{ {wanted} }} ?note fyp:noteText ?text }}"
    found: Labels = defaultdict(dict)
    for note, said in select(engine, _PROLOGUE + text).rows:
        if isinstance(note, NamedNode) and isinstance(said, Literal):
            found[note].setdefault(said.language or "", Label(said.value, said.language or ""))
    return dict(found)


def pinyin_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, str]:
    """The pinyin key of each thing that has a Chinese label."""
    wanted = values_of(things)
    if not wanted:
        return {}
    text = f"SELECT ?thing ?key {{ VALUES ?thing {{ {wanted} }} ?thing fyp:pinyinKey ?key }}"
    rows = select(engine, _PROLOGUE + text).rows
    return {thing: key.value for thing, key in rows if isinstance(thing, NamedNode) and isinstance(key, Literal)}
