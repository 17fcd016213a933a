"""The dataset in schema.org, for dataset search engines.

The context only names the vocabulary, so that nothing need be fetched to read the description as RDF.
"""

from __future__ import annotations

import datetime

from kg.core.names import LANGUAGES, PREFIXES
from kg.output.metadata.dataset import (
    AUTHOR,
    DATASET,
    DESCRIPTIONS,
    FIRST_DAY,
    FOUNDERS,
    KEYWORDS,
    LAST_DAY,
    LICENSE,
    TITLES,
    Dump,
    Site,
)

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
