"""The Graph Store Protocol for reading: each named graph at its own address, and by ``?graph=`` and ``?default``.

Clause numbers are those of https://www.w3.org/TR/sparql11-http-rdf-update/.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from kg.core.errors import GraphUnknown, Message, RequestInvalid, WriteRefused
from kg.core.media_types import FORMS
from kg.core.names import graph
from kg.engine import Engine, Question
from server.core.context import request_context
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import Request, asked, choose_form, read_iri, url_fields, wanted_ending
from server.core.sparql_protocol.reply import reply_to

blueprint = Blueprint("graphs", __name__)

_WRITES = ("PUT", "POST", "DELETE", "PATCH")


@blueprint.route("/graph/<path:name>", provide_automatic_options=False)
@reads("format")
def direct(name: str) -> Response:
    """Return the graph whose IRI leads to this address (section 4.1).

    Raises:
        GraphUnknown: 404, there is none.
        FormUnavailable: 406.
    """
    try:
        return _answer(graph(name))
    except ValueError as error:  # the name makes no valid IRI
        raise GraphUnknown(_unknown(name)) from error


@blueprint.route("/graph-store", provide_automatic_options=False)
@reads("format", often=("graph",), flags=("default",))
def indirect() -> Response:
    """Return the graph that ``graph`` names, or with ``default`` the union of all graphs (section 4.2).

    Raises:
        RequestInvalid: 400, not exactly one of the two.
        GraphUnknown: 404, there is no such graph.
        FormUnavailable: 406.
    """
    return _answer(read_graph(asked()))


@blueprint.route("/graph-store", methods=["OPTIONS", *_WRITES], provide_automatic_options=False)
@blueprint.route("/graph/<path:name>", methods=["OPTIONS", *_WRITES], provide_automatic_options=False)
def write(name: str = "") -> Response:
    """Refuse to change a graph (sections 5.3 to 5.7); answer OPTIONS with the allowed methods.

    Raises:
        WriteRefused: 403.
    """
    del name
    if request.method == "OPTIONS":
        return Response(headers={"Allow": "GET, HEAD, OPTIONS"})
    raise WriteRefused(
        Message(
            "%(method)s is refused: the graphs come from the files of a release and change with the next "
            "one only. Read them with GET or HEAD.",
            method=request.method,
        )
    )


def read_graph(request: Request) -> NamedNode | None:
    """Return the graph that the parameters name; None is the default graph.

    Raises:
        RequestInvalid: not exactly one graph is named, or not by an absolute IRI.
    """
    named = [(key, value) for key, value in url_fields(request) if key in ("graph", "default")]
    if len(named) != 1:
        raise RequestInvalid(
            Message(
                "Name one graph: /graph-store?graph=%(graph)s, or all of them as one: /graph-store?default.",
                graph=graph("plan-ii").value,
            )
        )
    key, value = named[0]
    return read_iri(key, value) if key == "graph" else None


def _answer(iri: NamedNode | None) -> Response:
    wanted = asked()
    form = choose_form(True, wanted.accept, wanted_ending(url_fields(wanted)))  # noqa: FBT003 - a plain fact
    dataset = () if iri is None else (iri,)
    if iri is not None and not _exists(request_context().engine, iri):
        raise GraphUnknown(_unknown(iri.value))
    return reply_to(Question("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", form, dataset))


def _exists(engine: Engine, iri: NamedNode) -> bool:
    """Return True if a graph has a triple. A store keeps no empty graphs."""
    return engine.answer(Question("ASK { ?s ?p ?o }", FORMS["csv"], (iri,))).body == b"true"


def _unknown(graph_name: str) -> Message:
    return Message("There is no graph %(name)s. The graphs are listed at /.well-known/void.", name=repr(graph_name))
