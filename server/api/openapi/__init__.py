"""The OpenAPI 3.1 document of the service, ``/openapi.json``: a template plus the canned questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, current_app, request

import kg
from kg.questions.catalogue import CannedQuestion, Catalogue
from server.api.openapi.questions import (
    Choices,
    choices_of,
    media_types_of,
    question_parameters,
    question_paths,
    row_schemas,
)
from server.api.openapi.template import Json, read_template
from server.core.context import request_context
from server.core.urls import permalink

blueprint = Blueprint("openapi", __name__)

MediaTypes = Callable[[CannedQuestion], Mapping[str, str]]
"""The media types of a question's files, by their endings."""


@blueprint.get("/openapi.json")
def document() -> Response:
    """Return the document for the current or pinned release, in English.

    Raises:
        RequestInvalid: the request names no host.
    """
    context = request_context()
    described = describe_api(
        context.catalogue,
        choices_of(context.catalogue, context.engine),
        media_types_of,
        address=request.url_root.rstrip("/"),
        release_address=permalink("", "{release}"),
        release_id=context.engine.release_id,
    )
    # unsorted: the paths of a question stay together, and the fields of a row in the order of its table
    return Response(current_app.json.dumps(described, sort_keys=False), mimetype="application/json")


def describe_api(
    catalogue: Catalogue,
    choices: Choices,
    media_types: MediaTypes,
    *,
    address: str,
    release_address: str,
    release_id: str,
) -> Json:
    """Return the document.

    ``address`` is the root of the service, without a slash at the end. ``release_address`` is the same below the
    release ``{release}``.
    """
    template, questions = read_template(), catalogue.questions.values()
    paths, parameters = dict(template.paths), dict(template.components["parameters"])
    for question in questions:
        paths |= question_paths(question, media_types(question))
        parameters |= question_parameters(question, choices)
    of_release = {
        "url": release_address,
        "description": template.release_description,
        "variables": {"release": {"default": release_id}},
    }
    subjects = [
        {"name": subject, "description": catalogue.subjects[subject]["en"]} for subject in catalogue.by_subject()
    ]
    return {
        **template.head,
        "info": {**template.head["info"], "version": kg.__version__, "x-release": release_id},
        "servers": [{"url": address}, of_release],
        "tags": [*subjects, *template.tags],
        "paths": paths,
        "components": {
            **template.components,
            "parameters": parameters,
            "schemas": {**template.components["schemas"], **row_schemas(questions)},
        },
    }
