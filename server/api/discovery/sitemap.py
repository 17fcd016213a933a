"""Addresses for search engines: the sitemap, and the rules that exclude expensive addresses.

Formats: https://www.sitemaps.org/protocol.html and RFC 9309.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from xml.etree import ElementTree

from flask import Blueprint, Response, request, url_for
from pyoxigraph import NamedNode

from kg.core.errors import Message, PageUnknown
from kg.core.names import PREFIXES, slug_of
from kg.engine import Engine, select
from server.core import urls
from server.core.context import request_context
from server.pages.plans.overview import described_plans
from server.pages.releases.site import built_on

blueprint = Blueprint("sitemap", __name__)

# the most addresses that the protocol of sitemaps.org allows in one file
MOST_ADDRESSES = 50_000

_DAY_SECONDS = 86_400

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = (
    *("home.home", "plans.index", "plans.comparison", "canned.index"),
    *("datasets.page", "sparql.endpoint", "ontology.current", "ontology.shapes_current"),
    *("releases.releases", "dumps.index", "downloads.index", "find.page", "explore.page", "fragments.triples"),
)
_THINGS = (
    f'SELECT DISTINCT ?thing {{ ?thing a ?class FILTER (STRSTARTS(STR(?thing), "{PREFIXES["id"]}")) }} ORDER BY ?thing'
)
# each query takes time, pinned releases repeat the current one, and files belong to their pages
_HEAVY = (
    "/release/",
    "/sparql?query=",
    "/sparql/form?query=",
    "/editor?query=",
    "/graph-store",
    "/search?q=",
    "/explore?start=",
    "/explore/from/",
    "/fragments?subject=",
    "/reconcile",
    "/timemap/",
)


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """Return all addresses, or the list of parts if they are too many for one file."""
    day, addresses = built_on(request_context()), _addresses()
    if len(addresses) <= MOST_ADDRESSES:
        return _written("urlset", "url", addresses, day)
    count = -(-len(addresses) // MOST_ADDRESSES)
    parts = [url_for("sitemap.part", number=number) for number in range(1, count + 1)]
    return _written("sitemapindex", "sitemap", parts, day)


@blueprint.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """Return a part of the addresses. Parts are counted from 1.

    Raises:
        PageUnknown: 404, there is no such part.
    """
    is_plain = request.path.endswith(f"-{number}.xml")  # refuses a second address of the same part, such as 01
    addresses = _addresses()[(number - 1) * MOST_ADDRESSES : number * MOST_ADDRESSES] if number and is_plain else []
    if not addresses:
        raise PageUnknown(
            Message("The sitemap has no part %(number)s. Its parts are listed at /sitemap.xml.", number=number)
        )
    return _written("urlset", "url", addresses, built_on(request_context()))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Return the rules for crawlers: pages and files are allowed, expensive addresses are not."""
    refused = [f"Disallow: {request.script_root}{path}" for path in _HEAVY]
    where = urls.absolute(url_for("sitemap.index"))
    lines = ["User-agent: *", *refused, f"Allow: {request.script_root}/", "", f"Sitemap: {where}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/favicon.ico")
def favicon() -> tuple[str, int, dict[str, str]]:
    """Return an empty response. A browser requests an icon for each file, and logs an error if that fails."""
    return "", 204, {"Cache-Control": f"public, max-age={_DAY_SECONDS}"}


def _addresses() -> list[str]:
    """Return the pages of the service, of the plans, questions and resources, without scheme and host."""
    service = request_context()
    fixed = [url_for(view) for view in _PAGES]
    asked = [urls.question(slug) for slug in service.catalogue.questions]
    plans = [url_for("plans.page", slug=slug) for slug in described_plans(service.engine)]
    return [*fixed, *plans, *asked, *(url_for("things.page", slug=slug) for slug in _slugs(service.engine))]


def _slugs(engine: Engine) -> list[str]:
    things = (entry for entry in select(engine, _THINGS).column("thing") if isinstance(entry, NamedNode))
    return [slug for thing in things if (slug := slug_of(thing)) is not None]


def _written(root: str, entry: str, addresses: Sequence[str], day: datetime.date | None) -> Response:
    ElementTree.register_namespace("", _NAMESPACE)
    tree = ElementTree.Element(f"{{{_NAMESPACE}}}{root}")
    for address in addresses:
        element = ElementTree.SubElement(tree, f"{{{_NAMESPACE}}}{entry}")
        ElementTree.SubElement(element, f"{{{_NAMESPACE}}}loc").text = urls.absolute(address)
        if day is not None:
            ElementTree.SubElement(element, f"{{{_NAMESPACE}}}lastmod").text = day.isoformat()
    body = ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/xml; charset=utf-8")
