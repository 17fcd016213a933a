"""Validators: entity tags of answers and pages, and their comparison (RFC 9110, section 8.8). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import Enum

from werkzeug.http import parse_etags, quote_etag

from kg.engine import Question
from kg.sparql.fast_scan import may_say
from kg.sparql.lexer import Kind, kind_of
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Annotation, BlankNode, Call, Collection, PropertyList, ReifiedTriple, Service

_CHANGING = frozenset(["NOW", "RAND", "UUID", "STRUUID", "SERVICE"])
_NAMELESS = (BlankNode, PropertyList, Collection, ReifiedTriple, Annotation)
_HEXADECIMAL_DIGITS = 32


class Steadiness(Enum):
    """The part of an answer that stays the same when its query runs again over the same release."""

    BYTES = "bytes"
    MEANING = "meaning"
    NOTHING = "nothing"


def steadiness_of(text: str) -> Steadiness:
    """Return how steady the answer to a query is. Blank nodes get new labels each time; NOW() changes.

    A text that does not parse counts as the least steady.
    """
    makes_nodes = kind_of(text) is Kind.CONSTRUCT
    if not makes_nodes and not may_say(text, *_CHANGING, "BNODE"):
        return Steadiness.BYTES
    query = parse_query(text)
    if query is None or any(True for _ in query.of(Service)):
        return Steadiness.NOTHING
    calls = {call.name for call in query.of(Call)}
    if calls & _CHANGING:
        return Steadiness.NOTHING
    makes_nodes = any(isinstance(node, _NAMELESS) for triples in query.template for node in triples.walk())
    return Steadiness.MEANING if makes_nodes or "BNODE" in calls else Steadiness.BYTES


def tag_of_answer(release_id: str, question: Question, edition: str) -> str | None:
    """Return the entity tag of an answer: weak if only its meaning is steady, None if nothing is."""
    steadiness = steadiness_of(question.text)
    if steadiness is Steadiness.NOTHING:
        return None
    graphs = (node.value for node in (*question.default_graphs, *question.named_graphs))
    counts = f"{len(question.default_graphs)}/{len(question.named_graphs)}"
    opaque = _digest([release_id, edition, question.form.media_type, question.text, counts, *graphs])
    return quote_etag(opaque, weak=steadiness is Steadiness.MEANING)


def tag_of_page(release_id: str, target: str, content_type: str, edition: str) -> str:
    """Return the entity tag of a page or file, from its release, path with query, and content type."""
    return quote_etag(_digest([release_id, edition, content_type, target]))


def coded(tag: str, coding: str) -> str:
    """Return the tag of the same answer in a content coding, in the format of Flask-Compress."""
    return tag if tag.startswith("W/") else f'{tag[:-1]}:{coding}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Return True if If-None-Match contains the tag or ``*``, by weak comparison (RFC 9110, section 13.1.2)."""
    return parse_etags(if_none_match).contains_weak(tag.removeprefix("W/").strip('"'))


def named(if_none_match: str, tags: Iterable[str]) -> str | None:
    """Return the first tag that If-None-Match names explicitly, or None. ``*`` names none."""
    if parse_etags(if_none_match).star_tag:
        return None
    return next((tag for tag in tags if matches(if_none_match, tag)), None)


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        written = part.encode("utf-8", "surrogatepass")
        digest.update(len(written).to_bytes(8, "big"))
        digest.update(written)
    return digest.hexdigest()[:_HEXADECIMAL_DIGITS]
