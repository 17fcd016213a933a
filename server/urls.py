"""Every link is made here: canonical IRIs become addresses of this server, in links only."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

from flask import Flask, request, url_for
from pyoxigraph import NamedNode

from kg.errors import RequestInvalid
from kg.names import ENDPOINT, ROOT, question_slug_of, slug_of
from server.wish import Wish


def page_of(iri: NamedNode) -> str:
    """The address of a page about a thing of ours, or of a question; none for our terms and graphs.

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
    return "" if iri.value.startswith(ROOT) or not iri.value.startswith(("http://", "https://")) else iri.value


def data_of(slug: str, ending: str = "ttl") -> str:
    """The address of the statements about a thing; without an ending that where they are had by Accept."""
    return url_for("things.data", slug=slug, ending=ending) if ending else url_for("things.negotiated", slug=slug)


def thing(slug: str, ending: str = "", **fields: str) -> str:
    """The address of the page of a thing, or of its picture or reference in a file; empty fields are left out."""
    address = url_for("things.page", slug=slug) + (f".{ending}" if ending else "")
    kept = {key: value for key, value in fields.items() if value}
    return f"{address}?{urlencode(kept, safe=':')}" if kept else address


def statements(iri: NamedNode, curie: str, *, inverse: bool, lang: str = "", page: int = 1) -> str:
    """The address of the page with the statements of a thing that have one property."""
    slug = slug_of(iri)
    assert slug is not None  # noqa: S101 - only our things have pages
    fields = {"inverse" if inverse else "property": curie, "page": str(page) if page > 1 else "", "lang": lang}
    return thing(slug, **fields)


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
        "thing": thing,
        "question": question,
        "embed": embed,
        "sparql": sparql,
        "explain_empty": explain_empty,
    }
