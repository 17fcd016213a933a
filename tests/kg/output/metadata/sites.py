"""A site that does not exist, with everything that a site can have."""

from __future__ import annotations

import datetime

from pyoxigraph import NamedNode

from kg.output.metadata import Access, Dump, Edition, Site

HOST = "https://example.org"
DAY = datetime.date(2026, 11, 25)


def iri(path: str) -> NamedNode:
    return NamedNode(HOST + path)


SITE = Site(
    home=iri("/"),
    page=iri("/dataset"),
    document=iri("/.well-known/void"),
    endpoint=iri("/sparql"),
    union=iri("/graph-store?default"),
    example=NamedNode("https://example.org/page/plan-ii"),
)
DUMPS = (
    Dump(iri("/dumps/fyp.nq.gz"), "application/n-quads", "application/gzip", 1_234_567, "0" * 64),
    Dump(iri("/dumps/fyp.ttl"), "text/turtle", "", 5_000_000_000, "af" * 32),
)
FULL = Site(
    home=SITE.home,
    page=SITE.page,
    document=SITE.document,
    endpoint=SITE.endpoint,
    union=SITE.union,
    example=SITE.example,
    built_on=DAY,
    search=iri("/opensearch.xml"),
    dumps=DUMPS,
    editions=(
        Edition("newest", iri("/release/newest/"), DAY),
        Edition("middle", iri("/release/middle/"), DAY),
        Edition("oldest", iri("/release/oldest/")),
    ),
    current_id="middle",
    access=(
        Access("sparql", "SPARQL endpoint", iri("/sparql"), iri("/sparql"), NamedNode("https://example.org/protocol")),
        Access("questions", "Questions", iri("/q/"), iri("/openapi.json")),
    ),
)
