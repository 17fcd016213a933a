"""The targets of a plan, its provisions and challenges, and the notes on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, name, sparql_prologue
from kg.engine import Engine, select
from server.core.i18n.language import gettext
from server.pages.plans.overview import Part, value_of
from server.pages.resource.lookup import Mark, RowContext, Source, Value, source_of
from server.pages.result.cells import Cell
from server.pages.result.progress import TrackedTarget, state_words

# the braces of the four queries are doubled, because ``format`` inserts the plan
_FEATURES = (
    sparql_prologue("fyp")
    + """SELECT DISTINCT ?provision ?property ?feature WHERE {{
  VALUES ?property {{ fyp:cooperationArea fyp:cooperationMode fyp:cooperationMechanism fyp:partnerType }}
  ?provision a fyp:CooperationProvision ; fyp:inPlan {plan} ; ?property ?feature .
}} ORDER BY ?provision ?property ?feature"""
)
# a part answers a challenge if both name the same resource by the same property
_ANSWERS = (
    sparql_prologue("fyp")
    + """SELECT DISTINCT ?challenge ?shared ?answer WHERE {{
  VALUES ?property {{ fyp:mentionsTechnology fyp:mentionsSector fyp:mentionsStakeholder }}
  ?challenge a fyp:Challenge ; fyp:inPlan {plan} ; ?property ?shared .
  ?answer ?property ?shared ; fyp:inPlan {plan} ; a ?kind .
  FILTER(?kind IN (fyp:Objective, fyp:Measure, fyp:QuantitativeTarget, fyp:Milestone, fyp:Project, fyp:Application))
}} ORDER BY ?challenge ?shared ?answer"""
)
# notes are about the plan, about its parts, or about a figure of a part
_NOTES = (
    sparql_prologue("fyp")
    + """SELECT DISTINCT ?graph ?note ?type ?about ?indicator WHERE {{
  {{ BIND({plan} AS ?about) GRAPH ?graph {{ ?note fyp:notesOn {plan} }} }}
  UNION {{ ?about fyp:inPlan|fyp:officialPartOf+ {plan} . GRAPH ?graph {{ ?note fyp:notesOn ?about }} }}
  UNION {{
    ?about fyp:inPlan {plan} ; fyp:baseline|fyp:targetValue|fyp:achievedValue ?figure .
    GRAPH ?graph {{ ?note fyp:notesOn ?figure }}
  }}
  ?note fyp:noteType ?type .
  OPTIONAL {{ ?about fyp:measuredBy ?indicator }}
}} ORDER BY ?type ?note ?about"""
)
_SECTORS = (
    sparql_prologue("fyp")
    + """SELECT ?thing (COUNT(DISTINCT ?element) AS ?elements) WHERE {{
  ?element fyp:inPlan {plan} ; fyp:mentionsSector ?thing .
}} GROUP BY ?thing ORDER BY DESC(?elements) ?thing"""
)

ASIDE = ("notFound", "inferredFact", "ocrArtefact")
"""The types of notes without a difference between sources."""

Features = Mapping[NamedNode, tuple[tuple[NamedNode, NamedNode], ...]]
"""The features of provisions or challenges, as pairs of nodes."""


@dataclass(frozen=True)
class Note:
    """An editorial note in its graph, with its type, and the parts and indicators that it is about."""

    iri: NamedNode
    graph: NamedNode
    kind: NamedNode
    about: tuple[NamedNode, ...]
    indicators: tuple[NamedNode, ...]

    @property
    def differs(self) -> bool:
        """True if the note is about a difference between sources."""
        return curie(self.kind).removeprefix("fyp:") not in ASIDE


def features_of(engine: Engine, plan: NamedNode) -> Features:
    """Return the features of the provisions for cooperation of a plan.

    Raises:
        As ``Engine.answer``.
    """
    features: dict[NamedNode, tuple[tuple[NamedNode, NamedNode], ...]] = {}
    for provision, property_, feature in _nodes(engine, _FEATURES.format(plan=plan)):
        features[provision] = (*features.get(provision, ()), (property_, feature))
    return features


def answers_of(engine: Engine, plan: NamedNode) -> Features:
    """Return the parts that answer each challenge of a plan: the shared resource, and the part that names it.

    Raises:
        As ``Engine.answer``.
    """
    answers: dict[NamedNode, tuple[tuple[NamedNode, NamedNode], ...]] = {}
    for challenge, shared, answer in _nodes(engine, _ANSWERS.format(plan=plan)):
        answers[challenge] = (*answers.get(challenge, ()), (shared, answer))
    return answers


def notes_of(engine: Engine, plan: NamedNode) -> list[Note]:
    """Return the notes on a plan and its parts, each once.

    Raises:
        As ``Engine.answer``.
    """
    notes: dict[NamedNode, Note] = {}
    for graph, note, kind, about, indicator in select(engine, _NOTES.format(plan=plan)).rows:
        if not (isinstance(graph, NamedNode) and isinstance(note, NamedNode) and isinstance(kind, NamedNode)):
            continue
        # a note on several parts has several rows, and each row adds a part or an indicator
        earlier = notes.get(note, Note(note, graph, kind, (), ()))
        abouts = (*earlier.about, about) if isinstance(about, NamedNode) else earlier.about
        indicators = (*earlier.indicators, indicator) if isinstance(indicator, NamedNode) else earlier.indicators
        notes[note] = Note(note, graph, kind, tuple(dict.fromkeys(abouts)), tuple(dict.fromkeys(indicators)))
    return list(notes.values())


def sectors_of(engine: Engine, plan: NamedNode) -> dict[NamedNode, int]:
    """Return the sectors that a plan names, with the number of naming parts.

    Raises:
        As ``Engine.answer``.
    """
    rows = select(engine, _SECTORS.format(plan=plan)).rows
    return {row: int(n.value) for row, n in rows if isinstance(row, NamedNode) and isinstance(n, Literal)}


def _nodes(engine: Engine, text: str) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
    rows = select(engine, text).rows
    return [
        (row, other, third)
        for row, other, third in rows
        if isinstance(row, NamedNode) and isinstance(other, NamedNode) and isinstance(third, NamedNode)
    ]


MARKS = {"printed": name("fyp:kindStated"), "official": name("fyp:kindOfficial"), "latest": name("fyp:kindOutcome")}
# the class of the claim in each source: the briefing, and the official plan
_CLAIMS = {"printed": "QuantitativeTarget", "official": "OfficialTarget"}


@dataclass(frozen=True)
class ShownFigure:
    """A figure: its text, its year, the page of the claim, its mark, and its evidence."""

    text: str
    year: str = ""
    href: str = ""
    mark: Mark | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class PlanTarget:
    """A target of a plan. ``flags`` are notes on a difference between the briefing and the plan."""

    iri: NamedNode
    unit: NamedNode | None
    indicator: Cell
    start: ShownFigure
    printed: ShownFigure
    official: ShownFigure
    latest: ShownFigure
    state: str
    words: str
    share: str
    differs: str
    flags: tuple[Value, ...]


def targets_of_plan(
    row_context: RowContext,
    plan: NamedNode,
    tracked_targets: Iterable[TrackedTarget],
    parts: Sequence[Part],
    notes: Sequence[Note],
) -> tuple[PlanTarget, ...]:
    """Return the targets as rows, in their order."""
    return tuple(_plan_target(row_context, plan, tracked_target, parts, notes) for tracked_target in tracked_targets)


def _plan_target(
    row_context: RowContext,
    plan: NamedNode,
    tracked_target: TrackedTarget,
    parts: Sequence[Part],
    notes: Sequence[Note],
) -> PlanTarget:
    about = [note for note in notes if note.differs and tracked_target.indicator in note.indicators]
    differs = gettext(
        "Printed as %(printed)s; the plan says %(official)s.",
        printed=tracked_target.printed,
        official=tracked_target.official,
    )
    return PlanTarget(
        iri=tracked_target.indicator,
        unit=tracked_target.unit,
        indicator=row_context.reader.cell(tracked_target.indicator),
        start=_figure(row_context, tracked_target, "start", tracked_target.start, tracked_target.start_year),
        printed=_stated_figure(row_context, plan, tracked_target, parts, "printed"),
        official=_stated_figure(row_context, plan, tracked_target, parts, "official"),
        latest=_figure(row_context, tracked_target, "latest", tracked_target.latest, tracked_target.observed),
        state=tracked_target.state,
        words=state_words(tracked_target.state),
        share=tracked_target.share,
        differs=differs if tracked_target.differs else "",
        flags=tuple(value_of(row_context, plan, Part(target.iri, "Note", target.graph)) for target in about),
    )


def _stated_figure(
    row_context: RowContext, plan: NamedNode, tracked_target: TrackedTarget, parts: Sequence[Part], field: str
) -> ShownFigure:
    """Return a target as one source states it, with the page of the claim."""
    # the figure comes from the progress question; the claim adds its address, mark and sources
    shown = _figure(row_context, tracked_target, field, getattr(tracked_target, field), tracked_target.target_year)
    claim = next(
        (part for part in parts if part.kind == _CLAIMS[field] and part.indicator == tracked_target.indicator), None
    )
    if claim is None or not shown.text:
        return shown
    value = value_of(row_context, plan, claim)
    return ShownFigure(shown.text, shown.year, value.cell.href, value.mark, value.sources)


def _figure(row_context: RowContext, tracked_target: TrackedTarget, field: str, text: str, year: str) -> ShownFigure:
    if not text:
        return ShownFigure("")
    evidence_iri = tracked_target.evidence.get(field)
    sources = (source_of(row_context, evidence_iri),) if evidence_iri is not None else ()
    mark = row_context.mark_of(MARKS[field]) if field in MARKS else None
    return ShownFigure(text, year, "", mark, sources)
