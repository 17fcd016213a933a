"""The dataset in DCAT and in schema.org, for catalogues and search engines.

The context only names the vocabulary, so that nothing need be fetched to read the description as RDF.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import LANGUAGES, PREFIXES, name
from kg.output.metadata.dataset import (
    AUTHOR,
    CATALOGUE,
    CATALOGUE_TITLES,
    DATASET,
    DESCRIPTIONS,
    FIRST_DAY,
    FOUNDERS,
    KEYWORDS,
    LANGUAGE_TERMS,
    LAST_DAY,
    LICENSE,
    THEMES,
    TITLES,
    Access,
    Dump,
    Edition,
    Site,
    in_languages,
)
from kg.output.metadata.void import date, describe_itself

Markup = dict[str, object]

CONTEXT = {"@vocab": PREFIXES["schema"]}


def dataset_markup(site: Site, release_id: str, identifier: str) -> Markup:
    """Return the dataset with its files; ``identifier`` is the permanent address of the release."""
    markup: Markup = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": DATASET.value,
        "name": TITLES["en"],
        "alternateName": [TITLES[language] for language in LANGUAGES if language != "en"],
        "description": DESCRIPTIONS["en"],
        "url": site.page.value,
        "identifier": identifier,
        "version": release_id,
        "license": LICENSE.value,
        "isAccessibleForFree": True,
        "creator": maker(),
        "publisher": maker(),
        "inLanguage": list(LANGUAGES),
        "keywords": list(KEYWORDS["en"]),
        "spatialCoverage": "China",
        "temporalCoverage": f"{FIRST_DAY}/{LAST_DAY}",
        "distribution": [*map(_dump, site.dumps), download(site.union.value, "text/turtle")],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": TITLES["en"], "url": site.home.value},
    }
    return markup | dates(site.built_on)


def maker() -> Markup:
    """Return the maker of the dataset."""
    return {"@type": "Organization", "@id": FOUNDERS.value, "name": AUTHOR}


def dates(built_on: datetime.date | None) -> Markup:
    """Return the day of the release, if known."""
    return {} if built_on is None else {"dateModified": built_on.isoformat()}


def download(address: str, media_type: str) -> Markup:
    """Return a file."""
    return {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media_type}


def _dump(dump: Dump) -> Markup:
    file = download(dump.address.value, dump.media_type)
    return file | {"name": dump.file, "contentSize": f"{dump.bytes} B", "sha256": dump.sha256}


_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_ENDPOINT = name("catalog:distribution-sparql")
_UNION = name("catalog:distribution-union")
_UNION_TITLE = "All statements in one graph, as Turtle"


def describe_catalogue(site: Site, release_id: str) -> list[Triple]:
    """Return the catalogue of a server, with this release as its dataset and the others as versions."""
    return [*_catalogue(site), *_dataset(site, release_id), *_versions(site), *_files(site), *_services(site)]


def _catalogue(site: Site) -> Iterator[Triple]:
    yield Triple(CATALOGUE, name("rdf:type"), name("dcat:Catalog"))
    yield from in_languages(CATALOGUE, "dcterms:title", CATALOGUE_TITLES)
    yield from in_languages(CATALOGUE, "dcterms:description", DESCRIPTIONS)
    yield Triple(CATALOGUE, name("dcterms:publisher"), FOUNDERS)
    yield Triple(CATALOGUE, name("dcterms:license"), LICENSE)
    yield Triple(CATALOGUE, name("foaf:homepage"), site.home)
    yield from (Triple(CATALOGUE, name("dcterms:language"), term) for term in LANGUAGE_TERMS.values())
    yield Triple(CATALOGUE, name("dcat:dataset"), DATASET)
    yield from (Triple(CATALOGUE, name("dcat:service"), _service(access)) for access in site.access)


def _dataset(site: Site, release_id: str) -> Iterator[Triple]:
    yield Triple(DATASET, name("rdf:type"), name("dcat:Dataset"))
    yield from in_languages(DATASET, "dcterms:title", TITLES)
    yield from describe_itself()
    for language, words in KEYWORDS.items():
        yield from (Triple(DATASET, name("dcat:keyword"), Literal(word, language=language)) for word in words)
    yield from (Triple(DATASET, name("dcat:theme"), theme) for theme in THEMES)
    yield Triple(DATASET, name("dcterms:identifier"), Literal(DATASET.value))
    yield Triple(DATASET, name("dcterms:license"), LICENSE)
    yield Triple(DATASET, name("dcat:landingPage"), site.page)
    yield Triple(DATASET, name("dcat:version"), Literal(release_id))
    if site.built_on is not None:
        yield from (
            Triple(DATASET, name(predicate), date(site.built_on))
            for predicate in ("dcterms:issued", "dcterms:modified")
        )
    yield from (Triple(DATASET, name("dcat:distribution"), own) for own in (_ENDPOINT, _UNION))
    yield from (Triple(DATASET, name("dcat:distribution"), _distribution(dump)) for dump in site.dumps)


def _versions(site: Site) -> Iterator[Triple]:
    """Yield each release as a version of the dataset, and the one before it (DCAT 3, section 11.2)."""
    # each edition is paired with the next older one; without editions the second list is longer, hence not strict
    older: list[Edition | None] = [*site.editions[1:], None]
    for edition, before in zip(site.editions, older, strict=False):
        own = _version(edition)
        yield Triple(DATASET, name("dcat:hasVersion"), own)
        if edition.release_id == site.current_id:
            yield Triple(DATASET, name("dcat:hasCurrentVersion"), own)
        yield Triple(own, name("rdf:type"), name("dcat:Dataset"))
        yield Triple(own, name("dcat:isVersionOf"), DATASET)
        yield Triple(own, name("dcat:version"), Literal(edition.release_id))
        yield from in_languages(
            own, "dcterms:title", {tag: f"{text}, {edition.release_id}" for tag, text in TITLES.items()}
        )
        yield from in_languages(own, "dcterms:description", DESCRIPTIONS)
        yield Triple(own, name("dcterms:publisher"), FOUNDERS)
        yield Triple(own, name("dcterms:license"), LICENSE)
        yield Triple(own, name("dcat:landingPage"), edition.address)
        if edition.built_on is not None:
            yield Triple(own, name("dcterms:issued"), date(edition.built_on))
        if before is not None:
            yield Triple(own, name("dcat:previousVersion"), _version(before))


def _files(site: Site) -> Iterator[Triple]:
    yield from _distributed(_ENDPOINT, Literal("By SPARQL query", language="en"), site.endpoint)
    yield from (Triple(_ENDPOINT, name("dcat:accessService"), _service(access)) for access in site.access[:1])
    yield from _distributed(_UNION, Literal(_UNION_TITLE, language="en"), site.union)
    yield Triple(_UNION, name("dcat:downloadURL"), site.union)
    yield Triple(_UNION, name("dcat:mediaType"), NamedNode(_MEDIA_TYPES + "text/turtle"))
    for dump in site.dumps:
        own, checksum = _distribution(dump), name(f"catalog:checksum-{dump.file}")
        yield from _distributed(own, Literal(dump.file), dump.address)
        yield Triple(own, name("dcat:downloadURL"), dump.address)
        yield Triple(own, name("dcat:mediaType"), NamedNode(_MEDIA_TYPES + dump.media_type))
        if dump.compression:
            yield Triple(own, name("dcat:compressFormat"), NamedNode(_MEDIA_TYPES + dump.compression))
        # DCAT 3 asks for this datatype, while DCAT 2 had xsd:decimal
        yield Triple(own, name("dcat:byteSize"), Literal(str(dump.bytes), datatype=name("xsd:nonNegativeInteger")))
        yield Triple(own, name("spdx:checksum"), checksum)
        yield Triple(checksum, name("rdf:type"), name("spdx:Checksum"))
        yield Triple(checksum, name("spdx:algorithm"), name("spdx:checksumAlgorithm_sha256"))
        yield Triple(checksum, name("spdx:checksumValue"), Literal(dump.sha256, datatype=name("xsd:hexBinary")))


def _distributed(own: NamedNode, title: Literal, address: NamedNode) -> Iterator[Triple]:
    yield Triple(own, name("rdf:type"), name("dcat:Distribution"))
    yield Triple(own, name("dcterms:title"), title)
    yield Triple(own, name("dcat:accessURL"), address)
    yield Triple(own, name("dcterms:license"), LICENSE)


def _services(site: Site) -> Iterator[Triple]:
    for access in site.access:
        own = _service(access)
        yield Triple(own, name("rdf:type"), name("dcat:DataService"))
        yield Triple(own, name("dcterms:title"), Literal(access.title, language="en"))
        yield Triple(own, name("dcat:endpointURL"), access.address)
        yield Triple(own, name("dcat:endpointDescription"), access.description)
        yield Triple(own, name("dcat:servesDataset"), DATASET)
        yield Triple(own, name("dcterms:publisher"), FOUNDERS)
        yield Triple(own, name("dcterms:license"), LICENSE)
        if access.conforms_to is not None:
            yield Triple(own, name("dcterms:conformsTo"), access.conforms_to)


def _service(access: Access) -> NamedNode:
    return name(f"catalog:service-{access.key}")


def _version(edition: Edition) -> NamedNode:
    return name(f"catalog:release-{edition.release_id}")


def _distribution(dump: Dump) -> NamedNode:
    return name(f"catalog:distribution-{dump.file}")
