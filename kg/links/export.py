"""The links of a release as mapping files: all of them, or those to one vocabulary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, ROOT, sparql_prologue
from kg.core.vocabularies import BETWEEN_LANGUAGES, VOCABULARIES, Vocabulary, vocabulary_of
from kg.engine import Engine, Term, select
from kg.links import CREATOR, LICENCE, OUR_TITLE, SEMAPV, header
from kg.sources.sssom import Match, write_table

_LINKS = (
    sparql_prologue("fyp", "skos", "rdfs", "graph")
    + """SELECT ?link ?subject ?predicate ?object ?justification ?confidence ?date ?author ?comment ?name ?label WHERE {
  ?link a fyp:Link ; fyp:linkSubject ?subject ; fyp:linkPredicate ?predicate ; fyp:linkTarget ?object ;
    fyp:justification ?justification ; fyp:linkConfidence ?confidence ; fyp:linkDate ?date ; fyp:linkAuthor ?author .
  OPTIONAL { ?link fyp:linkComment ?comment }
  OPTIONAL { ?subject skos:prefLabel ?name FILTER(LANG(?name) = "en") }
  OPTIONAL { GRAPH graph:links { ?object rdfs:label ?label } }
} ORDER BY ?link"""
)

Rows = list[dict[str, Term | None]]


def exported_matches(engine: Engine) -> list[Match]:
    """Return the matches of the release, in the order of their links, with the English label of the subject.

    Raises:
        As ``Engine.answer``.
    """
    # rows multiply by authors and labels, so they are collected by link
    links: dict[str, Rows] = defaultdict(list)
    for row in select(engine, _LINKS).records():
        links[str(row["link"])].append(row)
    return [_match(rows) for rows in links.values()]


def exported_vocabularies(matches: Iterable[Match]) -> dict[str, int]:
    """Return the number of matches to each vocabulary by its prefix, in the order of the vocabularies."""
    prefixes = [vocabulary.prefix for vocabulary in map(_vocabulary, matches)]
    return {prefix: prefixes.count(prefix) for prefix in VOCABULARIES if prefix in prefixes}


def exported_tables(engine: Engine) -> dict[str, str]:
    """Return the mapping files of the release by prefix; the empty one has the links to all vocabularies.

    Raises:
        DataViolated: a link has a term that no prefix of a mapping file covers.
        As ``Engine.answer``.
    """
    matches = exported_matches(engine)
    prefixes = exported_vocabularies(matches)
    tables = {"": write_table(_header_of_all(engine.release_id, prefixes), matches)}
    for prefix in prefixes:
        about = {**header(VOCABULARIES[prefix], proposed=False), "mapping_set_version": engine.release_id}
        tables[prefix] = write_table(about, [match for match in matches if _vocabulary(match).prefix == prefix])
    return tables


def _header_of_all(release_id: str, prefixes: Iterable[str]) -> Mapping[str, Any]:
    namespaces = {prefix: VOCABULARIES[prefix].namespace for prefix in prefixes}
    return {
        "sssom_version": "1.0",
        "curie_map": {"id": PREFIXES["id"], "semapv": SEMAPV, "skos": PREFIXES["skos"], **namespaces},
        "mapping_set_id": ROOT + "links",
        "mapping_set_version": release_id,
        "mapping_set_title": f"Links between {OUR_TITLE} and other vocabularies",
        "creator_label": [CREATOR],
        "license": LICENCE,
        "subject_source": PREFIXES["id"],
    }


def _vocabulary(match: Match) -> Vocabulary:
    vocabulary = vocabulary_of(match.object)
    assert vocabulary is not None  # noqa: S101 - what lies in no vocabulary is no link (kg.sources.sssom_rdf)
    return vocabulary


def _match(rows: Rows) -> Match:
    """Return the match of a link, which has a row for each author and each label of its target."""
    first = rows[0]
    object_ = _iri(first["object"])
    return Match(
        subject=_iri(first["subject"]),
        subject_label=_texts(rows, "name")[0],
        predicate=_iri(first["predicate"]),
        object=object_,
        object_label=_label(object_, {row["label"] for row in rows}),
        justification=_iri(first["justification"]),
        authors=tuple(_texts(rows, "author")),
        date=date.fromisoformat(_texts(rows, "date")[0]),
        confidence=Decimal(_texts(rows, "confidence")[0]),
        comment=_texts(rows, "comment")[0],
    )


def _label(target: NamedNode, labels: Iterable[Term | None]) -> str:
    """Return the name of the target; names in several languages share one cell, as in our files."""
    by_language = {label.language or "": label.value for label in sorted(map(_literal, labels), key=str)}
    vocabulary = vocabulary_of(target)
    languages = vocabulary.languages if vocabulary is not None and len(vocabulary.languages) > 1 else ()
    return BETWEEN_LANGUAGES.join(by_language[language] for language in languages if language in by_language) or next(
        iter(by_language.values())
    )


def _texts(rows: Rows, variable: str) -> list[str]:
    """Return the different values of a variable, sorted; at least the empty text."""
    return sorted({_literal(row[variable]).value for row in rows})


def _literal(term: Term | None) -> Literal:
    return term if isinstance(term, Literal) else Literal("")


def _iri(term: Term | None) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - the ends of a link are IRIs (kg.sources.sssom_rdf)
    return term
