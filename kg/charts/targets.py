"""A target and what became of it: the numbers of one row of a bullet chart, on the row's own scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.charts.context import ChartContext
from kg.core.names import name
from kg.engine import Term
from kg.questions.result import Row

# sums and changes begin at nothing, whatever was reached before
_FROM_ZERO = frozenset(
    name(f"fyp:{basis}") for basis in ("cumulativeCount", "cumulativeAmount", "relativeChange", "pointChange")
)


_CHANGES = (name("fyp:relativeChange"), name("fyp:pointChange"))
_SIGNS: dict[Term | None, str] = {
    name("fyp:lessThan"): "<",
    name("fyp:moreThan"): ">",
    name("fyp:atLeast"): "≥",
    name("fyp:approximately"): "≈",
}
_TURNED = str.maketrans("<>≥", "><≤")  # a fall by at least 18% is a change by −18% or less


@dataclass(frozen=True)
class Target:
    """The numbers of a row, none where unknown; ``share`` is how much of the way was covered, in per cent."""

    label: str
    group: str
    start: Decimal | None
    printed: Decimal | None
    official: Decimal | None
    latest: Decimal | None
    share: Decimal | None
    state: Term | None
    row: Row

    @property
    def aim(self) -> Decimal | None:
        """What was to be reached: by the plan itself, else as printed."""
        return self.official if self.official is not None else self.printed

    def way_to(self, value: Decimal | None) -> Decimal | None:
        """How far a value lies on the way from the start to the aim, in per cent; none if there is no such way."""
        if value is None or self.start is None or self.aim is None or self.aim == self.start:
            return None
        return 100 * (value - self.start) / (self.aim - self.start)


def targets_of(context: ChartContext) -> list[Target]:
    """The rows that have a target, each once, in the order of the answer."""
    found: dict[object, Target] = {}
    for row in context.answered.rows:
        target = _target(context, row)
        if target.aim is not None:
            places = (context.term("label", row), context.term("group", row))
            found.setdefault((places, target.printed, target.official, target.latest), target)
    return list(found.values())


def aimless(context: ChartContext, rows: Iterable[Row]) -> int:
    """How many rows have no target."""
    return sum(_target(context, row).aim is None for row in rows)


def written(context: ChartContext, field: str, target: Target, *, bare: bool = False) -> str:
    """A target as it is meant: *−18%* for a fall by 18%, *< 1.3* for less than 1.3; ``bare`` without a long unit."""
    row = target.row
    falls = is_fall(context.term("basis", row), context.term("direction", row))
    figure = (context.bare if bare else context.amount)(field, row, sign=-1 if falls else 1)
    sign = sign_of(context.term(f"{field}Comparator", row), falls=falls)
    return f"{sign}\u00a0{figure}" if sign and figure else figure


def is_fall(basis: Term | None, direction: Term | None) -> bool:
    """Whether a target is a change to less, which is written as a negative number."""
    return basis in _CHANGES and direction == name("fyp:reduce")


def sign_of(comparator: Term | None, *, falls: bool) -> str:
    """The sign before a figure, such as ``≥``; none for what has none."""
    sign = _SIGNS.get(comparator, "")
    return sign.translate(_TURNED) if falls else sign


def _target(context: ChartContext, row: Row) -> Target:
    target = Target(
        label=context.words("label", row),
        group=context.words("group", row),
        start=_start(context, row),
        printed=context.number("printed", row),
        official=context.number("official", row),
        latest=context.number("latest", row),
        share=context.number("share", row),
        state=context.term("progress", row),
        row=row,
    )
    # an answer that tells shares leaves one out where it would mislead
    return target if context.has("share") else replace(target, share=target.way_to(target.latest))


def _start(context: ChartContext, row: Row) -> Decimal | None:
    """Where the way to the target begins; nowhere if something is to be held, as it is there already."""
    if context.term("direction", row) == name("fyp:hold"):
        return None
    return Decimal(0) if context.term("basis", row) in _FROM_ZERO else context.number("baseline", row)
