"""What was measured, in words and as a picture: the tables of docs/benchmarks.md, and docs/benchmarks.svg.

``make bench-engines`` draws the picture; ``make docs`` writes the tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from kg.picture.press import Press
from kg.settings import PROJECT

FIGURES = PROJECT / "docs" / "benchmarks.json"
PICTURE = PROJECT / "docs" / "benchmarks.svg"
BASE = "Oxigraph on disk"
_CLIENTS_SHOWN = "8"

Figures = Mapping[str, Any]


def geometric_mean(values: Iterable[float]) -> float:
    """The mean of ratios: twice as fast and half as fast are as fast."""
    kept = list(values)
    return float(prod(kept) ** (1 / len(kept)))


def ratios(run: Figures, clients: str, name: str) -> dict[str, float]:
    """How many times as many answers a peer gives to each question as the native server does on disk."""
    return {
        question: found[clients][name].get("rate", 0) / found[clients][BASE]["rate"]
        for question, found in run["questions"].items()
    }


def names(run: Figures) -> list[str]:
    """The peers of a run, ours first."""
    (first, *_) = run["mix"].values()
    return sorted(first, key=lambda name: (not name.startswith("ours"), name))


def rows_of_new(run: Figures) -> list[list[str]]:
    """New questions: for each number of clients and peer, the ratios to the native server on disk, and the mix."""
    found = []
    for clients in sorted(run["mix"], key=int):
        for name in names(run):
            mix, base = run["mix"][clients][name], run["mix"][clients][BASE]
            each = ratios(run, clients, name)
            worst = min(each, key=lambda question: each[question])
            cells = (geometric_mean(each.values()), each[worst])
            told = f"{mix['rate'] / base['rate']:.2f}", f"{mix['p99_ms'] / base['p99_ms']:.2f}"
            found.append([clients, name, f"{cells[0]:.2f}", f"{cells[1]:.2f} ({worst})", *told, *_absolute(mix)])
    return found


def _absolute(mix: Figures) -> tuple[str, ...]:
    return tuple(f"{mix[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "processor_ms"))


def rows_of_repeated(run: Figures) -> list[list[str]]:
    """Repeated questions: answers a second, and the ratio to the native server on disk."""
    return [
        [clients, name, f"{run['repeated'][clients][name]['rate']:.0f}", f"{_repeated(run, clients, name):.1f}"]
        for clients in sorted(run["repeated"], key=int)
        for name in names(run)
    ]


def _repeated(run: Figures, clients: str, name: str) -> float:
    rates = run["repeated"][clients]
    return float(rates[name]["rate"] / rates[BASE]["rate"])


def drawing(run: Figures) -> dict[str, Any]:
    """The ratios of each question as a picture, in Vega-Lite."""
    others = [name for name in names(run) if name != BASE]
    values = [
        {"question": question, "peer": name, "ratio": round(ratio, 3)}
        for name in others
        for question, ratio in ratios(run, _CLIENTS_SHOWN, name).items()
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"New questions, {_CLIENTS_SHOWN} clients: answers a second, as a multiple of those of {BASE}",
        "width": 520,
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 60},
                "encoding": {
                    "y": {"field": "question", "type": "nominal", "title": None, "sort": None},
                    "x": {"field": "ratio", "type": "quantitative", "scale": {"type": "log"}, "title": "times as many"},
                    "color": {"field": "peer", "type": "nominal", "title": None, "legend": {"orient": "bottom"}},
                    "shape": {"field": "peer", "type": "nominal", "title": None, "legend": {"orient": "bottom"}},
                },
            },
            {"mark": "rule", "encoding": {"x": {"datum": 1}}},
        ],
    }


def recorded() -> dict[str, Figures]:
    """The runs by label."""
    found: dict[str, Figures] = json.loads(FIGURES.read_text("utf-8"))
    return found


def draw(run: Figures) -> None:
    """Draw the picture of a run into the documentation."""
    press = Press()
    try:
        PICTURE.write_text(press.svg(drawing(run)) + "\n", "utf-8")
    finally:
        press.close()
