"""The dataset in the terms of VoID, as a document of a server and as statements of the release itself.

Terms: https://www.w3.org/TR/void/.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from pyoxigraph import Literal, Triple

from kg.core.names import PREFIXES, SLUG, name
from kg.output.metadata.counts import Counts
from kg.output.metadata.linksets import describe_linksets
from kg.output.metadata.partitions import describe_classes, describe_properties, describe_uses
from kg.output.metadata.service import describe_contents, vocabularies
from kg.output.metadata.site import Site
from kg.output.metadata.texts import (
    AUTHOR,
    CHINA,
    DATASET,
    DESCRIPTIONS,
    FIRST_DAY,
    FOUNDERS,
    LANGUAGE_TERMS,
    LAST_DAY,
    LICENSE,
    THEMES,
    TITLES,
)

_PERIOD = name("dataset:period")


def void_description(counts: Counts, site: Site) -> list[Triple]:
    """The dataset as in the service description; further its links, its files, and which class uses which property."""
    return [
        Triple(site.document, name("rdf:type"), name("void:DatasetDescription")),
        Triple(site.document, name("dcterms:title"), Literal("VoID description", language="en")),
        Triple(site.document, name("dcterms:creator"), FOUNDERS),
        Triple(site.document, name("foaf:primaryTopic"), DATASET),
        *describe_contents(counts, site.endpoint),
        *describe_itself(),
        *_at_site(site),
        *describe_linksets(counts.links),
        *describe_uses(counts),
    ]


def describe_itself() -> Iterator[Triple]:
    """What is so of every release at every server."""
    for tag, text in DESCRIPTIONS.items():
        yield Triple(DATASET, name("dcterms:description"), Literal(text, language=tag))
    for predicate in ("dcterms:creator", "dcterms:publisher"):
        yield Triple(DATASET, name(predicate), FOUNDERS)
    yield from (Triple(DATASET, name("dcterms:subject"), theme) for theme in THEMES)
    yield from (Triple(DATASET, name("dcterms:language"), term) for term in LANGUAGE_TERMS.values())
    yield Triple(DATASET, name("dcterms:spatial"), CHINA)
    yield Triple(DATASET, name("dcterms:temporal"), _PERIOD)
    yield Triple(DATASET, name("void:uriRegexPattern"), Literal(f"^{re.escape(PREFIXES['id'])}{SLUG.pattern}$"))
    yield Triple(CHINA, name("rdf:type"), name("dcterms:Location"))
    yield Triple(_PERIOD, name("rdf:type"), name("dcterms:PeriodOfTime"))
    yield Triple(_PERIOD, name("dcat:startDate"), Literal(FIRST_DAY, datatype=name("xsd:date")))
    yield Triple(_PERIOD, name("dcat:endDate"), Literal(LAST_DAY, datatype=name("xsd:date")))
    yield Triple(FOUNDERS, name("rdf:type"), name("foaf:Agent"))
    yield Triple(FOUNDERS, name("foaf:name"), Literal(AUTHOR))


def describe_in_release(counts: Counts) -> list[Triple]:
    """What a release says of itself: all of VoID that depends neither on a server nor on these statements themselves.

    ``counts`` are those of the release without them. What they use themselves, such as ``rdf:type``, they do not count:
    the VoID document of a server, which is made afterwards, has those numbers too, and the same for all others.
    """
    told = [
        Triple(DATASET, name("rdf:type"), name("void:Dataset")),
        *(Triple(DATASET, name("dcterms:title"), Literal(text, language=tag)) for tag, text in TITLES.items()),
        Triple(DATASET, name("dcterms:license"), LICENSE),
        Triple(DATASET, name("void:uriSpace"), Literal(PREFIXES["id"])),
        *(Triple(DATASET, name("void:vocabulary"), vocabulary) for vocabulary in vocabularies(counts)),
        *(Triple(DATASET, name("void:subset"), graph) for graph in counts.graphs),
        *describe_itself(),
        *describe_linksets(counts.links),
    ]
    parts = [*describe_classes(counts.classes), *describe_properties(counts.properties)]
    own: set[object] = {name("fyp:statementKind"), name("sd:NamedGraph")}
    own |= {one.predicate for one in (*told, *parts)}
    own |= {one.object for one in (*told, *parts) if one.predicate == name("rdf:type")}
    told += describe_classes({cls: n for cls, n in counts.classes.items() if cls not in own})
    told += describe_properties({one: sizes for one, sizes in counts.properties.items() if one not in own})
    return told


def _at_site(site: Site) -> Iterator[Triple]:
    yield Triple(DATASET, name("foaf:homepage"), site.home)
    yield Triple(DATASET, name("foaf:page"), site.page)
    yield Triple(DATASET, name("void:exampleResource"), site.example)
    if site.search is not None:
        yield Triple(DATASET, name("void:openSearchDescription"), site.search)
    if site.built_on is not None:
        yield from (Triple(DATASET, name(one), date(site.built_on)) for one in ("dcterms:issued", "dcterms:modified"))
    yield from (Triple(DATASET, name("void:dataDump"), dump.address) for dump in site.dumps)


def date(day: datetime.date) -> Literal:
    """A day."""
    return Literal(day.isoformat(), datatype=name("xsd:date"))
