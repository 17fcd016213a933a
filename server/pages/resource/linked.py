"""The statements about a thing as data: which forms there are, and how a request is answered in one."""

from __future__ import annotations

import json

from flask import Response
from pyoxigraph import NamedNode

from kg.core.media_types import FORMS, Form
from kg.engine import Question, construct
from kg.output.jsonld import context_of, write_jsonld
from server.core.context import RequestContext
from server.core.sparql_protocol.reply import reply_to

DATA_FORMS = ("ttl", "jsonld", "nt", "rdf")
"""The endings of the forms, the first of which goes to who does not mind."""

FURTHER_ENDINGS = {"xml": "rdf"}
"""Endings that mean one of the forms as well."""

FORMS_OF_DATA = tuple(FORMS[ending] for ending in DATA_FORMS)
_JSONLD = FORMS["jsonld"]


def reply_with_data(service: RequestContext, thing: NamedNode, form: Form) -> Response:
    """The statements with the thing as subject or object.

    Raises:
        As ``Engine.answer``.
    """
    text = f"CONSTRUCT {{ {thing} ?p ?o . ?s ?q {thing} }} WHERE {{ {{ {thing} ?p ?o }} UNION {{ ?s ?q {thing} }} }}"
    if form != _JSONLD:
        return reply_to(Question(text, form))
    body = write_jsonld(construct(service.engine, text), context_of(service.engine))
    return _jsonld(body)


def reply_with_context(service: RequestContext) -> Response:
    """The whole context of our JSON-LD, of which each answer holds the part that it uses."""
    document = context_of(service.engine).document()
    return _jsonld(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def _jsonld(body: bytes) -> Response:
    response = Response(body, content_type=_JSONLD.media_type)
    response.headers["Vary"] = "Accept"
    return response
