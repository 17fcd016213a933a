"""Self-test of the canned questions on a new graph: each must meet the tests of its header, or the build stops."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.core.errors import KgError, QuestionBroken
from kg.core.names import LANGUAGES
from kg.engine import Engine
from kg.questions.catalogue import CannedQuestion, Catalogue
from kg.questions.result import QuestionResult, answer_question


@dataclass(frozen=True)
class SelfTest:
    """The outcome of a question with its default values.

    ``digest`` is a hash of the rows for comparing releases; ``milliseconds`` is the time on this machine.
    ``unlabelled`` counts resources without a label by language, zeros left out.
    """

    slug: str
    rows: int
    digest: str
    milliseconds: float
    unlabelled: Mapping[str, int]

    def to_fields(self) -> dict[str, Any]:
        """Return the outcome as JSON fields."""
        return asdict(self)


def run_self_tests(engine: Engine, catalogue: Catalogue) -> list[SelfTest]:
    """Answer every question with its defaults, and then with the tests of its header.

    Raises:
        QuestionBroken: names each question that fails or breaks a promise, and how.
    """
    trials, broken = [], []
    for question in catalogue.questions.values():
        try:
            trials.append(_try(engine, question))
            broken += [f"{question.slug}: {what}" for what in _broken_promises(engine, question)]
        except KgError as error:
            broken.append(f"{question.slug}: {error}")
    if broken:
        raise QuestionBroken(
            "Canned questions no longer answer as their headers promise:\n"
            + "\n".join(broken)
            + "\nCorrect the query or the data; where the answer has rightly changed, correct 'tests' in the header."
        )
    return trials


def _try(engine: Engine, question: CannedQuestion) -> SelfTest:
    start = time.perf_counter()
    answered = answer_question(engine, question, {})
    spent = (time.perf_counter() - start) * 1000
    return SelfTest(question.slug, len(answered.rows), _digest(answered.rows), round(spent, 1), _unlabelled(answered))


def _digest(rows: Iterable[Sequence[object]]) -> str:
    """Return sixteen hexadecimal digits that are equal for equal rows in equal order."""
    total = hashlib.sha256()
    for row in rows:
        total.update("\t".join(map(str, row)).encode() + b"\n")
    return total.hexdigest()[:16]


def _unlabelled(answered: QuestionResult) -> dict[str, int]:
    """Return the number of resources without a label by language; citations and figures are left out."""
    things = {cell for row in answered.rows for cell in row if isinstance(cell, NamedNode)}
    # texts in no language and texts in a single one are not meant to be translated
    spoken = [labels for labels in map(answered.labels.get, things) if labels and "" not in labels and len(labels) > 1]
    counts = {language: sum(language not in labels for labels in spoken) for language in LANGUAGES}
    return {language: count for language, count in counts.items() if count}


def _broken_promises(engine: Engine, question: CannedQuestion) -> list[str]:
    broken = [] if question.tests else ["its header promises nothing; add 'tests' with rows or min_rows"]
    for promise in question.tests:
        params = promise.get("params") or {}
        values = {key: value if isinstance(value, list) else [value] for key, value in params.items()}
        count = len(answer_question(engine, question, values).rows)
        message = f"with {params or 'its default values'} it has {count} rows"
        if "rows" in promise and count != int(promise["rows"]):
            broken.append(f"{message}, not {promise['rows']}")
        if count < int(promise.get("min_rows", 0)):
            broken.append(f"{message}, fewer than {promise['min_rows']}")
    return broken
