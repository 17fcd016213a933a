"""Plans by technologies: how often a plan names a technology, and the progress of targets about it.

Plans that share most come first, and technologies that most plans name. So the shared ones gather in one corner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, sparql_prologue
from kg.engine import Engine, select
from server.core import urls
from server.core.question_params import QuestionParams
from server.pages.result.progress import STATES, TrackedTarget

MENTIONS = (
    sparql_prologue("fyp")
    + """SELECT ?plan ?technology (COUNT(*) AS ?mentions) WHERE {
  # a name that occurs twice in one sentence counts once
  SELECT DISTINCT ?plan ?technology ?element ?wording ?place WHERE {
    ?mention fyp:mentionElement ?element ; fyp:mentionTechnology ?technology ;
      fyp:surfaceForm ?wording ; fyp:mentionPassage ?place .
    ?element fyp:inPlan? ?plan .
    ?plan a fyp:SectoralPlan ; fyp:summarisedIn ?document .
  }
} GROUP BY ?plan ?technology ORDER BY ?plan DESC(?mentions) ?technology"""
)
"""The number of places in which each plan names each technology."""

TARGETS = (
    sparql_prologue("fyp")
    + """SELECT DISTINCT ?plan ?technology ?indicator WHERE {
  ?mention fyp:mentionElement ?target ; fyp:mentionTechnology ?technology .
  ?target fyp:measuredBy ?indicator ; fyp:inPlan ?plan .
} ORDER BY ?plan ?technology ?indicator"""
)
"""The targets that name a technology."""

# technologies beyond the limit are only counted, in ``left_out``
MOST_TECHNOLOGIES, MOST_PLANS = 14, 12
_SHADES = (1, 2, 3, 6)  # the most mentions of each shade except the last
_OBJECTIVES, _OF_A_PLAN = "objectives-mentioning-technology", "technologies-of-a-plan"


@dataclass(frozen=True)
class Square:
    """The mentions of a technology in a plan, with the states of the plan's targets that name it.

    ``shade`` is 0 for no mention and grows with the number. ``href`` lists the mentions.
    """

    technology: NamedNode
    number: int
    shade: int
    states: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class Line:
    """A plan with its squares. ``alone`` counts its technologies that no other plan names; ``href`` lists all."""

    plan: NamedNode
    squares: tuple[Square, ...]
    alone: int
    href: str

    @property
    def named(self) -> tuple[Square, ...]:
        """The squares with a mention."""
        return tuple(square for square in self.squares if square.number)


@dataclass(frozen=True)
class Matrix:
    """The table of plans by technologies, which lists a technology if two plans or a target name it.

    ``spread`` is the number of plans for each technology. ``left_out`` is the number of technologies that are not
    shown.
    """

    technologies: tuple[NamedNode, ...]
    lines: tuple[Line, ...]
    spread: Mapping[NamedNode, int]
    left_out: int

    @property
    def widest(self) -> tuple[NamedNode, ...]:
        """The technologies that most plans name."""
        most = max(self.spread.values(), default=0)
        return tuple(technology for technology in self.technologies if self.spread[technology] == most)


def matrix_of(engine: Engine, tracked_targets: Sequence[TrackedTarget]) -> Matrix:
    """Return the matrix, with the most shared technologies first.

    Raises:
        As ``Engine.answer``.
    """
    mentions, targets = mentions_of(engine), targets_naming(engine, tracked_targets)
    # a key is a plan and a technology, so the number of keys is the number of plans
    spread: dict[NamedNode, int] = {}
    for _, technology in mentions:
        spread[technology] = spread.get(technology, 0) + 1
    with_target = {technology for _, technology in targets}
    # a technology of one plan compares nothing, unless a target gives it a state
    worth = [technology for technology in spread if spread[technology] > 1 or technology in with_target]
    total = {entry: sum(number for (_, other), number in mentions.items() if other == entry) for entry in worth}
    # by number of plans, then of mentions; the IRI decides between equal ones, so that the order is always the same
    shown = sorted(worth, key=lambda item: (-spread[item], -total[item], item.value))[:MOST_TECHNOLOGIES]
    # only shared columns rank the plans, because the squares of these should gather in one corner
    plans = _ordered({plan for plan, _ in mentions}, mentions, [entry for entry in shown if spread[entry] > 1])
    lines = [_line(plan, shown, mentions, targets, spread) for plan in plans[:MOST_PLANS]]
    # ``alone`` leaves out shown technologies, so that each is counted once: as shown, alone or left out
    alone = sum(line.alone for line in lines)
    return Matrix(tuple(shown), tuple(lines), spread, max(0, len(spread) - len(shown) - alone))


def _ordered(
    plans: Iterable[NamedNode], mentions: Mapping[tuple[NamedNode, NamedNode], int], shared: Sequence[NamedNode]
) -> list[NamedNode]:
    def rank(plan: NamedNode) -> tuple[int, int, str]:
        numbers = [mentions.get((plan, technology), 0) for technology in shared]
        return -sum(number > 0 for number in numbers), -sum(numbers), plan.value

    return sorted(plans, key=rank)


def _line(
    plan: NamedNode,
    shown: Sequence[NamedNode],
    mentions: Mapping[tuple[NamedNode, NamedNode], int],
    targets: Mapping[tuple[NamedNode, NamedNode], tuple[str, ...]],
    spread: Mapping[NamedNode, int],
) -> Line:
    squares = tuple(
        _square(plan, entry, mentions.get((plan, entry), 0), targets.get((plan, entry), ())) for entry in shown
    )
    alone = sum(spread[mention] == 1 and mention not in shown for other, mention in mentions if other == plan)
    return Line(plan, squares, alone, urls.question(_OF_A_PLAN, QuestionParams(values={"plan": (curie(plan),)})))


def _square(plan: NamedNode, technology: NamedNode, number: int, states: Collection[str]) -> Square:
    return Square(
        technology, number, shade_of(number), tuple(states), mentions_address(plan, technology) if number else ""
    )


def shade_of(number: int) -> int:
    """Return the shade of a number: 0 for none, up to 5."""
    return sum(number > most for most in (0, *_SHADES))


def mentions_address(plan: NamedNode, technology: NamedNode) -> str:
    """Return the address that lists the mentions of a technology in a plan, objectives first."""
    parameters = {"technology": (curie(technology),), "scope": ("any-element",)}
    return urls.question(_OBJECTIVES, QuestionParams(values=parameters, only={"plan": (curie(plan),)}))


def mentions_of(engine: Engine) -> dict[tuple[NamedNode, NamedNode], int]:
    """Return the number of places in which each described plan names each technology.

    Raises:
        As ``Engine.answer``.
    """
    return {
        (plan, technology): int(number.value)
        for plan, technology, number in select(engine, MENTIONS).rows
        if isinstance(plan, NamedNode) and isinstance(technology, NamedNode) and isinstance(number, Literal)
    }


def targets_naming(
    engine: Engine, tracked_targets: Sequence[TrackedTarget]
) -> dict[tuple[NamedNode, NamedNode], tuple[str, ...]]:
    """Return the states of a plan's targets that name a technology, the best first."""
    standing = {
        (tracked_target.plan, tracked_target.indicator): tracked_target.state for tracked_target in tracked_targets
    }
    targets: dict[tuple[NamedNode, NamedNode], tuple[str, ...]] = {}
    for plan, technology, indicator in select(engine, TARGETS).rows:
        if isinstance(plan, NamedNode) and isinstance(technology, NamedNode) and isinstance(indicator, NamedNode):
            # a target that the progress question lacks has an unknown state
            states = (*targets.get((plan, technology), ()), standing.get((plan, indicator), "unknown"))
            targets[plan, technology] = tuple(sorted(states, key=STATES.index))
    return targets
