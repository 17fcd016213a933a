"""Every link is made here: canonical IRIs become addresses of this server, in links only."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode, urljoin

from flask import Flask, request, url_for
from pyoxigraph import NamedNode

from kg.errors import RequestInvalid
from kg.names import ENDPOINT, PREFIXES, ROOT, question_slug_of, slug_of
from server.wish import Wish

_ANCHORS: dict[str, Callable[[], str]] = {
    "fyp": lambda: ontology() + "#",
    "module": lambda: ontology() + "#part-",
    "shape": lambda: shapes() + "#",
}
"""For each namespace whose names are anchors, what stands before them."""


def page_of(iri: NamedNode) -> str:
    """The address of a page about a thing, a term or a shape of ours, or of a question; none for our graphs.

    Any other IRI is its own address.
    """
    slug = slug_of(iri)
    if slug is not None:
        return url_for("things.page", slug=slug)
    asked = question_slug_of(iri)
    if asked is not None:
        return question(asked)
    if iri == ENDPOINT:
        return sparql()
    for prefix, place in _ANCHORS.items():
        local = iri.value.removeprefix(PREFIXES[prefix])
        if local != iri.value:
            return place() + quote(local)
    for document, address in (("ontology", ontology), ("shapes", shapes)):
        whole, found, rest = iri.value.partition(ROOT + document)
        if found and not whole and rest[:1] in ("", "/"):
            return address(rest[1:])
    return "" if iri.value.startswith(ROOT) or not iri.value.startswith(("http://", "https://")) else iri.value


def ontology(rest: str = "", ending: str = "", **fields: str) -> str:
    """The address of the ontology, or of a version of it, as a page or in the form that the ending names."""
    address = url_for("ontology.version", version=rest) if rest else url_for("ontology.current")
    return _extended(address, ending, fields)


def shapes(version: str = "", ending: str = "", **fields: str) -> str:
    """The address of the shapes, or of a version of them, as a page or in the form that the ending names."""
    address = url_for("ontology.shapes_version", version=version) if version else url_for("ontology.shapes_current")
    return _extended(address, ending, fields)


def diagram(module: str, language: str, theme: str) -> str:
    """The address of the diagram of a part of the ontology."""
    return url_for("diagrams.svg", module=module, lang=language, theme=theme)


def _extended(address: str, ending: str, fields: dict[str, str]) -> str:
    said = urlencode({key: value for key, value in fields.items() if value})
    return address + (f".{ending}" if ending else "") + (f"?{said}" if said else "")


def data_of(slug: str, ending: str = "ttl") -> str:
    """The address of the statements about a thing."""
    return url_for("things.data", slug=slug, ending=ending)


def question(slug: str, wish: Wish | None = None, ending: str = "") -> str:
    """The address of a canned question as wished: its page, or its answer in the form that the ending names."""
    address = url_for("canned.page", slug=slug) + (f".{ending}" if ending else "")
    fields = wish.fields() if wish is not None else []
    return f"{address}?{urlencode(fields, safe=':')}" if fields else address


def embed(slug: str, wish: Wish) -> str:
    """The address of an answer that is made to stand in a frame of another site."""
    address, _, fields = question(slug, wish).partition("?")
    return f"{address}/embed" + (f"?{fields}" if fields else "")


def sparql(text: str | None = None) -> str:
    """The address of the endpoint, with a query in its form if given."""
    return url_for("sparql.endpoint") if text is None else url_for("sparql.form", query=text)


def explain_empty(text: str) -> str:
    """The address that tells why a query has an empty answer."""
    return url_for("sparql.endpoint", query=text, explain="empty")


def absolute(address: str) -> str:
    """An address of this server with scheme and host, as the request names them.

    Raises:
        RequestInvalid: it names no host.
    """
    if not request.host:
        raise RequestInvalid("The Host header names no host.")
    return urljoin(request.host_url, address)


def register(app: Flask) -> None:
    """Give the templates these functions under one name."""
    app.jinja_env.globals["urls"] = {
        "page_of": page_of,
        "data_of": data_of,
        "ontology": ontology,
        "shapes": shapes,
        "diagram": diagram,
        "question": question,
        "embed": embed,
        "sparql": sparql,
        "explain_empty": explain_empty,
    }
