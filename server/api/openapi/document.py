"""The description of the API as a whole: OpenAPI 3.1, from the catalogue and the table of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import kg
from kg.core.names import LANGUAGES
from kg.questions.catalogue import CannedQuestion, Catalogue
from server.api.openapi import explorer, search
from server.api.openapi.downloads import takeaway_paths
from server.api.openapi.parameters import Choice, key_of, order_parameters, own_parameter, shared_parameters
from server.api.openapi.paths import SERVICE, SPARQL, THINGS
from server.api.openapi.questions import Ending, question_paths
from server.api.openapi.responses import headers, shared_responses
from server.api.openapi.schemas import RESULTS, Json, health, problem, results, rows_key, rows_of
from server.api.openapi.services import service_paths
from server.api.openapi.terms import term_paths
from server.api.openapi.texts import words

VERSION = "3.1.1"

Endings = Callable[[CannedQuestion], Sequence[Ending]]
"""The forms in which the answer to a question can be had."""

Choices = Mapping[str, Sequence[Choice]]
"""The values to pick from, by the name of the parameter's component."""


def describe_api(
    catalogue: Catalogue,
    choices: Choices,
    endings: Endings,
    *,
    address: str,
    pinned: str,
    release_id: str,
    language: str,
) -> Json:
    """The document, in one language.

    ``address`` is where the service answers, without a slash at the end; ``pinned`` is where it does so over the
    release ``{release}``.
    """
    questions = catalogue.questions.values()
    paths = {**service_paths(language), **takeaway_paths(language), **term_paths(language)}
    for question in questions:
        paths |= question_paths(question, endings(question), language)
    return {
        "openapi": VERSION,
        "info": _info(release_id, language),
        "servers": _servers(address, pinned, release_id, language),
        "tags": _tags(catalogue, language),
        "paths": paths,
        "components": {
            "parameters": {**shared_parameters(language), **_parameters(catalogue, choices, language)},
            "responses": shared_responses(language),
            "headers": headers(language),
            "schemas": {
                "Problem": problem(language),
                "Health": health(),
                RESULTS: results(),
                search.RESULTS: search.search_results(language),
                explorer.NEIGHBOURS: explorer.neighbours_schema(language),
                **{rows_key(question): rows_of(question, language) for question in questions},
            },
        },
    }


def _info(release_id: str, language: str) -> Json:
    return {
        "title": words("title", language),
        "description": words("about", language),
        "version": kg.__version__,
        "license": {
            "name": "CC BY 4.0 (data, ontology), Apache-2.0 (program)",
            "identifier": "CC-BY-4.0 AND Apache-2.0",
        },
        "x-release": release_id,
        "x-languages": list(LANGUAGES),
    }


def _servers(address: str, pinned: str, release_id: str, language: str) -> list[Json]:
    said = words("pinned", language)
    return [
        {"url": address},
        {"url": pinned, "description": said, "variables": {"release": {"default": release_id}}},
    ]


def _tags(catalogue: Catalogue, language: str) -> list[Json]:
    """The subjects in their order, then what is no question."""
    subjects = {subject: catalogue.subjects[subject][language] for subject in catalogue.by_subject()}
    others = {tag: words(f"{tag}-tag", language) for tag in (SPARQL, THINGS, SERVICE)}
    return [{"name": tag, "description": said} for tag, said in (subjects | others).items()]


def _parameters(catalogue: Catalogue, choices: Choices, language: str) -> dict[str, Json]:
    found = {}
    for question in catalogue.questions.values():
        for parameter in question.parameters:
            key = key_of(question, parameter)
            found[key] = own_parameter(parameter, choices.get(key, ()), language)
        found |= order_parameters(question, language)
    return found
