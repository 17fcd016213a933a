"""Lookup of a resource by its slug, its statements, and its names for a reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response
from pyoxigraph import Literal, NamedNode

from kg.core.errors import ThingRetired, ThingUnknown
from kg.core.media_types import FORMS, Form
from kg.core.messages import N_, Message, sentences
from kg.core.names import SLUG, name, slug_of, thing
from kg.engine import Question, Term, construct
from kg.graph.description import Description, describe, retirement_of
from kg.graph.evidence import Place
from kg.graph.labels import Label, Labels
from kg.output.jsonld import context_of, write_jsonld
from server.core.context import RequestContext
from server.core.i18n.language import gettext
from server.core.i18n.numbers import language_words
from server.core.sparql_protocol.reply import reply_to
from server.pages.result.cells import Cell, best_label, linked_words, shown_cell
from server.pages.search.views import nearest


def look_up(service: RequestContext, slug: str, most: int | None = None) -> Description:
    """Return the statements about a resource: at most ``most`` of each property, or all.

    Raises:
        ThingUnknown: there are none; the error names the most similar slugs.
        ThingRetired: the resource was retired.
    """
    if not SLUG.fullmatch(slug):
        raise _unknown(service, slug)
    retired = retirement_of(service.engine, thing(slug))
    if retired is not None:
        successors = [slug_of_name for iri in retired.successors if (slug_of_name := slug_of(iri))]
        raise ThingRetired(slug, successors, retired.reason)
    description = describe(service.engine, thing(slug), most)
    if description is None or not description.statements:
        raise _unknown(service, slug)
    return description


def _unknown(service: RequestContext, slug: str) -> ThingUnknown:
    near = [similar for hit in nearest(service, slug) if (similar := slug_of(hit.thing))]
    shown = repr(slug if len(slug) <= 100 else slug[:100] + "…")
    messages = [Message("There is no resource %(name)s.", name=shown)]
    if near:
        messages.append(Message("The nearest names are %(names)s.", names=", ".join(near)))
    return ThingUnknown(sentences(*messages, Message("Look for it at /search.")), near)


_LANGUAGE, _TRUTH = name("dcterms:language"), name("xsd:boolean")
_ANSWERS = {"true": N_("yes"), "false": N_("no"), "1": N_("yes"), "0": N_("no")}


@dataclass(frozen=True)
class Reader:
    """A language, and the names of all that a page shows.

    ``sentences`` are for resources without a name.
    """

    language: str
    labels: Labels
    places: Mapping[NamedNode, Place]
    sentences: Mapping[NamedNode, str]

    def cell(self, term: Term | None) -> Cell:
        """Return a term as a cell, with the language of its text if that is not the page's."""
        cell = shown_cell(term, self.labels, self.places, self.language)
        if not isinstance(term, NamedNode):
            return cell
        if term in self.sentences and term not in self.labels and term not in self.places:
            return replace(cell, text=self.sentences[term], language="", fallback="")
        return cell

    def value(self, property_: NamedNode, term: Term) -> Cell:
        """Return a value of a property as text: the name of a language, or yes and no for a boolean."""
        cell = self.cell(term)
        if not isinstance(term, Literal):
            return cell
        if property_ == _LANGUAGE:
            return replace(cell, text=language_words(term.value, self.language))
        if term.datatype == _TRUTH and term.value in _ANSWERS:
            return replace(cell, text=gettext(_ANSWERS[term.value]))
        return cell

    def label(self, term: NamedNode) -> Label:
        """Return the name of a resource: its label, its place, or a sentence about it."""
        if term not in self.labels and term in self.places:
            text = self._place(self.places[term])
            return Label(text.text[:1].upper() + text.text[1:], text.language)
        if term not in self.labels and term in self.sentences:
            return Label(self.sentences[term].rstrip(".。"), self.language)
        return best_label(self.labels, term, self.language)

    def _place(self, place: Place) -> Label:
        """Return the text of a place. For a cited page it is in the language of its title."""
        words = linked_words(place, self.labels, self.language)
        return Label(words, self.language if place.line is not None else place.language)


DATA_FORMS = ("ttl", "jsonld", "nt", "rdf")
"""The endings of the forms. The first is the default."""

FURTHER_ENDINGS = {"xml": "rdf"}
"""Alternative endings of the forms."""

FORMS_OF_DATA = tuple(FORMS[ending] for ending in DATA_FORMS)
_JSONLD = FORMS["jsonld"]


def reply_with_data(service: RequestContext, thing: NamedNode, form: Form) -> Response:
    """Return the statements with the resource as subject or object.

    Raises:
        As ``Engine.answer``.
    """
    text = f"CONSTRUCT {{ {thing} ?p ?o . ?s ?q {thing} }} WHERE {{ {{ {thing} ?p ?o }} UNION {{ ?s ?q {thing} }} }}"
    if form != _JSONLD:
        return reply_to(Question(text, form))
    body = write_jsonld(construct(service.engine, text), context_of(service.engine))
    return _jsonld(body)


def reply_with_context(service: RequestContext) -> Response:
    """Return the complete JSON-LD context. Each answer contains only the part that it uses."""
    document = context_of(service.engine).document()
    return _jsonld(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def _jsonld(body: bytes) -> Response:
    response = Response(body, content_type=_JSONLD.media_type)
    response.headers["Vary"] = "Accept"
    return response
