"""Fragments: the statements that match a pattern, as pages of data with controls or as HTML with a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from kg.core.errors import Message, QueryTooLarge, RequestInvalid
from kg.core.media_types import FORMS, Form
from kg.core.names import curie
from kg.core.turtle import serialize
from kg.engine import Answer
from kg.graph.labels import Labels, labels_of
from kg.output.fragments import (
    PAGE,
    QUADS,
    TRIPLES,
    Page,
    Source,
    controls,
    neighbours,
    page_query,
    read_fragment,
    read_page,
    read_pattern,
    write_term,
)
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import FIELD, gettext, language_here, named_here
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import Request, asked, choose_form, negotiate, url_fields, wanted_ending
from server.core.sparql_protocol.reply import reply
from server.pages.result.cells import Cell, shown_cell

blueprint = Blueprint("fragments", __name__)

# the forms with a separate graph for the controls come first
FRAGMENT_FORMS = tuple(FORMS[ending] for ending in ("trig", "nq", "jsonld", "ttl", "nt", "rdf", "n3"))
_HTML = "text/html"
_LONGEST_SHOWN = 100
_IN_ADDRESSES = "/:@!$&'()*+,;=~?%"


@dataclass(frozen=True)
class Part:
    """A term of a statement: its text; its IRI, language or datatype; the address of its fragment in this position."""

    cell: Cell
    mark: str
    href: str


@blueprint.get("/fragments")
@reads(rest=True, verbatim=True)
def triples() -> Response:
    """Return the triples of the union of all graphs that match ``subject``, ``predicate`` and ``object``.

    Raises:
        RequestInvalid: 400, a field is not a term or unknown, or there is no such page.
        FormUnavailable: 406.
    """
    return _fragment(TRIPLES)


@blueprint.get("/fragments/quads")
@reads(rest=True, verbatim=True)
def quads() -> Response:
    """Return the same with ``graph``: in one graph, or in any.

    Raises:
        As ``triples``.
    """
    return _fragment(QUADS)


def _fragment(positions: Sequence[str]) -> Response:
    wanted, service = asked(), request_context()
    # the graph of each control is named by the address of the request, so a long pattern would be repeated often
    if len(wanted.query_string) > service.settings.max_question_bytes:
        raise QueryTooLarge(
            Message(
                "The pattern is longer than %(most)s bytes; shorten it.",
                most=service.settings.max_question_bytes,
            )
        )
    fields = url_fields(wanted)
    _refuse_unknown([key for key, _ in fields], positions)
    form = _choose(wanted, fields)
    pattern, number = read_pattern(fields, positions), read_page(fields)
    source = Source(url_for(request.endpoint or ""), positions, service.engine.release_id)
    page = read_fragment(service.engine, pattern, number)
    if form is None:
        return _shown(source, page)
    # clients of the data compare the address as text, so it is absolute there; the links of a page may be relative
    source = replace(source, address=urls.absolute(source.address))
    assert isinstance(form.format, RdfFormat)  # noqa: S101 - a form of a graph
    statements = [*controls(source, page, _address(source, wanted)), *page.statements]
    return reply(Answer(serialize(statements, form.format), form), release_id=service.engine.release_id)


def _refuse_unknown(keys: Sequence[str], positions: Sequence[str]) -> None:
    """Refuse unknown fields. An ignored field would widen the pattern without notice."""
    accepted = (*positions, PAGE, "format", FIELD)
    unknown = next((key for key in keys if key not in accepted), None)
    if unknown is None:
        return
    quads = [Message("Statements with their graph are at /fragments/quads.")] if unknown == "graph" else []
    raise RequestInvalid(
        Message(
            "%(name)s is no field here; the fields are %(offered)s.",
            name=repr(unknown[:_LONGEST_SHOWN]),
            offered=", ".join(accepted),
        ),
        *quads,
    )


def _choose(wanted: Request, fields: Sequence[tuple[str, str]]) -> Form | None:
    """Return the form of the data, or None for an HTML page."""
    ending = wanted_ending(fields)
    if ending is None:
        best = negotiate(wanted.accept, [*(form.media_type for form in FRAGMENT_FORMS), _HTML])
        if best == _HTML:
            return None
        if best is not None:
            return next(form for form in FRAGMENT_FORMS if form.media_type == best)
    return choose_form(True, wanted.accept, ending)  # noqa: FBT003 - a plain fact


def _address(source: Source, wanted: Request) -> str:
    """Return the address of this request as an IRI."""
    query = quote(wanted.query_string, safe=_IN_ADDRESSES)
    return f"{source.address}?{query}" if query else source.address


def _shown(source: Source, page: Page) -> Response:
    terms = {term for quad in page.statements for term in quad if isinstance(term, NamedNode)}
    labels = labels_of(request_context().engine, terms)
    rows = [
        [
            _part(source, labels, position, term)
            for position, term in zip(source.positions, statement, strict=False)  # the union has no graph to show
        ]
        for statement in page.statements
    ]
    written = {position: _entered(getattr(page.pattern, position)) for position in source.positions}
    links = {link: _spoken(source.page(page.pattern, number)) for link, number in neighbours(page).items()}
    body = render_template(
        "fragments.html",
        source=source,
        anew=_spoken(source.address),
        named_language=named_here(),
        page=page,
        rows=rows,
        written=written,
        links=links,
        forms=FRAGMENT_FORMS,
        query=page_query(page.pattern, page.number),
    )
    response = Response(body, mimetype=_HTML)
    response.headers["Vary"] = "Accept"
    return response


def _spoken(address: str) -> str:
    """Return the address of a page with the language that the address of this page names."""
    language = named_here()
    return f"{address}{'&' if '?' in address else '?'}{FIELD}={language}" if language else address


def _entered(term: object) -> str:
    """Return a term as a reader enters it: an IRI of this project in compact form."""
    shortened = curie(term) if isinstance(term, NamedNode) else ""
    return shortened if isinstance(term, NamedNode) and shortened != term.value else write_term(term)


def _part(source: Source, labels: Labels, position: str, term: object) -> Part:
    if not isinstance(term, NamedNode | Literal):
        kind = gettext("a blank node") if isinstance(term, BlankNode) else gettext("all graphs together")
        return Part(Cell(kind), "", "")
    narrowed = read_pattern([(position, write_term(term))], source.positions)
    return Part(shown_cell(term, labels, {}, language_here()), _mark(term), _spoken(source.page(narrowed)))


def _mark(term: NamedNode | Literal) -> str:
    if isinstance(term, NamedNode):
        return curie(term)
    return f"@{term.language}" if term.language else curie(term.datatype)
