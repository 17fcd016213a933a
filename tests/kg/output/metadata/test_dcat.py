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
    return [one.object for one in triples if (one.subject, one.predicate) == (subject, name(predicate))]


@pytest.mark.parametrize("site", [SITE, FULL, replace(FULL, dumps=()), replace(SITE, dumps=DUMPS)])
def test_the_catalogue_has_what_is_mandatory(site: Site) -> None:
    assert complaints(describe_catalogue(site, "middle")) == ""


@pytest.mark.parametrize("predicate", ["dcterms:title", "dcterms:publisher", "dcat:accessURL", "spdx:checksumValue"])
def test_a_catalogue_that_lacks_it_is_found_out(predicate: str) -> None:
    told = [one for one in describe_catalogue(FULL, "middle") if one.predicate != name(predicate)]
    assert complaints(told) != ""


def test_each_file_has_its_type_its_packing_its_size_and_its_checksum() -> None:
    told = describe_catalogue(FULL, "middle")
    packed, plain = (name(f"catalog:distribution-{dump.file}") for dump in DUMPS)
    assert {packed, plain} < set(objects(told, DATASET, "dcat:distribution"))
    types = "https://www.iana.org/assignments/media-types/"
    assert objects(told, packed, "dcat:downloadURL") == [iri("/dumps/fyp.nq.gz")]
    assert objects(told, packed, "dcat:mediaType") == [NamedNode(types + "application/n-quads")]
    assert objects(told, packed, "dcat:compressFormat") == [NamedNode(types + "application/gzip")]
    assert objects(told, plain, "dcat:compressFormat") == []
    assert objects(told, plain, "dcat:byteSize") == [Literal("5000000000", datatype=name("xsd:nonNegativeInteger"))]
    (checksum,) = objects(told, plain, "spdx:checksum")
    assert objects(told, checksum, "spdx:checksumValue") == [Literal("af" * 32, datatype=name("xsd:hexBinary"))]


def test_releases_are_a_chain_of_versions_of_which_one_is_current() -> None:
    told = describe_catalogue(FULL, "middle")
    newest, middle, oldest = (name(f"catalog:release-{one}") for one in ("newest", "middle", "oldest"))
    assert objects(told, DATASET, "dcat:hasVersion") == [newest, middle, oldest]
    assert objects(told, DATASET, "dcat:hasCurrentVersion") == [middle]
    assert objects(told, newest, "dcat:previousVersion") == [middle]
    assert objects(told, middle, "dcat:previousVersion") == [oldest]
    assert objects(told, oldest, "dcat:previousVersion") == []
    assert objects(told, oldest, "dcterms:issued") == []
    assert objects(told, DATASET, "dcat:version") == [Literal("middle")]


def test_each_service_is_a_service_of_the_catalogue() -> None:
    told = describe_catalogue(FULL, "middle")
    services = objects(told, CATALOGUE, "dcat:service")
    assert services == [name("catalog:service-sparql"), name("catalog:service-questions")]
    assert objects(told, services[0], "dcterms:conformsTo") == [NamedNode("https://example.org/protocol")]
    assert objects(told, services[1], "dcterms:conformsTo") == []


def test_titles_and_keywords_are_in_three_languages_and_nothing_is_blank() -> None:
    told = describe_catalogue(FULL, "middle")
    for predicate in ("dcterms:title", "dcterms:description", "dcat:keyword"):
        assert {one.language for one in objects(told, DATASET, predicate) if isinstance(one, Literal)} == set(LANGUAGES)
    assert all(isinstance(one.subject, NamedNode) and isinstance(one.object, NamedNode | Literal) for one in told)
