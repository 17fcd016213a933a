"""The kinds of pictures: a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from kg.charts import bars, bullet, matrix, multiples, network, timeline, vega
from kg.charts.kind import Kind

KINDS: Mapping[str, Kind] = {
    "bars": bars.KIND,
    "matrix": matrix.KIND,
    "bullet": bullet.KIND,
    "network": network.KIND,
    "timeline": timeline.KIND,
    "multiples": multiples.KIND,
    "vega-lite": vega.KIND,
}
