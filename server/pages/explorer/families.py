"""Families of classes: what belongs together has one shape and one colour in a picture."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from kg.core.names import name

SHAPES: Mapping[str, tuple[float, ...]] = {
    "plan": (-1, -0.8, 1, -0.8, 1, 0.8, -1, 0.8),
    "element": (),
    "figure": (0, -1, 1, 0, 0, 1, -1, 0),
    "technology": (-0.5, -0.9, 0.5, -0.9, 1, 0, 0.5, 0.9, -0.5, 0.9, -1, 0),
    "body": (0, -1, 1, -0.3, 0.8, 0.9, -0.8, 0.9, -1, -0.3),
    "cooperation": (0, -0.95, 1, 0.8, -1, 0.8),
    "event": (-1, -0.8, 1, -0.8, 0, 0.95),
    "source": (-0.75, -1, 0.25, -1, 0.75, -0.5, 0.75, 1, -0.75, 1),
    "note": (-1, -0.7, 0.4, -0.7, 1, 0, 0.4, 0.7, -1, 0.7),
    "other": (-0.4, -1, 0.4, -1, 1, -0.4, 1, 0.4, 0.4, 1, -0.4, 1, -1, 0.4, -1, -0.4),
}
"""The corners of each family's shape, x and y in turn, from -1 to 1; without corners it is a circle."""

_MEMBERS = {
    "plan": "SectoralPlan NationalPlan OutlinedPlan Plan",
    "element": """KeyMessage Trend Challenge Achievement Objective Measure Project Application OfficialElement
        PlanTitle""",
    "figure": "QuantitativeTarget Milestone OfficialTarget Indicator Quantity Observation",
    "technology": "Technology",
    "body": "Ministry Organisation Country OfficeHolder WorkingGroup StakeholderGroup Sector",
    "cooperation": """CooperationProvision CooperationArea CooperationMode CooperationMechanism CooperationProgramme
        Agreement LegalInstrument""",
    "event": "Event",
    "source": "Passage Citation Section SourceDocument Mention Link",
    "note": "EditorialNote",
}
_FAMILY = {name(f"fyp:{member}"): family for family, members in _MEMBERS.items() for member in members.split()}


def family_of(cls: NamedNode | None) -> str:
    """The family of a class, one of ``SHAPES``."""
    return _FAMILY.get(cls, "other") if cls is not None else "other"


def corners(family: str, radius: float = 8.0, middle: float = 10.0) -> str:
    """The corners as the attribute ``points`` of a polygon in SVG has them; empty for a circle."""
    shape = SHAPES[family]
    return " ".join(
        f"{middle + radius * x:g},{middle + radius * y:g}" for x, y in zip(shape[::2], shape[1::2], strict=True)
    )
