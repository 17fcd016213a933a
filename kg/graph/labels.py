"""Labels of resources and terms in each language, and other short texts: definitions, notes, pinyin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, curie, name, slug_of, sparql_prologue
from kg.engine import Engine, Term, select

_PROLOGUE = sparql_prologue("fyp", "dcterms", "owl", "rdfs", "skos")

# If a resource has several labels in one language, the first of these properties wins.
_NAMING = tuple(map(name, ("skos:prefLabel", "rdfs:label", "dcterms:title", "fyp:asPrinted", "fyp:surfaceForm")))


@dataclass(frozen=True)
class Label:
    """A text and its language; the language of an untagged text is empty."""

    text: str
    language: str = ""


Labels = dict[NamedNode, dict[str, Label]]


def values_of(iris: Iterable[NamedNode]) -> str:
    """Return terms for a VALUES clause, unique and sorted, so that equal queries have equal text."""
    return " ".join(str(iri) for iri in sorted(set(iris), key=lambda iri: iri.value))


def labels_of(engine: Engine, iris: Iterable[NamedNode]) -> Labels:
    """Return the labels of resources and terms by language; those without a label are left out.

    A quantity has its original wording as label, a citation its title, a mention its surface form.
    """
    wanted = values_of(iris)
    if not wanted:
        return {}
    text = f"SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {wanted} }} ?thing {'|'.join(map(str, _NAMING))} ?label }}"
    named = _named(select(engine, text).rows)
    # the path does not say which property gave a label, so those with several are queried again
    unsure = [
        thing
        for thing, by_language in named.items()
        if any(len(set(same_language)) > 1 for same_language in by_language.values())
    ]
    return {thing: _first_of(by_language) for thing, by_language in named.items()} | _by_naming(engine, unsure)


def _by_naming(engine: Engine, things: Iterable[NamedNode]) -> Labels:
    """Return labels for the few resources that have several in one language.

    Asking for all of them in this way takes seven times as long.
    """
    wanted = values_of(things)
    if not wanted:
        return {}
    text = f"SELECT ?naming ?thing ?label WHERE {{ VALUES ?thing {{ {wanted} }} ?thing ?naming ?label }}"
    rows = [row for row in select(engine, text).rows if row[0] in _NAMING]
    rows.sort(key=lambda row: _NAMING.index(row[0]) if isinstance(row[0], NamedNode) else 0)
    return {thing: _first_of(by_language) for thing, by_language in _named(row[1:] for row in rows).items()}


def _named(rows: Iterable[tuple[Term | None, ...]]) -> dict[NamedNode, dict[str, list[Label]]]:
    labels: dict[NamedNode, dict[str, list[Label]]] = defaultdict(lambda: defaultdict(list))
    for thing, label in rows:
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            language = label.language or ""
            labels[thing][language].append(Label(label.value, language))
    return labels


def _first_of(by_language: dict[str, list[Label]]) -> dict[str, Label]:
    return {language: labels[0] for language, labels in by_language.items()}


def label_of(labels: Labels, iri: NamedNode, language: str) -> Label:
    """Return the label in a language, else in another one, else the slug or the compact IRI."""
    by_language = labels.get(iri, {})
    # a text without a language, such as a figure or a symbol, is right in every language
    for wanted in (language, "", *LANGUAGES):
        if wanted in by_language:
            return by_language[wanted]
    return Label(slug_of(iri) or curie(iri))


def values_by_iri(engine: Engine, iris: Iterable[NamedNode], path: str) -> list[tuple[NamedNode, Term]]:
    """Return pairs of an IRI and each value of a property path, such as ``skos:definition``, in no order."""
    wanted = values_of(iris)
    if not wanted:
        return []
    text = f"SELECT ?iri ?value {{ VALUES ?iri {{ {wanted} }} ?iri {path} ?value }}"
    rows = select(engine, _PROLOGUE + text).rows
    return [(iri, value) for iri, value in rows if isinstance(iri, NamedNode) and value is not None]


def definitions_of(engine: Engine, terms: Iterable[NamedNode], language: str = "en") -> dict[NamedNode, Label]:
    """Return the definition of each term that has one in this language."""
    return {
        term: Label(definition.value, language)
        for term, definition in values_by_iri(engine, terms, "skos:definition")
        if isinstance(definition, Literal) and definition.language == language
    }


def inverses_of(engine: Engine, properties: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """Return the inverse of each property that has one."""
    inverses = values_by_iri(engine, properties, "owl:inverseOf|^owl:inverseOf")
    # sorted, so that of several inverses the last in order is the one in every release
    return {
        iri: inverse
        for iri, inverse in sorted(inverses, key=lambda pair: str(pair[1]))
        if isinstance(inverse, NamedNode)
    }


def note_texts_of(engine: Engine, notes: Iterable[NamedNode]) -> Labels:
    """Return the text of each editorial note by language; other resources are left out."""
    texts: Labels = defaultdict(dict)
    for note, text in values_by_iri(engine, notes, "fyp:noteText"):
        if isinstance(text, Literal):
            texts[note].setdefault(text.language or "", Label(text.value, text.language or ""))
    return dict(texts)


def pinyin_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, str]:
    """Return the pinyin key of each resource that has a Chinese label."""
    keys = values_by_iri(engine, things, "fyp:pinyinKey")
    return {thing: key.value for thing, key in keys if isinstance(key, Literal)}
