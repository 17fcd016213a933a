"""Judge the figures of growth: which questions grow faster than their answers, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LABEL = "growth"
WORTH_NAMING = 2.0  # times as much as the answer
WORTH_TELLING_MS = 10.0

_NOTES = "reads every note and all that they are on"
_EARLIER = "reads the elements of all plans to see whose evidence comes first"
_SOURCES = "seeks the first page for every thing of a class, also for those that it does not show"

WHY: Mapping[str, str] = {
    "cooperation-areas-of-a-plan": "counts for each area the plans that cooperate on it, and reads all provisions",
    "cooperation-outside-its-sections": "reads the classes of all things and the evidence of all elements",
    "discrepancies": _NOTES,
    "elements-aligned-with-sdg": _EARLIER,
    "elements-that-name-nobody": "reads every element",
    "evidence-by-kind": "counts every thing by class, and whether it has evidence",
    "growth-targets": "reads all official targets and their figures; few have a change that can be told",
    "indicators-with-several-series": "counts targets and observations of every indicator, to show few",
    "invited-foreign-partners": "seeks the first place of every provision, to show few",
    "labels-by-language": "counts every thing by class and every label by language",
    "members-of-cooperation-bodies": _SOURCES,
    "notes-by-type-and-confidence": _NOTES,
    "official-targets-not-printed": "reads all official targets, to show few",
    "passages-that-support-most": "counts the claims of every passage three times, to show few",
    "plan-technology-matrix": "counts every mention of a technology",
    "plans-around-the-plans": "reads the years of all plans, to show few",
    "plans-covering-technologies": "counts every mention of three technologies that many plans share",
    "plans-in-numbers": "counts every element by class",
    "plans-of-an-issuer": "reads for each event of the issuer the other events anew, to see which came first",
    "printed-exchange-rates": _EARLIER,
    "promoted-outside-objectives": "reads all projects and applications, and what the objectives of all plans cover",
    "sino-german-cooperation-in-time": _SOURCES,
    "statements-by-trust": "counts every claim by its evidence",
    "structure-of-a-plan": "reads kind and place of every official element, to order those of one plan",
    "targets-that-cannot-be-judged": "reads all targets and observations",
    "technologies-by-kind-of-element": "reads the classes of all things, and counts every mention of a technology",
    "technologies-left-out": "reads all official elements that concern a technology, to show few",
    "technologies-of-a-plan": "counts for every technology the plans that cover it",
    "technologies-of-one-plan-only": "counts for every technology the plans that cover it, to show those with one",
    "top-level-objectives": _EARLIER,
    "unused-concepts": "reads all concepts and what is said with them; nearly all are used",
    "values-with-a-correction": _EARLIER,
}


@dataclass(frozen=True)
class Growth:
    """A question by the size of the data, smallest first: milliseconds of the processor, None if too many; and rows."""

    slug: str
    milliseconds: tuple[float | None, ...]
    rows: tuple[int, ...]

    @property
    def slower(self) -> float | None:
        """How many times as long it takes at the largest size; None where it took too long."""
        first, last = self.milliseconds[0], self.milliseconds[-1]
        return None if first is None or last is None else last / first

    @property
    def longer(self) -> float:
        """How many times as long its answer is."""
        return max(1, self.rows[-1]) / max(1, self.rows[0])

    @property
    def outgrows(self) -> bool:
        """Return True if it grows faster than its answer, by so much that it matters."""
        first, last = self.milliseconds[0], self.milliseconds[-1]
        if first is None or last is None:
            return last is None
        return last - first >= WORTH_TELLING_MS and last / first >= WORTH_NAMING * self.longer


def sizes(run: Mapping[str, Any]) -> list[str]:
    """The numbers of synthetic plans, smallest first."""
    return sorted(run["sizes"], key=int)


def growths(run: Mapping[str, Any]) -> list[Growth]:
    """Each question that was asked at all sizes, the slowest at the largest first."""
    by_size = [run["sizes"][size]["questions"] for size in sizes(run)]
    shared = set(by_size[0]).intersection(*by_size)
    result = [
        Growth(
            slug,
            tuple(figures[slug].get("processor_ms") for figures in by_size),
            tuple(figures[slug]["rows"] for figures in by_size),
        )
        for slug in sorted(shared)
    ]
    return sorted(result, key=_slowest_first)


def _slowest_first(growth: Growth) -> tuple[bool, float]:
    last = growth.milliseconds[-1]
    return last is not None, -(last or 0.0)


def outgrowing(run: Mapping[str, Any]) -> Sequence[Growth]:
    """Those that grow faster than their answers."""
    return [growth for growth in growths(run) if growth.outgrows]
