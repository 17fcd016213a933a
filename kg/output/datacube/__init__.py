"""The figures of the graph as an RDF Data Cube, for tools of statistics.

The vocabulary: https://www.w3.org/TR/vocab-data-cube/ (QB), with terms of SDMX for the value, its unit and its period.
"""

from __future__ import annotations

from pyoxigraph import Literal, Triple

from kg.core.names import name
from kg.engine import Engine
from kg.output.datacube.figures import figures
from kg.output.datacube.period import describe_periods
from kg.output.datacube.structure import CUBES, structure


def cube(engine: Engine) -> list[Triple]:
    """Two data sets with their structure, code lists and observations, and the labels of what they refer to.

    Raises:
        As ``Engine.answer``.
    """
    found = figures(engine)
    release = (Triple(name(one), name("owl:versionInfo"), Literal(engine.release_id)) for one in CUBES)
    return [*structure(), *release, *sorted({*found, *describe_periods(found)}, key=str)]
