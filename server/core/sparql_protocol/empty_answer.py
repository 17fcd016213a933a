"""Why an answer is empty, told as JSON, text or HTML by Accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from flask import Response, jsonify, render_template

from kg.diagnostics.empty_result import Explanation, Finding, explain, misspelt_names
from kg.engine import Question
from server.core import urls
from server.core.context import request_context
from server.core.http.freshness import NO_STORE
from server.core.i18n.language import named_here, translate
from server.core.sparql_protocol.hints import terms_here
from server.core.sparql_protocol.protocol import negotiate
from server.core.sparql_protocol.request import accept_here

_OFFERED = ["application/json", "text/html", "text/plain"]


def explain_empty(question: Question) -> Response:
    """The explanation of a question, which is asked first: what it cannot be asked for, it is told as ever.

    Raises:
        As ``Engine.answer``.
    """
    engine = request_context().engine
    for _ in engine.answer(question).chunks():
        pass
    explanation = explain(engine, question, terms_here(), request_context().budget)
    response = _told(explanation, question.text)
    response.headers["Vary"] = "Accept"
    response.headers["FYP-Release"] = engine.release_id
    if not explanation.complete:  # another time more of it may be known
        response.headers["Cache-Control"] = NO_STORE
    return response


def hints(text: str) -> list[tuple[Finding, str]]:
    """What is misspelt in a query with an empty answer, each with the address of the form with it mended."""
    return _linked(misspelt_names(request_context().engine, Question(text), terms_here(), request_context().budget))


def _linked(findings: Sequence[Finding]) -> list[tuple[Finding, str]]:
    return [(finding, urls.sparql(finding.mended) if finding.mended else "") for finding in findings]


def _told(explanation: Explanation, text: str) -> Response:
    accept = accept_here()
    # as with problems: programs that accept anything, such as curl, get plain words
    wanted = negotiate(accept, _OFFERED) if "text/html" in accept or "json" in accept else "text/plain"
    if wanted == "text/html":
        linked = _linked(explanation.findings)
        page = render_template("explain.html", explanation=explanation, findings=linked, query=text)
        return Response(page, mimetype="text/html")
    if wanted == "text/plain":
        return Response(in_words(explanation), mimetype="text/plain")
    return jsonify(_as_data(explanation))


def _as_data(explanation: Explanation) -> dict[str, object]:
    """Return the explanation in English; if the address names a language, each reason has ``said`` in it too."""
    findings = [_finding(finding) for finding in explanation.findings]
    return {**asdict(explanation), "summary": str(explanation.summary), "findings": findings}


def _finding(finding: Finding) -> dict[str, object]:
    members = {**asdict(finding), "words": str(finding.words)}
    return {**members, "said": translate(finding.words)} if named_here() else members


def in_words(explanation: Explanation) -> str:
    """The explanation as plain text."""
    lines = [str(explanation.summary), ""]
    lines += [f"- Line {finding.line}, column {finding.column}: {finding.words}" for finding in explanation.findings]
    lines += ["", "Pattern by pattern (alone / joined with those before it):"] if explanation.steps else []
    for step in explanation.steps:
        lines.append(f"  {word(step.alone)} / {word(step.joined)}  {step.pattern}")
    if not explanation.complete:
        lines += ["", "Some questions could not be asked; the explanation is not complete."]
    return "\n".join(lines).rstrip() + "\n"


def word(matches: bool | None) -> str:  # noqa: FBT001 - a plain fact
    """Whether a pattern matches, in a word."""
    return {True: "matches", False: "nothing", None: "not asked"}[matches]
