"""Every link is made here: canonical IRIs become addresses of this server, in links only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from flask import Flask, request, url_for
from pyoxigraph import NamedNode

from kg.core.errors import RequestInvalid
from kg.core.messages import Message
from kg.core.names import ENDPOINT, LANGUAGES, PREFIXES, ROOT, question_slug_of, slug_of
from server.core.question_params import QuestionParams
from server.core.search_params import SearchParams

_SLOT = "the-id-stands-here"

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
    if iri.value.startswith(ROOT):
        return _page_of_part(iri)
    return iri.value if iri.value.startswith(("http://", "https://")) else ""


def _page_of_part(iri: NamedNode) -> str:
    """The address of a page about a term, a shape, the dataset or its endpoint."""
    if iri == ENDPOINT:
        return sparql()
    if iri.value.startswith((PREFIXES["dataset"], PREFIXES["catalog"])):
        return dataset()
    for prefix, place in _ANCHORS.items():
        local = iri.value.removeprefix(PREFIXES[prefix])
        if local != iri.value:
            return place() + quote(local)
    for document, address in (("ontology", ontology), ("shapes", shapes)):
        rest = iri.value.removeprefix(ROOT + document)
        if rest != iri.value and rest[:1] in ("", "/"):
            return address(rest[1:])
    return ""


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
    query = urlencode({key: value for key, value in fields.items() if value})
    return address + (f".{ending}" if ending else "") + (f"?{query}" if query else "")


def data_of(slug: str, ending: str = "ttl") -> str:
    """The address of the statements about a thing; without an ending that where they are had by Accept."""
    return url_for("things.data", slug=slug, ending=ending) if ending else url_for("things.negotiated", slug=slug)


def thing(slug: str, ending: str = "", **fields: str) -> str:
    """The address of the page of a thing, or of its picture or reference in a file; empty fields are left out."""
    address = url_for("things.page", slug=slug) + (f".{ending}" if ending else "")
    fields_set = {key: value for key, value in fields.items() if value}
    return f"{address}?{urlencode(fields_set, safe=':')}" if fields_set else address


def statements(iri: NamedNode, curie: str, *, inverse: bool, page: int = 1) -> str:
    """The address of the page with the statements of a thing that have one property."""
    slug = slug_of(iri)
    assert slug is not None  # noqa: S101 - only our things have pages
    fields = {"inverse" if inverse else "property": curie, "page": str(page) if page > 1 else ""}
    return thing(slug, **fields)


def question(slug: str, params: QuestionParams | None = None, ending: str = "") -> str:
    """The address of a canned question as wished: its page, or its answer in the form that the ending names.

    That of a page names no language: it is read in that of its reader, or in the one that
    ``server/core/i18n/language_links.py`` adds.
    """
    return question_in(slug, params if params is None or ending else params.in_language(LANGUAGES[0]), ending)


def question_in(slug: str, params: QuestionParams | None, ending: str = "") -> str:
    """The same, with the language that is wished: for those who copy the address or read it elsewhere."""
    address = url_for("canned.page", slug=slug) + (f".{ending}" if ending else "")
    fields = params.fields() if params is not None else []
    return f"{address}?{urlencode(fields, safe=':')}" if fields else address


def embed(slug: str, params: QuestionParams) -> str:
    """The address of an answer that is made to stand in a frame of another site."""
    address, _, fields = question_in(slug, params).partition("?")
    return f"{address}/embed" + (f"?{fields}" if fields else "")


def search(search_params: SearchParams | None = None, ending: str = "") -> str:
    """The address of the search, or of what is sought; ``json`` as ending gives it as data, in the language sought."""
    address = url_for("find.data" if ending == "json" else "find.page")
    if search_params is not None and not ending:  # as with ``question``
        search_params = search_params.in_language(LANGUAGES[0])
    fields = search_params.fields() if search_params is not None else []
    return f"{address}?{urlencode(fields, safe=':')}" if fields else address


def explore(fields: Sequence[tuple[str, str]] = ()) -> str:
    """The address of the explorer, or of what its fields ask to see."""
    address = url_for("explore.page")
    return f"{address}?{urlencode(fields, safe=':/~')}" if fields else address


def explore_from(slug: str) -> str:
    """The address that leads to the picture of a thing with its most telling neighbours."""
    return url_for("explore.entry", slug=slug)


def neighbours(slug: str, language: str = "") -> str:
    """The address of the neighbours of a thing as data."""
    chosen: dict[str, Any] = {"lang": language} if language else {}
    return url_for("explore.neighbours", thing=slug, **chosen)


def sparql(text: str | None = None) -> str:
    """The address of the endpoint, with a query in its form if given."""
    return url_for("sparql.endpoint") if text is None else url_for("sparql.form", query=text)


def labels() -> str:
    """The address that gives the labels of many things at once."""
    return url_for("labels.data")


def explain_empty(text: str) -> str:
    """The address that tells why a query has an empty answer."""
    return url_for("sparql.endpoint", query=text, explain="empty")


def reconcile(view: str, language: str = "en", **fields: str) -> str:
    """An address of the reconciliation service, such as that of ``preview``, for names in one language."""
    chosen: dict[str, Any] = {**fields} if language == "en" else {"language": language, **fields}
    return url_for(f"reconcile.{view}", **chosen)


def id_template(address_of: Callable[[str], str]) -> str:
    """An absolute address with ``{{id}}`` where a client of the reconciliation service puts an id."""
    return absolute(address_of(_SLOT)).replace(_SLOT, "{{id}}")


def formatted(address: str, ending: str) -> str:
    """An address with the form that it is wanted in."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'format': ending})}"


def dataset() -> str:
    """The address of the page about the data."""
    return url_for("datasets.page")


def linkset(about: str = "", ending: str = ".json") -> str:
    """The address of the links of a page, which ``about`` names by its path; of the dataset without it."""
    address = url_for("linksets.json" if ending else "linksets.text")
    return f"{address}?{urlencode({'about': about}, safe='/')}" if about else address


def same(root: str, fields: Sequence[tuple[str, str]]) -> str:
    """The absolute address of the path at hand, below this root of the service and with these fields alone.

    Raises:
        RequestInvalid: the request names no host.
    """
    path = quote("/" + request.path.lstrip("/"), safe="/:@!$&()*+,;=~")
    return absolute(root + path + (f"?{urlencode(fields, safe=':')}" if fields else ""))


def absolute(address: str) -> str:
    """An address of this server with scheme and host, as the request names them.

    Raises:
        RequestInvalid: it names no host.
    """
    if not request.host:
        raise RequestInvalid(Message("The Host header names no host."))
    return urljoin(request.host_url, address)


def register(app: Flask) -> None:
    """Give the templates these functions under one name."""
    app.jinja_env.globals["urls"] = {
        "page_of": page_of,
        "data_of": data_of,
        "thing": thing,
        "ontology": ontology,
        "shapes": shapes,
        "diagram": diagram,
        "question": question,
        "embed": embed,
        "search": search,
        "explore": explore,
        "explore_from": explore_from,
        "neighbours": neighbours,
        "sparql": sparql,
        "labels": labels,
        "explain_empty": explain_empty,
        "formatted": formatted,
        "dataset": dataset,
    }
