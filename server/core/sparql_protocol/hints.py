"""Hints about a query: advice after an error, causes of an empty answer, and calls to other endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import Response, current_app, g, jsonify, render_template

from kg.core.errors import KgError
from kg.diagnostics.empty_result import Explanation, Finding, explain, misspelt_names
from kg.diagnostics.syntax import Advice, advise
from kg.diagnostics.term_suggestions import TermCache, Terms
from kg.engine import CancellableEngine, Question
from kg.engine.federation.engine import FederatingEngine
from kg.sparql.guard import refuse_danger
from server.core import urls
from server.core.context import request_context, waiting
from server.core.http.freshness import NO_STORE
from server.core.i18n.language import named_here, translate
from server.core.sparql_protocol.protocol import accept_here, negotiate

_KEY = "fyp-kg.known"
_LONGEST_LINKED = 6000  # characters of a query in an address; servers and browsers accept about 8,000 bytes


def terms_here() -> Terms:
    """Return the terms of the release that answers this request. They are read once for each release."""
    cache = current_app.extensions.setdefault(_KEY, TermCache())
    assert isinstance(cache, TermCache)  # noqa: S101 - set above
    return cache.of(request_context().engine)


def remember(text: str) -> None:
    """Store the query of this request, for the advice after an error."""
    g.query_text = text


def advice_on(error: KgError) -> Advice | None:
    """Return the advice on an error of this request, or None if it has no query."""
    text = g.get("query_text")
    return advise(error, text, terms_here) if isinstance(text, str) else None


@dataclass(frozen=True)
class CorrectedQuery:
    """The correction of a query: the changed lines, and the address of the form with the whole query."""

    lines: str
    link: str


def corrected_query(advice: Advice | None) -> CorrectedQuery | None:
    """Return the corrected query of this request; None if there is none, or if it is too long for an address."""
    if advice is None or advice.correction is None:
        return None
    corrected = advice.correction.applied(g.query_text)
    if len(corrected) > _LONGEST_LINKED:
        return None
    return CorrectedQuery(advice.correction.lines(g.query_text), urls.sparql(corrected))


_OFFERED = ["application/json", "text/html", "text/plain"]


def explain_empty(question: Question) -> Response:
    """Return the explanation of an empty result. The query runs first, so that its own errors are raised.

    Raises:
        As ``Engine.answer``.
    """
    engine = request_context().engine
    # read to the end, which closes the file of a large answer
    for _ in engine.answer(question).chunks():
        pass
    explanation = explain(engine, question, terms_here(), request_context().budget)
    response = _explanation_response(explanation, question.text)
    response.headers["Vary"] = "Accept"
    response.headers["FYP-Release"] = engine.release_id
    if not explanation.complete:  # a later explanation may be complete
        response.headers["Cache-Control"] = NO_STORE
    return response


def hints(text: str) -> list[tuple[Finding, str]]:
    """Return the misspelt names of a query with an empty answer, each with the form address of a correction."""
    return _linked(misspelt_names(request_context().engine, Question(text), terms_here(), request_context().budget))


def _linked(findings: Sequence[Finding]) -> list[tuple[Finding, str]]:
    return [(finding, urls.sparql(finding.corrected) if finding.corrected else "") for finding in findings]


def _explanation_response(explanation: Explanation, text: str) -> Response:
    accept = accept_here()
    # as with problems: clients that accept anything, such as curl, get plain text
    wanted = negotiate(accept, _OFFERED) if "text/html" in accept or "json" in accept else "text/plain"
    if wanted == "text/html":
        linked = _linked(explanation.findings)
        page = render_template("explain.html", explanation=explanation, findings=linked, query=text)
        return Response(page, mimetype="text/html")
    if wanted == "text/plain":
        return Response(in_words(explanation), mimetype="text/plain")
    return jsonify(_as_data(explanation))


def _as_data(explanation: Explanation) -> dict[str, object]:
    """Return the explanation in English. If the address names a language, each finding also has ``said`` in it."""
    findings = [_finding(finding) for finding in explanation.findings]
    return {**asdict(explanation), "summary": str(explanation.summary), "findings": findings}


def _finding(finding: Finding) -> dict[str, object]:
    members = {**asdict(finding), "words": str(finding.words)}
    members["mended"] = members.pop("corrected")  # the name in the JSON that clients read
    return {**members, "said": translate(finding.words)} if named_here() else members


def in_words(explanation: Explanation) -> str:
    """Return the explanation as plain text."""
    lines = [str(explanation.summary), ""]
    lines += [f"- Line {finding.line}, column {finding.column}: {finding.words}" for finding in explanation.findings]
    lines += ["", "Pattern by pattern (alone / joined with those before it):"] if explanation.steps else []
    for step in explanation.steps:
        lines.append(f"  {word(step.alone)} / {word(step.joined)}  {step.pattern}")
    if not explanation.complete:
        lines += ["", "Some questions could not be asked; the explanation is not complete."]
    return "\n".join(lines).rstrip() + "\n"


def word(matches: bool | None) -> str:  # noqa: FBT001 - a plain fact
    """Return a word for the result of a pattern; None means that it did not run."""
    return {True: "matches", False: "nothing", None: "not asked"}[matches]


def report_calls(question: Question) -> Response:
    """Return a report on the calls that a query makes to other endpoints. Its local part does not run.

    Raises:
        QueryRefused: this endpoint calls no other endpoints, or not the named one.
    """
    service = request_context()
    asker = service.engine
    # only the engine inside of the wrapper can report its calls, so the token is passed on by hand
    engine, cancellation = (asker.engine, asker.cancellation) if isinstance(asker, CancellableEngine) else (asker, None)
    if not isinstance(engine, FederatingEngine):
        refuse_danger(question.text, service.settings.max_nesting)
        return jsonify({"calls": []})
    with waiting():
        calls = engine.explain(question.text, cancellation)
    response = jsonify({"calls": [call.report() for call in calls]})
    response.headers["Cache-Control"] = "no-store"
    return response
