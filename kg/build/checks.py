"""Checks: SELECTs over the whole dataset that must return no row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.core.errors import HeaderInvalid
from kg.core.names import curie, slug_of
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.sources.files import Declarations
from kg.sparql.header import read_query_files

SUFFIX = "-violation"
SEVERITIES = ("violation", "warning")


@dataclass(frozen=True)
class Check:
    """A SELECT of ``?thing`` and perhaps ``?detail``; each row is a resource that breaks the check."""

    slug: str
    title: str
    remedy: str
    severity: str
    text: str


@dataclass(frozen=True)
class Violation:
    """One resource that breaks one check or shape; a ``warning`` does not stop a build."""

    check: str
    thing: NamedNode | None
    detail: str
    title: str
    remedy: str
    severity: str

    def describe(self, where: Declarations) -> str:
        """Return the violation in two lines: file, resource, what is wrong; and the remedy."""
        subject = "the data" if self.thing is None else slug_of(self.thing) or curie(self.thing)
        place = "" if self.thing is None else where.place(self.thing) + ": "
        detail = f" ({self.detail})" if self.detail else ""
        return f"{place}{subject}: {self.title}{detail} [{self.check}]\n    Remedy: {self.remedy}"


def read_checks(folder: Path = PROJECT / "queries" / "checks") -> list[Check]:
    """Read the checks of a folder.

    Raises:
        HeaderInvalid: a header lacks a field, or its severity is unknown.
        FileUnreadable: the folder holds no check.
    """
    checks = []
    for file in read_query_files(folder, SUFFIX):
        head = file.header
        if head.get("severity") not in SEVERITIES or not head.get("title") or not head.get("remedy"):
            raise HeaderInvalid(f"{file.path}: the header needs title, remedy, and severity violation or warning.")
        checks.append(Check(file.slug, head["title"], head["remedy"], head["severity"], file.text))
    return checks


def run_checks(store: Store, checks: Iterable[Check]) -> list[Violation]:
    """Return all violations of the checks, in order of check and resource."""
    return [violation for check in checks for violation in _violations(store, check)]


def _violations(store: Store, check: Check) -> list[Violation]:
    solutions = store.query(check.text)
    if not isinstance(solutions, QuerySolutions):
        raise HeaderInvalid(f"Check {check.slug} is no SELECT.")
    names = {variable.value for variable in solutions.variables}
    violations = []
    for solution in solutions:
        thing = solution["thing"]
        # pyoxigraph raises an error for a variable that the query does not have
        detail = solution["detail"] if "detail" in names else None
        violations.append(
            Violation(
                check.slug,
                # a resource without an IRI cannot be looked up, so its text becomes the detail
                thing if isinstance(thing, NamedNode) else None,
                _words(detail) or ("" if isinstance(thing, NamedNode) else _words(thing)),
                check.title,
                check.remedy,
                check.severity,
            )
        )
    return violations


def _words(term: object) -> str:
    if isinstance(term, NamedNode):
        return curie(term)
    return term.value if isinstance(term, Literal) else str(term or "")
