"""Whether the ``chart`` of a question can be drawn: its kind is known, and its fields name columns."""

from __future__ import annotations

from kg.charts.kinds import KINDS
from kg.core.errors import HeaderInvalid
from kg.questions.catalogue import CannedQuestion


def check_chart(question: CannedQuestion) -> None:
    """Refuse a chart that could not be drawn; a question without one is right.

    Raises:
        HeaderInvalid: the kind is unknown, a field is missing or unknown, or names no column of the question.
    """
    if question.chart is None:
        return
    problem = _problem(question)
    if problem:
        raise HeaderInvalid(f"{question.slug}.rq: chart: {problem}.")


def _problem(question: CannedQuestion) -> str:
    chart = question.chart or {}
    kind = KINDS.get(chart.get("kind", ""))
    if kind is None:
        return f"kind is {chart.get('kind')!r}; it must be one of {', '.join(KINDS)}"
    fields = {key: value for key, value in chart.items() if key != "kind" and key not in kind.besides}
    if missing := [field for field in kind.needs if field not in fields]:
        return f"{chart['kind']} needs {', '.join(missing)}"
    if strange := [field for field in fields if field not in kind.needs + kind.may]:
        known = kind.needs + kind.may + kind.besides
        return f"{chart['kind']} has no field {', '.join(strange)}; it may have {', '.join(known)}"
    columns = [column.name for column in question.columns]
    if lost := [str(value) for value in fields.values() if value not in columns]:
        return f"{', '.join(lost)} is no column; there are {', '.join(columns)}"
    return kind.wrong(question)
