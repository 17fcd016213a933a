"""Problem documents (RFC 9457): the table of statuses, folders that visitors do not see, and the document of faults."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from http.client import responses
from math import ceil
from pathlib import Path

from kg.core.errors import (
    AnswerTooLarge,
    BatchTooLarge,
    BodyTooSlow,
    ClientBusy,
    ColumnUnknown,
    DiskFull,
    DumpUnknown,
    EngineBusy,
    EngineLost,
    EnginePanicked,
    EngineUnreachable,
    ExportUnknown,
    FederationFailed,
    FederationTooSlow,
    FormUnavailable,
    GraphUnknown,
    KgError,
    MediaTypeUnsupported,
    MementoMissing,
    Message,
    PageUnknown,
    ParameterInvalid,
    PictureFailed,
    PictureMissing,
    PictureTooLarge,
    QueryFailed,
    QueryInvalid,
    QueryRefused,
    QueryTooDeep,
    QueryTooLarge,
    QuestionCancelled,
    QuestionTooHeavy,
    QuestionTooLong,
    QuestionUnknown,
    ReleaseBroken,
    ReleaseGone,
    ReleaseUnknown,
    RequestInvalid,
    SearchTooLong,
    ThingRetired,
    ThingUnknown,
    VersionUnknown,
    VocabularyUnknown,
    WriteRefused,
)
from kg.core.names import LANGUAGES, PROBLEM
from kg.core.settings import PROJECT, Settings
from kg.diagnostics.syntax import Advice
from server.core.i18n.language import translate_to
from server.core.sparql_protocol.protocol import negotiate


def folders_of(settings: Settings) -> dict[str, str]:
    """Return the text that clients read instead of each folder, the longest folder first."""
    source = {str(settings.source_text): "KG_SOURCE_TEXT"} if settings.source_text is not None else {}
    names = {
        str(settings.home): "KG_HOME",
        str(settings.home.resolve()): "KG_HOME",
        **source,
        str(PROJECT): "the program's folder",
        tempfile.gettempdir(): "the folder for temporary files",
        str(Path.home()): "the home folder",
    }
    # The longest first, so that a folder is replaced before the folder that contains it. A root folder would match
    # every slash of a text, so it is left out.
    return {folder: names[folder] for folder in sorted(names, key=len, reverse=True) if len(folder) > 1}


def hide_folders(text: str, folders: Mapping[str, str]) -> str:
    """Return a text in which names replace the folders of the machine."""
    for folder, words in folders.items():
        text = text.replace(folder, words)
    return text


STATUS: dict[type[KgError], int] = {
    QueryInvalid: 400,
    QueryTooDeep: 400,
    QueryFailed: 400,
    RequestInvalid: 400,
    ParameterInvalid: 400,
    ColumnUnknown: 400,
    SearchTooLong: 400,
    QueryRefused: 403,
    WriteRefused: 403,
    GraphUnknown: 404,
    DumpUnknown: 404,
    MementoMissing: 404,
    PageUnknown: 404,
    ThingUnknown: 404,
    VersionUnknown: 404,
    QuestionUnknown: 404,
    PictureMissing: 404,
    VocabularyUnknown: 404,
    ExportUnknown: 404,
    ReleaseUnknown: 404,
    ReleaseGone: 410,
    ThingRetired: 410,
    FormUnavailable: 406,
    QueryTooLarge: 413,
    BatchTooLarge: 413,
    MediaTypeUnsupported: 415,
    BodyTooSlow: 408,
    AnswerTooLarge: 413,
    PictureTooLarge: 413,
    # the request is valid, but repeating it cannot succeed
    QuestionTooHeavy: 422,
    PictureFailed: 422,
    ClientBusy: 429,
    QuestionCancelled: 499,
    EnginePanicked: 501,
    FederationFailed: 502,
    EngineBusy: 503,
    EngineLost: 503,
    EngineUnreachable: 503,
    ReleaseBroken: 503,
    DiskFull: 507,
    QuestionTooLong: 504,
    FederationTooSlow: 504,
}

# Each 503 names the time of a retry. A light query ends in a moment; the operator must replace a broken release.
RETRY_SECONDS: dict[type[KgError], int] = {ClientBusy: 1, EngineBusy: 1, EngineLost: 1, ReleaseBroken: 60}


_OFFERED = ["text/html", "application/problem+json", "application/json", "text/plain"]
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Problem:
    """The content of a problem document. ``members`` are its extension members (RFC 9457, section 3.2)."""

    status: int
    kind: str
    detail: Message | str
    members: Mapping[str, object] = field(default_factory=dict)
    advice: Advice | None = None
    retry_seconds: int | None = None


def problem_of(error: KgError, folders: Mapping[str, str], advice: Advice | None = None) -> Problem:
    """Return the problem of an error, without the folders of this machine."""
    kind = type(error)
    retry = RETRY_SECONDS.get(kind)
    if isinstance(error, EngineUnreachable):
        retry = max(1, ceil(error.wait_seconds))
    members = _members(error) if advice is None else _advice_members(advice)
    return Problem(STATUS.get(kind, 500), kind.__name__, detail_of(error, folders), members, advice, retry)


def detail_of(error: KgError, folders: Mapping[str, str]) -> Message | str:
    """Return the message of an error. If it names folders of this machine, return a text without them."""
    text = hide_folders(str(error), folders)
    return error.message if text == str(error) else text


def write_problem(problem: Problem, accept: str, render_page: Callable[[Problem], str]) -> tuple[str, str]:
    """Return the content type and the text of a problem in the form that the client accepts."""
    # clients that accept anything, such as curl, get text; browsers send text/html
    wanted = negotiate(accept, _OFFERED) if "text/html" in accept or "json" in accept else "text/plain"
    if wanted == "text/html":
        return _HTML, render_page(problem)
    if wanted in ("application/problem+json", "application/json"):
        return "application/problem+json", _json(problem)
    return "text/plain; charset=utf-8", _text(problem)


def _text(problem: Problem) -> str:
    current = f"The current release: {problem.members['current']}\n" if "current" in problem.members else ""
    advice = f"\n{problem.advice.excerpt}\n\n{problem.advice.remedy}\n" if problem.advice is not None else ""
    return f"{problem.detail}\n{current}{advice}"


def _json(problem: Problem) -> str:
    title = responses.get(problem.status, "Client Closed Request")  # 499 is nginx's number, and in no list
    document = {"type": PROBLEM + problem.kind, "title": title, "status": problem.status, "detail": str(problem.detail)}
    return json.dumps({**document, **problem.members}, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _members(error: KgError) -> dict[str, object]:
    if isinstance(error, QueryInvalid) and error.line:
        return {"line": error.line, "column": error.column}
    return {"calls": error.calls} if isinstance(error, FederationFailed) else {}


def _advice_members(advice: Advice) -> dict[str, object]:
    members = {**asdict(advice), "remedy": str(advice.remedy)}
    members["mend"] = members.pop("correction")  # the name in the JSON that clients read
    return {key: value for key, value in members.items() if value not in (None, "")}


# The document about a fault needs no template, request or release. Each of these may be what failed.
STATIC_STATUS = 500
_MESSAGE = Message(
    "The service has a fault, which its operator can read in its log. Try again later, or ask for something else."
)
DETAIL = str(_MESSAGE)
_TITLE = "Internal Server Error"
_KIND = PROBLEM + "InternalServerError"
_DOCUMENT = json.dumps({"type": _KIND, "title": _TITLE, "status": STATIC_STATUS, "detail": DETAIL}) + "\n"


def static_problem(accept: str) -> tuple[str, str]:
    """Return the media type and the text of the document for an Accept header."""
    accepted = accept.lower()
    if "text/html" in accepted:
        return "text/html; charset=utf-8", _page()
    if "json" in accepted:
        return "application/problem+json", _DOCUMENT
    return "text/plain; charset=utf-8", DETAIL + "\n"


@cache
def _page() -> str:
    texts = ((language, translate_to(_MESSAGE, language)) for language in LANGUAGES)
    paragraphs = "\n".join(f'<p lang="{language}">{text}</p>' for language, text in texts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{_TITLE}</title></head>\n'
        f"<body>\n<h1>{_TITLE}</h1>\n{paragraphs}\n</body>\n</html>\n"
    )
