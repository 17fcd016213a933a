"""The Reconciliation Service API 0.2, which matches a table of names, in OpenRefine for example, with resources.

The specification: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, make_response, request

from kg.core.errors import Message, ParameterInvalid, RequestInvalid
from kg.core.names import LANGUAGES
from kg.reconcile.candidates import candidates
from kg.reconcile.suggest import suggest_entities, suggest_terms
from kg.reconcile.values import Entity, classes_of, parse_resource_id, values_of
from server.api.reconcile import manifest
from server.api.reconcile.manifest import about_page, preview_page, service_manifest
from server.api.reconcile.parser import (
    MOST_COMPARISONS,
    MOST_VALUES,
    Extension,
    read_extension,
    read_queries,
    schema_here,
)
from server.core.context import request_context
from server.core.i18n.language import language_here
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import sent_fields
from server.pages.search.indexes import index_here

blueprint = Blueprint("reconcile", __name__)

_LARGEST_CURSOR = 10_000
# the converter matches our languages alone, so an address with another one is a 404 and not a view
_LANGUAGE = f"<any({','.join(LANGUAGES)}):language>"


@blueprint.route("/reconcile", methods=["GET", "POST"])
@blueprint.route(f"/reconcile/{_LANGUAGE}", methods=["GET", "POST"])
@reads(often=("queries", "extend"))
def endpoint(language: str = "en") -> Response:
    """Return the manifest, the candidates for a batch of queries, or the values of properties."""
    fields = sent_fields()
    sent = [(key, value) for key, value in fields if key in ("queries", "extend")]
    if len(sent) > 1:
        raise RequestInvalid(Message("Send one of queries and extend, and once."))
    if not sent:
        if request.method == "POST":
            raise RequestInvalid(
                Message("Send a batch of queries as the form field queries, or a request for values as extend.")
            )
        return jsonify(service_manifest(schema_here(), language))
    key, text = sent[0]
    return _answer_queries(text, language) if key == "queries" else _extend(read_extension(text, language))


@blueprint.get("/reconcile/suggest/<what>")
@blueprint.get(f"/reconcile/{_LANGUAGE}/suggest/<what>")
@reads("prefix", "cursor")
def suggest(what: str, language: str = "en") -> Response:
    """Return resources, types or properties whose names start with a prefix."""
    fields = dict(sent_fields())
    if "prefix" not in fields:
        raise ParameterInvalid("prefix", Message("say what the name begins with."))
    prefix, skip = fields["prefix"], _whole(fields, "cursor")
    schema = schema_here()
    if what == "entity":
        suggested: Sequence[Entity] = suggest_entities(
            request_context().engine,
            index_here(),
            schema,
            prefix,
            skip=skip,
            language=language,
            budget=request_context().budget,
        )
        return jsonify({"result": [manifest.suggested_entity(entry, language) for entry in suggested]})
    if what == "type":
        types = suggest_terms(
            schema.types.values(), prefix, skip=skip, language=language, budget=request_context().budget
        )
        return jsonify({"result": [manifest.full_type(schema, type_, language) for type_ in types]})
    if what == "property":
        properties = suggest_terms(
            schema.properties.values(), prefix, skip=skip, language=language, budget=request_context().budget
        )
        return jsonify({"result": [manifest.property_(property_, language) for property_ in properties]})
    raise ParameterInvalid(
        "suggest", Message("%(value)s cannot be suggested; choose entity, type or property.", value=repr(what))
    )


@blueprint.get("/reconcile/propose")
@blueprint.get(f"/reconcile/{_LANGUAGE}/propose")
@reads("type", "limit")
def propose(language: str = "en") -> Response:
    """Return the properties for resources of a type; without a type, those that belong to no class.

    An unknown type has none, with status 200: an error would stop the dialogue of the client.
    """
    fields = dict(sent_fields())
    type_id, most = fields.get("type", ""), _whole(fields, "limit")
    proposed = [manifest.property_(entry, language) for entry in schema_here().fitting(type_id)]
    return jsonify(
        {"type": type_id, **({"limit": most} if "limit" in fields else {}), "properties": proposed[: most or None]}
    )


@blueprint.get("/reconcile/preview")
@blueprint.get(f"/reconcile/{_LANGUAGE}/preview")
@reads("id", "lang")
def preview(language: str = "en") -> Response:
    """Return a short page about a resource, for a frame of a client."""
    response = make_response(preview_page(schema_here(), dict(sent_fields()).get("id", ""), language))
    response.headers["Content-Language"] = language
    return response


@blueprint.get("/reconcile/about")
@blueprint.get(f"/reconcile/{_LANGUAGE}/about")
@reads("lang")
def about(language: str = "") -> str:
    """Return a page on how to use the service, with the meaning of scores, and all types and properties."""
    del language  # the address names the language, in its path or in a field
    return about_page(schema_here(), language_here())


def _answer_queries(text: str, language: str) -> Response:
    queries = read_queries(text)
    budget = request_context().budget.with_steps(MOST_COMPARISONS)
    # all queries together, so that a batch that cannot fit its budget is refused before any search
    found_candidates = candidates(
        request_context().engine, index_here().within(budget), schema_here(), queries, language, budget
    )
    results = {}
    for key in queries:
        budget.check()
        results[key] = {"result": [manifest.candidate(candidate, language) for candidate in found_candidates[key]]}
    return jsonify(results)


def _extend(asked: Extension) -> Response:
    """Return values by the ids that the client sent, slugs or IRIs. Unknown resources and properties have none."""
    engine, schema, budget = (
        request_context().engine,
        schema_here(),
        request_context().budget.with_steps(MOST_VALUES, "values"),
    )
    named = {id_: parse_resource_id(id_) for id_ in asked.ids}
    # Rows first, then values property by property: one query reads a property of all resources. So an unknown id or
    # property leaves empty cells, and the batch does not fail.
    present = classes_of(engine, (thing for thing in named.values() if thing is not None)).keys()
    rows: dict[str, manifest.Json] = {id_: {} for id_ in asked.ids}
    for wanted in asked.properties:
        property_ = schema.properties.get(wanted.property_id)
        for row in rows.values():
            row[wanted.property_id] = []
        if property_ is None:
            continue
        values = values_of(
            engine,
            schema,
            property_,
            present,
            language=wanted.language,
            closeness=wanted.closeness,
            budget=budget,
        )
        for entry, thing in named.items():
            budget.check()
            if thing is not None and thing in values:
                rows[entry][property_.id] = manifest.cells(property_, values[thing][: wanted.most or None])
    heads = [manifest.meta(schema, property_.property_id, property_.language) for property_ in asked.properties]
    return jsonify({"meta": heads, "rows": rows})


def _whole(fields: dict[str, str], key: str) -> int:
    text = fields.get(key, "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= _LARGEST_CURSOR):
        raise ParameterInvalid(
            key, Message("give a whole number from %(least)s to %(most)s.", least=0, most=_LARGEST_CURSOR)
        )
    return int(text)
