"""Freshness of responses: the version of the program, entity tags, and conditional requests (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.http import parse_etags, quote_etag

import kg
from kg.core.settings import PROJECT, Settings
from kg.engine import Question
from kg.sparql.fast_scan import may_say
from kg.sparql.lexer import Kind, kind_of
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Annotation, BlankNode, Call, Collection, PropertyList, ReifiedTriple, Service
from server.core.context import CANCELLATION, pin, request_context
from server.core.http import codings
from server.core.parameters import Fields, Reads, declare

_LIBRARIES = (
    *("pyoxigraph", "flask", "jinja2", "babel", "flask-compress", "brotli", "backports.zstd"),
    *("vl-convert-python", "xlsxwriter", "opencc", "rapidfuzz"),
)
_DIGITS = 16
_SUFFIXES = (".py", ".html", ".css", ".js", ".mo")


def build_version(settings: Settings) -> str:
    """Return a hash of everything besides the release that shapes a response.

    It covers our code, templates, files, queries, kept ontologies, some libraries and some settings. Memory and disk
    stores order their quads differently, which shows in queries without ORDER BY. An older release is in memory or on
    disk, depending on how many may be open.
    """
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.name.encode("utf-8") + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    digest.update(f"{settings.memory_max_quads} {settings.older_releases}\0".encode())
    if settings.source_text is not None:
        digest.update(settings.source_text.read_bytes())
    return digest.hexdigest()[:_DIGITS]


def _files() -> list[Path]:
    folders = [Path(kg.__file__).parent, Path(__file__).parents[2]]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in _SUFFIXES]
    versions = (PROJECT / "ontology" / "versions").rglob("*.ttl")
    # sorted, because the order of a folder differs between file systems
    return sorted(files) + sorted((PROJECT / "queries").glob("*/*.rq")) + sorted(versions)


_CHANGING = frozenset(["NOW", "RAND", "UUID", "STRUUID", "SERVICE"])
_NAMELESS = (BlankNode, PropertyList, Collection, ReifiedTriple, Annotation)
_HEXADECIMAL_DIGITS = 32


class Determinism(Enum):
    """The part of an answer that stays the same when its query runs again over the same release."""

    BYTES = "bytes"
    MEANING = "meaning"
    NOTHING = "nothing"


def determinism_of(text: str) -> Determinism:
    """Return how steady the answer to a query is. Blank nodes get new labels each time; NOW() changes.

    A text that does not parse counts as the least steady.
    """
    # a fast scan decides first: most texts have none of these names anywhere, and only the others are parsed
    makes_nodes = kind_of(text) is Kind.CONSTRUCT
    if not makes_nodes and not may_say(text, *_CHANGING, "BNODE"):
        return Determinism.BYTES
    query = parse_query(text)
    if query is None or any(True for _ in query.of(Service)):
        return Determinism.NOTHING
    calls = {call.name for call in query.of(Call)}
    if calls & _CHANGING:
        return Determinism.NOTHING
    makes_nodes = any(isinstance(node, _NAMELESS) for triples in query.template for node in triples.walk())
    return Determinism.MEANING if makes_nodes or "BNODE" in calls else Determinism.BYTES


def tag_of_answer(release_id: str, question: Question, edition: str) -> str | None:
    """Return the entity tag of an answer: weak if only its meaning is steady, None if nothing is."""
    determinism = determinism_of(question.text)
    if determinism is Determinism.NOTHING:
        return None
    graphs = (node.value for node in (*question.default_graphs, *question.named_graphs))
    # the numbers separate the two lists of graphs, which follow each other in the digest
    counts = f"{len(question.default_graphs)}/{len(question.named_graphs)}"
    opaque = _digest([release_id, edition, question.form.media_type, question.text, counts, *graphs])
    return quote_etag(opaque, weak=determinism is Determinism.MEANING)


def tag_of_page(release_id: str, target: str, content_type: str, edition: str) -> str:
    """Return the entity tag of a page or file, from its release, path with query, and content type."""
    return quote_etag(_digest([release_id, edition, content_type, target]))


def with_coding(tag: str, coding: str) -> str:
    """Return the tag of the same answer in a content coding, in the format of Flask-Compress."""
    return tag if tag.startswith("W/") else f'{tag[:-1]}:{coding}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Return True if If-None-Match contains the tag or ``*``, by weak comparison (RFC 9110, section 13.1.2)."""
    return parse_etags(if_none_match).contains_weak(tag.removeprefix("W/").strip('"'))


def named(if_none_match: str, tags: Iterable[str]) -> str | None:
    """Return the first tag that If-None-Match names explicitly, or None. ``*`` names none."""
    # ``*`` matches any existing answer, and if there is one is known only after the query has run
    if parse_etags(if_none_match).star_tag:
        return None
    return next((tag for tag in tags if matches(if_none_match, tag)), None)


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        written = part.encode("utf-8", "surrogatepass")
        # the length before each part: otherwise ``ab``, ``c`` and ``a``, ``bc`` would have the same digest
        digest.update(len(written).to_bytes(8, "big"))
        digest.update(written)
    return digest.hexdigest()[:_HEXADECIMAL_DIGITS]


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
    app.after_request(_set_freshness)


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


def _set_freshness(response: Response) -> Response:
    headers, is_page = response.headers, response.mimetype == "text/html"
    if "service" in g:
        headers["FYP-Release"] = request_context().engine.release_id
    if response.status_code >= 400:
        headers["Cache-Control"] = NO_STORE
    elif request.endpoint == "static":
        # a stamp that does not match the file was removed from the query, so ``v`` is right here
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
    # the body is not sent, so its iterator must release what it holds
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
