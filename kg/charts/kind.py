"""A kind of picture: the fields of its ``chart``, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.charts.chart import Chart
from kg.charts.context import ChartContext
from kg.questions.catalogue import CannedQuestion


def _nothing(question: CannedQuestion) -> str:
    del question
    return ""


@dataclass(frozen=True)
class Kind:
    """``needs`` and ``may`` are the fields that name columns, ``besides`` those that do not.

    ``draw`` gives nothing if there is nothing to draw; ``wrong`` says what else is wrong with a chart.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...]
    draw: Callable[[ChartContext], Chart | None]
    besides: tuple[str, ...] = ()
    wrong: Callable[[CannedQuestion], str] = _nothing
