"""Responses of the API: answers, and every error from the one table of errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.core.media_types import GRAPH_FORMS
from server.api.openapi.schemas import PROBLEM_TYPE, Json, of_media_type, ref
from server.api.openapi.texts import words
from server.core.http.statuses import STATUS

# any question may meet these: too large, too heavy, too many at once, gone, a fault of the engine, busy or damaged, too
# long, no room for the answer
OF_THE_ENGINE = (413, 422, 429, 499, 501, 503, 504, 507)
HTML = "text/html"
GRAPH_TYPES = tuple(form.media_type for form in GRAPH_FORMS)

_RETRIED = (429, 503)
_OF_HTTP = {401: ("Unauthorized",)}


def errors(statuses: Iterable[int]) -> Json:
    """References to the responses for errors, by status."""
    return {str(status): ref("responses", _key(status)) for status in sorted(statuses)}


def unchanged() -> Json:
    """A reference to the response for who has the answer already."""
    return {"304": ref("responses", "unchanged")}


def answer(description: str, media_types: Sequence[str]) -> Json:
    """A 200 with a body of one of the media types."""
    return {
        "description": description,
        "headers": {"ETag": ref("headers", "ETag"), "FYP-Release": ref("headers", "FYP-Release")},
        "content": {media_type: {"schema": of_media_type(media_type)} for media_type in media_types},
    }


def shared_responses(language: str) -> dict[str, Json]:
    """The components: one for each status of the table of errors, and 304."""
    found = {_key(status): _error(status, language) for status in sorted({*STATUS.values(), *_OF_HTTP})}
    return {**found, "unchanged": {"description": words("unchanged", language)}}


def headers(language: str) -> dict[str, Json]:
    """The headers that a client may wish to read."""
    text = {"ETag": "etag", "FYP-Release": "release", "Location": "location"}
    found = {key: {"description": words(said, language), "schema": {"type": "string"}} for key, said in text.items()}
    found["Retry-After"] = {"description": words("retry", language), "schema": {"type": "integer", "minimum": 0}}
    return found


def _key(status: int) -> str:
    return f"problem-{status}"


def _error(status: int, language: str) -> Json:
    """An error in the three forms that it has; its description names the kinds that end in this status."""
    kinds = sorted(error.__name__ for error, ends_in in STATUS.items() if ends_in == status)
    kinds += _OF_HTTP.get(status, ())
    text: Json = {"schema": {"type": "string"}}
    described: Json = {
        "description": f"{words(str(status), language)} ({', '.join(kinds)})",
        "content": {PROBLEM_TYPE: {"schema": ref("schemas", "Problem")}, "text/plain": text, HTML: text},
    }
    if status in _RETRIED:
        described["headers"] = {"Retry-After": ref("headers", "Retry-After")}
    return described
