"""The page of a plan, made from the statements about it and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, name
from kg.graph.labels import Label
from kg.output.sentences import sentences_of
from server.core.context import RequestContext
from server.pages.plans.matrix import mentions_address, mentions_of, shade_of, targets_naming
from server.pages.plans.overview import (
    Branch,
    KnownPlan,
    Part,
    parts_of,
    row_context_of_parts,
    short_title,
    tree_of_parts,
    value_of,
)
from server.pages.plans.targets import (
    MARKS,
    Features,
    Note,
    PlanTarget,
    answers_of,
    features_of,
    notes_of,
    sectors_of,
    targets_of_plan,
)
from server.pages.resource.lookup import RowContext, Value
from server.pages.result.cells import Cell
from server.pages.result.progress import TargetSummary, TrackedTarget, summarise_targets, tracked_targets_here

_FACTS = ("issuedBy", "presentedBy", "implementsPlan", "basedOn", "precededBy")
# kinds with headings of their own, in the order of the page; objectives form the tree
_OTHER_KINDS = ("Measure", "Milestone", "Project", "Application", "Achievement", "Trend")
_IN_TREE = "Objective"
_WITH_FACTS = ("Milestone", "Event", "OfficialElement")


@dataclass(frozen=True)
class Chip:
    """A technology or sector that a plan names: mentions, number of described plans that name it, and link."""

    cell: Cell
    number: int
    shade: int
    spread: int
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provision:
    """A provision for cooperation, with its features under headings."""

    value: Value
    features: tuple[tuple[Cell, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Challenge:
    """A challenge, and the parts that answer it: the shared resource, and the part."""

    value: Value
    answers: tuple[tuple[Cell, Value], ...]


@dataclass(frozen=True)
class EvidenceSummary:
    """The evidence of the page: cited pages with their number of claims, and the number of passages."""

    pages: tuple[tuple[Cell, int], ...]
    passages: int


@dataclass(frozen=True)
class PlanPage:
    """The content of the page of a plan. ``aside`` counts the notes without a difference, by type."""

    plan: KnownPlan
    label: Label
    short: str
    names: tuple[Label, ...]
    lead: str
    message: Value | None
    facts: tuple[tuple[Cell, tuple[Value, ...]], ...]
    goals: tuple[PlanTarget, ...]
    target_summary: TargetSummary
    tree: tuple[Branch, ...]
    others: tuple[tuple[Cell, tuple[Branch, ...]], ...]
    technologies: tuple[Chip, ...]
    sectors: tuple[Chip, ...]
    provisions: tuple[Provision, ...]
    challenges: tuple[Challenge, ...]
    official: tuple[Value, ...]
    events: tuple[Value, ...]
    notes: tuple[tuple[Cell, tuple[Value, ...]], ...]
    aside: tuple[tuple[Cell, int], ...]
    evidence_summary: EvidenceSummary


def page_of_plan(service: RequestContext, plan: KnownPlan, language: str) -> PlanPage:
    """Return the content of the page of a plan.

    Raises:
        As ``Engine.answer``.
    """
    engine, iri = service.engine, plan.iri
    parts, notes = parts_of(engine, iri), notes_of(engine, iri)
    features, answers, sectors = features_of(engine, iri), answers_of(engine, iri), sectors_of(engine, iri)
    own = [entry for entry in tracked_targets_here(service, language) if entry.plan == iri]
    mentions = mentions_of(engine)
    technologies = [mention for of, mention in mentions if of == iri]
    # all names and evidence are read in one step, after the parts that decide which are needed
    named = _named(parts, notes, features, answers, own) | {*sectors, *technologies}
    cited = {place for entry in own for place in entry.evidence.values()}
    row_context = row_context_of_parts(service, iri, named, language, named=_with_facts(parts), cited=cited)
    reader = row_context.reader
    label = reader.label(iri)
    return PlanPage(
        plan=plan,
        label=label,
        short=short_title(label.text, label.language),
        names=_names(row_context, iri, label),
        lead=sentences_of(engine, [], language, subject=iri).get(iri, ""),
        message=next(iter(_values(row_context, iri, parts, "KeyMessage")), None),
        facts=_under(row_context, iri, parts, _FACTS),
        goals=targets_of_plan(row_context, iri, own, parts, notes),
        target_summary=summarise_targets(own),
        tree=tree_of_parts(row_context, iri, parts, _IN_TREE),
        others=_others(row_context, iri, parts),
        technologies=_technologies(row_context, iri, mentions, targets_naming(engine, own)),
        sectors=tuple(Chip(reader.cell(sector), number, shade_of(number), 0) for sector, number in sectors.items()),
        provisions=_provisions(row_context, iri, parts, features),
        challenges=_challenges(row_context, iri, parts, answers),
        official=_values(row_context, iri, parts, "OfficialElement"),
        events=(*_values(row_context, iri, parts, "Event"), *_values(row_context, iri, parts, "PlanTitle")),
        notes=_differing(row_context, iri, notes),
        aside=_aside(row_context, notes),
        evidence_summary=_evidence_summary(row_context),
    )


def _names(row_context: RowContext, plan: NamedNode, label: Label) -> tuple[Label, ...]:
    """Return the titles in other languages."""
    labels = row_context.reader.labels.get(plan, {})
    return tuple(labels[language] for language in LANGUAGES if language in labels and language != label.language)


def _others(
    row_context: RowContext, plan: NamedNode, parts: Sequence[Part]
) -> tuple[tuple[Cell, tuple[Branch, ...]], ...]:
    """Return the direct children of the plan, except objectives, by kind."""
    trees = ((kind, tree_of_parts(row_context, plan, parts, kind)) for kind in _OTHER_KINDS)
    return tuple((row_context.reader.cell(name(f"fyp:{kind}")), branches) for kind, branches in trees if branches)


def _named(
    parts: Sequence[Part],
    notes: Sequence[Note],
    features: Features,
    answers: Features,
    tracked_targets: Sequence[TrackedTarget],
) -> set[NamedNode]:
    """Return all resources and terms that the page names."""
    pairs = [node for mapping in (features, answers) for pair in mapping.values() for both in pair for node in both]
    terms = [*(f"fyp:{kind}" for kind in (*_OTHER_KINDS, *_FACTS)), "fyp:cooperationArea", "fyp:inPlan"]
    return {
        *(part.iri for part in parts),
        *(note.iri for note in notes),
        *(note.kind for note in notes),
        *(tracked_target.indicator for tracked_target in tracked_targets),
        *pairs,
        *map(name, terms),
        *MARKS.values(),
    }


def _with_facts(parts: Sequence[Part]) -> list[NamedNode]:
    """Return the parts with figures or dates, which the page shows as sentences."""
    return [part.iri for part in parts if part.indicator is not None or part.kind in _WITH_FACTS]


def _values(row_context: RowContext, plan: NamedNode, parts: Sequence[Part], kind: str) -> tuple[Value, ...]:
    return tuple(value_of(row_context, plan, part) for part in parts if part.kind == kind)


def _under(
    row_context: RowContext, plan: NamedNode, parts: Sequence[Part], kinds: Sequence[str]
) -> tuple[tuple[Cell, tuple[Value, ...]], ...]:
    groups = ((row_context.reader.cell(name(f"fyp:{kind}")), _values(row_context, plan, parts, kind)) for kind in kinds)
    return tuple((heading, values) for heading, values in groups if values)


def _technologies(
    row_context: RowContext,
    plan: NamedNode,
    mentions: dict[tuple[NamedNode, NamedNode], int],
    states: dict[tuple[NamedNode, NamedNode], tuple[str, ...]],
) -> tuple[Chip, ...]:
    """Return the technologies of a plan, the most mentioned first."""
    rows = []
    for (mention, technology), number in mentions.items():
        if mention == plan:
            cell = row_context.reader.cell(technology)
            linked = Cell(cell.text, cell.language, mentions_address(plan, technology))
            spread = sum(other == technology for _, other in mentions)
            rows.append(Chip(linked, number, shade_of(number), spread, states.get((plan, technology), ())))
    return tuple(sorted(rows, key=lambda chip: (-chip.number, -chip.spread, chip.cell.text)))


def _provisions(
    row_context: RowContext, plan: NamedNode, parts: Sequence[Part], features: Features
) -> tuple[Provision, ...]:
    provisions = []
    for part in parts:
        if part.kind == "CooperationProvision":
            # groupby needs equal keys side by side; the query sorts the features by property
            grouped = groupby(features.get(part.iri, ()), key=lambda pair: pair[0])
            asked = tuple(
                (row_context.reader.cell(property_), tuple(row_context.reader.cell(pair) for _, pair in pairs))
                for property_, pairs in grouped
            )
            provisions.append(Provision(value_of(row_context, plan, part), asked))
    return tuple(provisions)


def _challenges(
    row_context: RowContext, plan: NamedNode, parts: Sequence[Part], answers: Features
) -> tuple[Challenge, ...]:
    parts_by_iri = {part.iri: part for part in parts}
    return tuple(
        Challenge(
            value_of(row_context, plan, part),
            tuple(
                (row_context.reader.cell(shared), value_of(row_context, plan, parts_by_iri[entry]))
                for shared, entry in answers.get(part.iri, ())
                # an answer that is no part of the page has no value to show
                if entry in parts_by_iri
            ),
        )
        for part in parts
        if part.kind == "Challenge"
    )


def _differing(
    row_context: RowContext, plan: NamedNode, notes: Sequence[Note]
) -> tuple[tuple[Cell, tuple[Value, ...]], ...]:
    """Return the notes on a difference between sources, by type."""
    differing = [note for note in notes if note.differs]
    return tuple(
        (
            row_context.reader.cell(kind),
            tuple(value_of(row_context, plan, Part(member.iri, "Note", member.graph)) for member in group),
        )
        # the query sorts the notes by type, which groupby needs
        for kind, group in groupby(differing, key=lambda note: note.kind)
    )


def _aside(row_context: RowContext, notes: Sequence[Note]) -> tuple[tuple[Cell, int], ...]:
    kinds = [note.kind for note in notes if not note.differs]
    return tuple((row_context.reader.cell(kind), kinds.count(kind)) for kind in dict.fromkeys(kinds))


def _evidence_summary(row_context: RowContext) -> EvidenceSummary:
    """Return the cited pages, those with most claims first, and the number of passages."""
    places, counts = row_context.reader.places, dict[NamedNode, int]()
    for sources in row_context.evidence_of_rows.values():
        for source in sources:
            counts[source] = counts.get(source, 0) + 1
    # a place with a line is a passage of the source; one without a line is a cited page
    cited = [count for count in counts if count in places and places[count].line is None]
    ordered = sorted(cited, key=lambda item: (-counts[item], item.value))
    return EvidenceSummary(
        tuple((row_context.reader.cell(entry), counts[entry]) for entry in ordered), len(counts) - len(cited)
    )
