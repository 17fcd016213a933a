"""Problem documents: an error as problem+json (RFC 9457), HTML or text, by the Accept header. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from http.client import responses
from math import ceil

from kg.core.errors import EngineUnreachable, FederationFailed, KgError, QueryInvalid
from kg.core.messages import Message
from kg.core.names import PROBLEM
from kg.diagnostics.syntax import Advice
from server.core.http.folders import hide_folders
from server.core.http.statuses import RETRY_SECONDS, STATUS
from server.core.sparql_protocol.protocol import negotiate

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
    return {key: value for key, value in members.items() if value not in (None, "")}
