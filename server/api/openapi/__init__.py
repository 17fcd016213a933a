"""The API described for programs: ``/openapi.json``, in the language of ``?lang=``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from server.api.openapi.choices import choices_of
from server.api.openapi.document import describe_api
from server.api.openapi.file_formats import endings_of
from server.core.context import request_context
from server.core.parameters import reads
from server.core.question_params import read_question_params
from server.core.sparql_protocol.protocol import fields_of_url
from server.core.versioned_urls import permalink

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
@reads("lang")
def document() -> Response:
    """The description of the API over the release that answers, with what there is to pick from now.

    Raises:
        RequestInvalid: the request names no host.
        ParameterInvalid: the language is none of ours.
    """
    service, language = request_context(), read_question_params(fields_of_url(request.query_string)).language
    described = describe_api(
        service.catalogue,
        choices_of(service.catalogue, service.engine, language),
        endings_of,
        address=request.url_root.rstrip("/"),
        pinned=permalink("", "{release}"),
        release_id=service.engine.release_id,
        language=language,
    )
    # in order: a reader finds the paths of a question together, and the fields of a row as in its table
    return Response(current_app.json.dumps(described, sort_keys=False), mimetype="application/json")
