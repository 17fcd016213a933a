"""The catalogue says what DCAT asks for, of every file, release and service."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import LANGUAGES, name
from kg.output.metadata import CATALOGUE, DATASET, Site, describe_catalogue
from tests.kg.output.metadata.sites import DUMPS, FULL, SITE, iri
from tests.kg.output.metadata.valid import complaints


def objects(triples: list[Triple], subject: object, predicate: str) -> list[object]:
    return [triple.object for triple in triples if (triple.subject, triple.predicate) == (subject, name(predicate))]


@pytest.mark.parametrize("site", [SITE, FULL, replace(FULL, dumps=()), replace(SITE, dumps=DUMPS)])
def test_the_catalogue_has_what_is_mandatory(site: Site) -> None:
    assert complaints(describe_catalogue(site, "middle")) == ""


@pytest.mark.parametrize("predicate", ["dcterms:title", "dcterms:publisher", "dcat:accessURL", "spdx:checksumValue"])
def test_a_catalogue_that_lacks_it_is_found_out(predicate: str) -> None:
    statements = [item for item in describe_catalogue(FULL, "middle") if item.predicate != name(predicate)]
    assert complaints(statements) != ""


def test_each_file_has_its_type_its_packing_its_size_and_its_checksum() -> None:
    statements = describe_catalogue(FULL, "middle")
    packed, plain = (name(f"catalog:distribution-{dump.file}") for dump in DUMPS)
    assert {packed, plain} < set(objects(statements, DATASET, "dcat:distribution"))
    types = "https://www.iana.org/assignments/media-types/"
    assert objects(statements, packed, "dcat:downloadURL") == [iri("/dumps/fyp.nq.gz")]
    assert objects(statements, packed, "dcat:mediaType") == [NamedNode(types + "application/n-quads")]
    assert objects(statements, packed, "dcat:compressFormat") == [NamedNode(types + "application/gzip")]
    assert objects(statements, plain, "dcat:compressFormat") == []
    assert objects(statements, plain, "dcat:byteSize") == [
        Literal("5000000000", datatype=name("xsd:nonNegativeInteger"))
    ]
    (checksum,) = objects(statements, plain, "spdx:checksum")
    assert objects(statements, checksum, "spdx:checksumValue") == [Literal("af" * 32, datatype=name("xsd:hexBinary"))]


def test_releases_are_a_chain_of_versions_of_which_one_is_current() -> None:
    statements = describe_catalogue(FULL, "middle")
    newest, middle, oldest = (name(f"catalog:release-{item}") for item in ("newest", "middle", "oldest"))
    assert objects(statements, DATASET, "dcat:hasVersion") == [newest, middle, oldest]
    assert objects(statements, DATASET, "dcat:hasCurrentVersion") == [middle]
    assert objects(statements, newest, "dcat:previousVersion") == [middle]
    assert objects(statements, middle, "dcat:previousVersion") == [oldest]
    assert objects(statements, oldest, "dcat:previousVersion") == []
    assert objects(statements, oldest, "dcterms:issued") == []
    assert objects(statements, DATASET, "dcat:version") == [Literal("middle")]


def test_each_service_is_a_service_of_the_catalogue() -> None:
    statements = describe_catalogue(FULL, "middle")
    services = objects(statements, CATALOGUE, "dcat:service")
    assert services == [name("catalog:service-sparql"), name("catalog:service-questions")]
    assert objects(statements, services[0], "dcterms:conformsTo") == [NamedNode("https://example.org/protocol")]
    assert objects(statements, services[1], "dcterms:conformsTo") == []


def test_titles_and_keywords_are_in_three_languages_and_nothing_is_blank() -> None:
    statements = describe_catalogue(FULL, "middle")
    for predicate in ("dcterms:title", "dcterms:description", "dcat:keyword"):
        assert {
            object_.language for object_ in objects(statements, DATASET, predicate) if isinstance(object_, Literal)
        } == set(LANGUAGES)
    assert all(
        isinstance(item.subject, NamedNode) and isinstance(item.object, NamedNode | Literal) for item in statements
    )
