"""Alerts and dashboard use only metrics and labels that exist, and the pages document each of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from docs.generate import metric_families
from kg.core.settings import PROJECT

DASHBOARD: dict[str, Any] = json.loads((PROJECT / "deploy" / "grafana-dashboard.json").read_text("utf-8"))
(GROUP,) = yaml.safe_load((PROJECT / "deploy" / "prometheus-rules.yaml").read_text("utf-8"))["groups"]
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for rule in GROUP["rules"]}
PAGE = (PROJECT / "docs" / "how-to" / "monitor.md").read_text("utf-8")
# labels that Prometheus adds
ADDED = {"instance", "job", "le"}
EXPRESSIONS = [
    *(rule["expr"] for rule in ALERTS.values()),
    *(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]),
    *(part["query"] for part in DASHBOARD["templating"]["list"]),
]


def labels_by_series() -> dict[str, set[str]]:
    return {
        sample.name: {label for other in family.samples for label in other.labels}
        for family in metric_families()
        for sample in family.samples
    }


def unknown_names(expression: str) -> list[str]:
    """Metrics that do not exist, and labels in braces or ``by`` that no metric of the expression has."""
    series = labels_by_series()
    metrics = set(re.findall(r"\bfyp_\w+", expression))
    selected = [pair for group in re.findall(r"\{([^}]*)\}", expression) for pair in re.findall(r"(\w+)[=!]", group)]
    grouped = [name for group in re.findall(r"\bby \(([^)]*)\)", expression) for name in group.split(", ")]
    labels = ADDED.union(*(series.get(metric, set()) for metric in metrics))
    return sorted((metrics - series.keys()) | (({*selected, *grouped}) - labels))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_uses_only_metrics_and_labels_that_exist(expression: str) -> None:
    assert unknown_names(expression) == []


def test_an_unknown_metric_or_label_is_noticed() -> None:
    assert unknown_names('sum by (colour) (rate(fyp_made_up_total{shape="x"}[5m]))') == [
        "colour",
        "fyp_made_up_total",
        "shape",
    ]


def test_every_metric_is_in_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    assert [family.name for family in metric_families() if family.name not in shown] == []


def test_every_alert_has_a_severity_a_summary_and_an_action_in_the_documentation() -> None:
    assert set(re.findall(r"^\| `(FypKg\w+)` \|", PAGE, re.MULTILINE)) == ALERTS.keys()
    for rule in ALERTS.values():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"]


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for panel in panels
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_the_dashboard_has_no_data_source_of_its_own() -> None:
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {"${datasource}"}
