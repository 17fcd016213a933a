"""Targets: the way from a baseline to a target, what was covered of it, and the sign before a figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kg.core.names import name
from kg.engine import Term

_CHANGES = (name("fyp:relativeChange"), name("fyp:pointChange"))
# sums and changes begin at zero, whatever was reached before
_FROM_ZERO = (name("fyp:cumulativeCount"), name("fyp:cumulativeAmount"), *_CHANGES)
_SIGNS: dict[Term | None, str] = {
    name("fyp:lessThan"): "<",
    name("fyp:moreThan"): ">",
    name("fyp:atLeast"): "≥",
    name("fyp:approximately"): "≈",
}
_TURNED = str.maketrans("<>≥", "><≤")  # a fall by at least 18% is a change by −18% or less


@dataclass(frozen=True)
class TargetFigures:
    """The numbers of a target, None if unknown; ``share`` is how much of the way was covered, in per cent."""

    start: Decimal | None
    printed: Decimal | None
    official: Decimal | None
    latest: Decimal | None
    share: Decimal | None

    @property
    def aim(self) -> Decimal | None:
        """The number to reach: that of the plan, else that of the briefing."""
        return self.official if self.official is not None else self.printed

    def share_of_way(self, value: Decimal | None) -> Decimal | None:
        """Return how far a value is on the way from the start to the aim, in per cent; None if there is no way."""
        # a target equal to its start has no way, and the division would fail
        if value is None or self.start is None or self.aim is None or self.aim == self.start:
            return None
        return 100 * (value - self.start) / (self.aim - self.start)


def start_of(basis: Term | None, direction: Term | None, baseline: Decimal | None) -> Decimal | None:
    """Return where the way to a target starts; None if a value is to be held, as it is reached already."""
    if direction == name("fyp:hold"):
        return None
    return Decimal(0) if basis in _FROM_ZERO else baseline


def is_fall(basis: Term | None, direction: Term | None) -> bool:
    """Return True if a target is a change to less, which is written as a negative number."""
    return basis in _CHANGES and direction == name("fyp:reduce")


def sign_of(comparator: Term | None, *, falls: bool) -> str:
    """Return the sign before a figure, such as ``≥``; empty if it has none."""
    sign = _SIGNS.get(comparator, "")
    return sign.translate(_TURNED) if falls else sign
