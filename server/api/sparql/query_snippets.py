"""Code snippets that send a query from other programs, to the current release or to a pinned one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from kg.core.errors import Message, ParameterInvalid, QueryTooLarge
from kg.sparql.lexer import kind_of
from server.core import urls
from server.core.context import app_state, request_context
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import sent_fields
from server.core.urls import permalink, without
from server.pages.result.snippets import query_snippets

blueprint = Blueprint("query_snippets", __name__)

MOST_BYTES = 100_000
"""The most bytes of a query. A shell accepts no argument above 128 KiB (Linux, MAX_ARG_STRLEN)."""


@blueprint.route("/snippets", methods=["GET", "POST"])
@reads("release", often=("query",))
def data() -> Response:
    """Return the snippets for ``query``: ``current`` uses the current release, ``pinned`` uses ``release``.

    Without ``release``, the release of this request is pinned.

    Raises:
        RequestInvalid: the request names no host, or its fields cannot be read.
        ParameterInvalid: there is not exactly one query.
        QueryTooLarge: the query is too long for a shell.
        ReleaseUnknown: there is no such release.
    """
    fields = sent_fields()
    queries = [value for key, value in fields if key == "query"]
    if len(queries) != 1:
        raise ParameterInvalid("query", Message("give one query."))
    query, release_id = queries[0], _release(dict(fields).get("release", ""))
    if len(query.encode("utf-8")) > MOST_BYTES:
        raise QueryTooLarge(
            Message(
                "The query is longer than %(most)s bytes, more than a shell takes; shorten it.",
                most=MOST_BYTES,
            )
        )
    makes_graph, address = kind_of(query).makes_graph, urls.sparql()
    return jsonify(
        {
            "release": release_id,
            "current": query_snippets(query, urls.absolute(without(address)), makes_graph=makes_graph),
            "pinned": query_snippets(query, permalink(address, release_id), makes_graph=makes_graph),
        }
    )


def _release(wanted: str) -> str:
    return app_state().name(wanted).release_id if wanted else request_context().engine.release_id
