"""The outcomes as an EARL report (https://www.w3.org/TR/EARL10-Schema/) and as a page for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.core.settings import PROJECT
from tests.w3c import sparql12
from tests.w3c.manifest import SUITES
from tests.w3c.runner import FAILED, INAPPLICABLE, PASSED, Outcome, Run

PAGE = PROJECT / "docs" / "reference" / "conformance.md"
EARL = PROJECT / "docs" / "reference" / "conformance.ttl"

_PAGE_START = """# Conformance

The SPARQL endpoint is tested with the W3C tests that use HTTP: the SPARQL 1.1 Protocol, the Graph Store Protocol and
the Service Description. The project's own runner (`tests/w3c/`) reads the W3C's manifests and starts `kg serve` over
releases with the data of the tests. It sends the requests byte for byte. The W3C's files are not part of this
project. They are looked for in `../shared/w3c/sparql11`, or in the folder that `W3C_TESTS` names, such as the folder
`sparql/sparql11` of <https://github.com/w3c/rdf-tests>. Without them the tests are skipped.

This page and the EARL report beside it, [conformance.ttl](conformance.ttl), are written by `.venv/bin/python -m
tests.w3c`, and a test holds both against a fresh run.

- **passed**: every response was as the manifest wants it.
- **inapplicable**: the test writes, and a release never changes. Each of its writes was sent and refused with 403 and
  a reason. Some Graph Store tests read after a write. They read from a release that holds the data of a writable
  store at that point, and the result agrees with the manifest.
- **failed**: anything else.
"""

_TWELVE = """
## SPARQL 1.2

The engine is pyoxigraph, which has SPARQL 1.2 in part. Each row was tried over HTTP. The `version` parameter of
the protocol is read over, in the URL and in media types (`application/sparql-query; version=1.2`, also in `Accept`):
the text itself decides what it needs.

| feature | works | tried with |
|---|---|---|
"""


def page(run: Run) -> str:
    """The page, as Markdown."""
    parts = [_PAGE_START, "\n## Counts\n\n| suite | tests | passed | inapplicable | failed |\n|---|---|---|---|---|\n"]
    parts += [_count_row(suite, [result for result in run.outcomes if result.case.suite == suite]) for suite in SUITES]
    parts += [_count_row("all", run.outcomes)]
    parts += ["\n## Refused requests\n\n", *(f"- {reason}\n" for reason in _reasons(run.outcomes))]
    for suite in SUITES:
        parts.append(f"\n## {suite}\n\n| test | what it does | outcome |\n|---|---|---|\n")
        parts += [_row(outcome) for outcome in run.outcomes if outcome.case.suite == suite]
    parts += [_TWELVE, *(f"{row}\n" for row in sparql12.table(run.features))]
    return "".join(parts)


def earl(run: Run) -> str:
    """The report, as Turtle; it has no date, so that the same outcomes give the same bytes."""
    head = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .

<#service> a earl:TestSubject , earl:Software , doap:Project ;
    doap:name "fyp-kg" ;
    doap:programming-language "Python" .

<#runner> a earl:Assertor , earl:Software ;
    dcterms:title "tests/w3c of fyp-kg" .
"""
    return head + "".join(map(_assertion, run.outcomes))


def _assertion(outcome: Outcome) -> str:
    note = _note(outcome)
    info = f' ;\n        earl:info "{_escaped(note)}"@en' if note else ""
    return f"""
<#{outcome.case.short}> a earl:Assertion ;
    earl:assertedBy <#runner> ;
    earl:subject <#service> ;
    earl:test <{outcome.case.iri}> ;
    earl:mode earl:automatic ;
    earl:result <#{outcome.case.short}-result> .
<#{outcome.case.short}-result> a earl:TestResult ;
    earl:outcome earl:{outcome.word}{info} .
"""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _count_row(suite: str, outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.word for outcome in outcomes)
    cells = [suite, str(len(outcomes)), *(str(counts[word]) for word in (PASSED, INAPPLICABLE, FAILED))]
    return f"| {' | '.join(cells)} |\n"


def _row(outcome: Outcome) -> str:
    unlisted = "" if outcome.case.listed else " (in the manifest, but not in its list)"
    note = _note(outcome)
    text = f"{outcome.word}: {note}" if note else outcome.word
    return f"| `{outcome.case.short}` | {outcome.case.title}{unlisted} | {text} |\n"


def _note(outcome: Outcome) -> str:
    if outcome.faults:
        return "; ".join(outcome.faults)
    if not outcome.refused:
        return ""
    parts = [_counted(outcome.refused, "write refused", "writes refused")]
    if outcome.read:
        parts.append(_counted(outcome.read, "read as wanted", "reads as wanted"))
    if outcome.unreadable:
        parts.append(f"{outcome.unreadable} not to be asked without the write")
    return ", ".join(parts)


def _reasons(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted({reason for outcome in outcomes for reason in outcome.reasons})


def _counted(number: int, singular: str, several: str) -> str:
    return f"{number} {singular if number == 1 else several}"
