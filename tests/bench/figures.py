"""The measurements: the tables of docs/reference/benchmarks.md, and the picture docs/reference/benchmarks.svg.

``make bench-engines`` draws the picture; ``make docs`` writes the tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from kg.charts.renderer import Renderer
from kg.core.settings import PROJECT

FIGURES = PROJECT / "docs" / "reference" / "benchmarks.json"
PICTURE = PROJECT / "docs" / "reference" / "benchmarks.svg"
BASE = "Oxigraph on disk"
DRAWN = "real size"
_CLIENTS_SHOWN = "8"
_SMALL = 0.1
ATTACK_HEADINGS = (
    *(
        "attack",
        "connections",
        "median idle, ms",
        "median, ms",
        "times",
        "p95 idle, ms",
        "p95, ms",
        "times",
        "slowest, ms",
    ),
    *(
        "answered",
        "failed",
        "answers to the attacker",
        "its processor, % of a core",
        "the server's",
        "memory, MiB",
        "spilled, MiB",
    ),
)

Figures = Mapping[str, Any]


def geometric_mean(values: Iterable[float]) -> float:
    """The mean of ratios: twice as fast and half as fast are as fast."""
    numbers = list(values)
    return float(prod(numbers) ** (1 / len(numbers)))


def ratios(run: Figures, clients: str, name: str) -> dict[str, float]:
    """How many times as many answers a peer gives to each question as the native server does on disk.

    Questions that either of them was not measured with are left out.
    """
    return {
        question: figures[clients][name].get("rate", 0) / figures[clients][BASE]["rate"]
        for question, figures in run["questions"].items()
        if name in figures[clients] and figures[clients].get(BASE, {}).get("rate")
    }


def names(run: Figures) -> list[str]:
    """The peers of a run, ours first."""
    return sorted(run["bytes"], key=lambda name: (not name.startswith("ours"), name))


def rows_of_new(run: Figures) -> list[list[str]]:
    """New questions: for each number of clients and peer, the ratios to the native server on disk, and the mix."""
    return [
        [clients, name, *_of_each(run, clients, name), *_of_mix(run["mix"][clients], name)]
        for clients in sorted(run["mix"], key=int)
        for name in names(run)
        if ratios(run, clients, name) or name in run["mix"][clients]
    ]


def late(run: Figures) -> list[str]:
    """Which peers took too long for which questions, asked alone."""
    return [
        f"{name}, {question}"
        for question, by_peer in run.get("alone", {}).items()
        for name, seconds in by_peer.items()
        if seconds is None
    ]


def told(ratio: float) -> str:
    """A ratio with two decimals, or where it is small with two digits that say something."""
    return f"{ratio:.2f}" if ratio >= _SMALL else f"{ratio:.2g}"


def _of_each(run: Figures, clients: str, name: str) -> tuple[str, str]:
    """The mean ratio, with the number of questions where that is not all, and the worst of them."""
    each = ratios(run, clients, name)
    if not each:
        return "-", "-"
    worst, whole = min(each, key=lambda question: each[question]), len(each) == len(run["questions"])
    mean = told(geometric_mean(each.values()))
    return mean if whole else f"{mean} (of {len(each)})", f"{told(each[worst])} ({worst})"


def _of_mix(mix: Figures, name: str) -> tuple[str, ...]:
    """The ratios to the native server on disk, and the times."""
    own, base = mix.get(name, {}), mix.get(BASE, {})
    if "rate" not in own:
        return ("-",) * 6
    ratio = ("-", "-")
    if "rate" in base:
        ratio = told(own["rate"] / base["rate"]), f"{own['p99_ms'] / base['p99_ms']:.2f}"
    return *ratio, *(f"{own[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "processor_ms"))


def rows_of_repeated(run: Figures) -> list[list[str]]:
    """Repeated questions: answers a second, and the ratio to the native server on disk."""
    return [
        [clients, name, f"{figures[name]['rate']:.0f}", _ratio(figures[name], figures.get(BASE, {}))]
        for clients, figures in sorted(run["repeated"].items(), key=lambda item: int(item[0]))
        for name in names(run)
        if "rate" in figures.get(name, {})
    ]


def _ratio(own: Figures, base: Figures) -> str:
    return f"{own['rate'] / base['rate']:.1f}" if "rate" in base else "-"


def rows_of_attacks(attacks: Mapping[str, Figures]) -> list[list[str]]:
    """Light queries idle and during each attack, and the part of the attacker in it."""
    return [
        [
            name,
            str(figures["connections"]),
            *(str(figures.get(key, "-")) for key in ("idle_median_ms", "median_ms", "median_ratio")),
            *(str(figures.get(key, "-")) for key in ("idle_p95_ms", "p95_ms", "p95_ratio")),
            str(figures["slowest_ms"]),
            str(figures["answered"]),
            _counted(figures["failures"]),
            _counted(figures["attacker"]["answers"]),
            str(figures["attacker"]["processor_percent"]),
            str(figures["server_processor_percent"]),
            *(f"{figures[key] / 2**20:.0f}" for key in ("bytes", "spilled_bytes")),
        ]
        for name, figures in attacks.items()
    ]


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{key}: {number}" for key, number in sorted(numbers.items())) or "0"


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
    figures: dict[str, Figures] = json.loads(FIGURES.read_text("utf-8"))
    return figures


def draw(run: Figures) -> None:
    """Draw the picture of a run into the documentation."""
    press = Renderer()
    try:
        PICTURE.write_text(press.svg(drawing(run)) + "\n", "utf-8")
    finally:
        press.close()
