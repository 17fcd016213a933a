"""Targets and their progress, from the canned question on targets against outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.charts.bullet import Target, targets_of, written
from kg.charts.context import ChartContext
from kg.core.errors import N_
from kg.core.lru_cache import LruCache
from kg.core.names import curie
from kg.core.partial_date import partial_date
from kg.questions.result import QuestionResult, Row, answer_question
from server.core.context import RequestContext
from server.core.i18n.language import gettext

QUESTION = "targets-against-outcomes"
STATES = ("met", "onTrack", "behind", "unknown")
"""The states of a target, the best first."""

WORDS = {
    "met": N_("met"),
    "onTrack": N_("on track"),
    "behind": N_("behind"),
    "unknown": N_("unknown"),
}


@dataclass(frozen=True)
class TrackedTarget:
    """A target of a plan: its indicator, its figures as text, its state, and the evidence of each figure.

    ``share`` is the covered part of the way to the target, in per cent.
    """

    plan: NamedNode
    indicator: NamedNode
    unit: NamedNode | None
    start: str
    start_year: str
    printed: str
    official: str
    target_year: str
    latest: str
    observed: str
    share: str
    state: str
    differs: bool
    evidence: dict[str, NamedNode]


@dataclass(frozen=True)
class _Progress:
    """The answer for all plans, and the targets in it."""

    answered: QuestionResult
    tracked_targets: tuple[TrackedTarget, ...]


# by release and language, since a release never changes: four releases in three languages
_cache = LruCache[tuple[str, str], _Progress](12)


@dataclass(frozen=True)
class TargetSummary:
    """The number of targets in each state."""

    numbers: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """The number of all targets."""
        return sum(number for _, number in self.numbers)

    @property
    def judged(self) -> int:
        """The number of targets with an outcome to compare with."""
        return sum(number for state, number in self.numbers if state != "unknown")

    def __getitem__(self, state: str) -> int:
        """Return the number of targets in a state."""
        return dict(self.numbers)[state]


def summarise_targets(tracked_targets: Iterable[TrackedTarget]) -> TargetSummary:
    """Return the numbers of targets by state."""
    states = [tracked_target.state for tracked_target in tracked_targets]
    return TargetSummary(tuple((state, states.count(state)) for state in STATES))


def state_words(state: str) -> str:
    """Return a state in the language of the page."""
    return gettext(WORDS[state])


def answered_here(service: RequestContext, language: str) -> QuestionResult:
    """Return the answer for all plans, read once for a release and a language.

    Raises:
        As ``Engine.answer``.
    """
    return _known(service, language).answered


def tracked_targets_here(service: RequestContext, language: str) -> tuple[TrackedTarget, ...]:
    """Return the targets of all plans, the most advanced first. Two sources with equal figures give one target.

    Raises:
        As ``Engine.answer``.
    """
    return _known(service, language).tracked_targets


def _known(service: RequestContext, language: str) -> _Progress:
    def make() -> _Progress:
        answered = answer_question(service.engine, service.catalogue.get(QUESTION), {}, language)
        return _Progress(answered, _tracked_targets_of(answered))

    return _cache.get((service.engine.release_id, language), make)


def _tracked_targets_of(answered: QuestionResult) -> tuple[TrackedTarget, ...]:
    column = answered.place("plan")
    # an indicator without a target has a row without a plan, which is no target
    rows = tuple(row for row in answered.rows if isinstance(row[column], NamedNode))
    # the chart code writes figures; the theme has no effect on texts
    sheet = ChartContext(replace(answered, rows=rows), answered.question.chart or {}, "light")
    return tuple(sorted((_tracked_target(sheet, target) for target in targets_of(sheet)), key=_rank))


def of_plan(answered: QuestionResult, plan: NamedNode) -> QuestionResult:
    """Return the rows of one plan from the answer for all plans."""
    column = answered.place("plan")
    rows = tuple(row for row in answered.rows if row[column] == plan)
    parameters, chosen = {"plan": (curie(plan),)}, {**answered.chosen, "plan": (plan,)}
    return replace(answered, rows=rows, total=len(rows), values=parameters, chosen=chosen)


def sorted_rows(answered: QuestionResult) -> tuple[Row, ...]:
    """Return the rows of an answer, the most advanced targets first."""
    progress, share = answered.place("progress"), answered.place("share")

    def rank(row: Row) -> tuple[int, float]:
        # a row without a share comes last in its state, after negative shares as well
        return STATES.index(_state(row[progress])), -float(getattr(row[share], "value", "-1000"))

    return tuple(sorted(answered.rows, key=rank))


def _rank(tracked_target: TrackedTarget) -> tuple[int, float]:
    return STATES.index(tracked_target.state), -float(tracked_target.share or -1000)


def _state(term: object) -> str:
    local = curie(term).removeprefix("fyp:") if isinstance(term, NamedNode) else ""
    return local if local in STATES else "unknown"


def _tracked_target(sheet: ChartContext, target: Target) -> TrackedTarget:
    row = target.row
    plan, indicator, unit = (_cell(sheet, row, column) for column in ("plan", "indicator", "unit"))
    # a cell may be any term, and the type checker knows neither the filter of ``_tracked_targets_of`` nor the query
    assert isinstance(plan, NamedNode)  # noqa: S101 - the rows were chosen so
    assert isinstance(indicator, NamedNode)  # noqa: S101 - every row of the question has one
    sources = (("start", "baselineSource"), ("printed", "statedSource"), ("official", "officialSource"))
    evidence = {
        field: term
        for field, column in (*sources, ("latest", "latestSource"))
        if isinstance(term := _cell(sheet, row, column), NamedNode)
    }
    return TrackedTarget(
        plan=plan,
        indicator=indicator,
        unit=unit if isinstance(unit, NamedNode) else None,
        start=sheet.amount("baseline", row),
        start_year=_text(sheet, row, "baselineYear"),
        printed=written(sheet, "printed", target),
        official=written(sheet, "official", target),
        target_year=_text(sheet, row, "targetYear"),
        latest=sheet.amount("latest", row),
        observed=_when(_text(sheet, row, "observed"), sheet.language),
        share=f"{target.share:.0f}" if target.share is not None else "",
        state=_state(target.state),
        differs=None not in (target.printed, target.official) and target.printed != target.official,
        evidence=evidence,
    )


def _when(written_so: str, language: str) -> str:
    date = partial_date(Literal(written_so))
    return date.written(language) if date is not None else written_so


def _cell(sheet: ChartContext, row: Row, column: str) -> object:
    return row[sheet.result.place(column)]


def _text(sheet: ChartContext, row: Row, column: str) -> str:
    return str(getattr(_cell(sheet, row, column), "value", ""))


def by_plan(tracked_targets: Sequence[TrackedTarget]) -> dict[NamedNode, list[TrackedTarget]]:
    """Group targets by their plan."""
    targets_by_plan: dict[NamedNode, list[TrackedTarget]] = {}
    for tracked_target in tracked_targets:
        targets_by_plan.setdefault(tracked_target.plan, []).append(tracked_target)
    return targets_by_plan
