"""Freshness: how long a response may be kept, and its entity tag (RFC 9111, RFC 9110 section 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request

from kg.core.settings import Settings
from server.core.context import CANCELLATION, pin, request_context
from server.core.http import codings
from server.core.http.build_version import build_version
from server.core.http.validators import matches, tag_of_page
from server.core.parameters import Fields, Reads, declare

NO_STORE = "no-store"
_KEY = "fyp-kg.freshness"
_SAFE = ("GET", "HEAD", "QUERY")
_FOR_EVER = "public, max-age=31536000, immutable"
# headers about the body, which a 304 does not have (RFC 9110, section 15.4.5)
OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding")


@dataclass(frozen=True)
class Facts:
    """Facts that stay the same while the application runs. ``stamps`` are the hashes of the static files."""

    build_version: str
    max_age: str
    stamps: dict[str, str]


def register(app: Flask, settings: Settings) -> None:
    """Add freshness headers to each response, compress it, and answer 304 if the client has it already."""
    max_age = f"public, max-age={settings.max_age_seconds}, must-revalidate"
    app.extensions[_KEY] = Facts(build_version(settings), max_age, _stamps(Path(str(app.static_folder))))
    app.url_defaults(_stamp)
    declare(app, "static", Reads(once=("v",), refine=partial(_true_stamp, app.extensions[_KEY])))
    # Flask calls the last one first: freshness, compression, comparison
    app.after_request(_compare)
    codings.register(app)
    app.after_request(_say_how_fresh)


def edition_here() -> str:
    """Return the version of the running program."""
    return facts_of(current_app).build_version


def facts_of(app: Flask) -> Facts:
    """Return the constant facts of an application."""
    facts = app.extensions[_KEY]
    assert isinstance(facts, Facts)  # noqa: S101 - register() is the only writer
    return facts


def max_age() -> str:
    """Return the Cache-Control of an answer. A pinned release never changes; the current one may be replaced."""
    return facts_of(current_app).max_age if pin() is None else _FOR_EVER


def _say_how_fresh(response: Response) -> Response:
    headers, is_page = response.headers, response.mimetype == "text/html"
    if "service" in g:
        headers["FYP-Release"] = request_context().engine.release_id
    if response.status_code >= 400:
        headers["Cache-Control"] = NO_STORE
    elif request.endpoint == "static":
        headers["Cache-Control"] = _FOR_EVER if request.args.get("v") else facts_of(current_app).max_age
    elif "Cache-Control" not in headers and request.method != "OPTIONS":
        safe = request.method in _SAFE
        # a page also describes the current release, so it changes even if its address pins a release
        headers["Cache-Control"] = NO_STORE if not safe else facts_of(current_app).max_age if is_page else max_age()
        if safe and response.status_code == 200 and "ETag" not in headers:
            headers["ETag"] = _tag(response)
    return response


def _tag(response: Response) -> str:
    body = hashlib.sha256(request.get_data()).hexdigest() if request.method == "QUERY" else ""
    query = request.query_string.decode("latin-1")  # any bytes; full_path would need UTF-8
    target = f"{request.script_root}{request.path}?{query} {body}"
    releases = " ".join(response.headers.get(name, "") for name in ("FYP-Release", "FYP-Current-Release"))
    kind = " ".join(filter(None, [response.content_type, response.headers.get("Content-Language")]))
    return tag_of_page(releases.strip(), target, kind, edition_here())


def _compare(response: Response) -> Response:
    """Return a 304 if the client has the response already. The gateway compares its own requests."""
    tag, sent_tag = response.headers.get("ETag"), request.headers.get("If-None-Match")
    if CANCELLATION in request.environ or not tag or not sent_tag or response.status_code != 200:
        return response
    if request.method not in _SAFE or not matches(sent_tag, tag):
        return response
    response.close()
    headers = [(key, value) for key, value in response.headers if key not in OF_THE_BODY]
    return Response(status=304, headers=headers)


def _stamps(folder: Path) -> dict[str, str]:
    """Return a hash of each static file for its address. A changed file gets a new address, so clients may keep it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def _true_stamp(facts: Facts, values: Mapping[str, Any], fields: Fields) -> Fields:
    """Drop a stamp that does not match the file, because the file may change with the program."""
    stamp = facts.stamps.get(str(values.get("filename")))
    return [field for field in fields if field[1] == stamp]


def _stamp(endpoint: str, values: dict[str, object]) -> None:
    stamp = facts_of(current_app).stamps.get(str(values.get("filename")))
    if endpoint == "static" and stamp:
        values.setdefault("v", stamp)
