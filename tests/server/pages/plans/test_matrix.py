"""Plans by technologies: what is common comes first, and every number is one of the graph."""

from __future__ import annotations

from flask import Flask
from pyoxigraph import NamedNode

from kg.core.names import sparql_prologue, thing
from kg.engine import select
from server.core.context import request_context
from server.pages.plans.matrix import MOST_TECHNOLOGIES, Matrix, matrix_of
from server.pages.result.progress import tracked_targets_here


def matrix(app: Flask) -> Matrix:
    with app.test_request_context("/"):
        return matrix_of(request_context().engine, tracked_targets_here(request_context(), "en"))


def test_common_technologies_and_plans_come_first(app: Flask) -> None:
    table = matrix(app)
    spread = [table.spread[technology] for technology in table.technologies]
    assert spread == sorted(spread, reverse=True)
    shared = [
        sum(square.number > 0 and table.spread[square.technology] > 1 for square in line.squares)
        for line in table.lines
    ]
    assert shared == sorted(shared, reverse=True)
    assert table.widest == (thing("technology-big-data"), thing("technology-industrial-internet"))


def test_every_technology_is_shown_or_counted(app: Flask) -> None:
    table = matrix(app)
    assert len(table.technologies) <= MOST_TECHNOLOGIES
    assert len(table.technologies) + sum(line.alone for line in table.lines) + table.left_out == len(table.spread)


def test_a_technology_counts_as_alone_if_no_other_plan_names_it(app: Flask) -> None:
    table = matrix(app)
    with app.test_request_context("/"):
        engine = request_context().engine
    for line in table.lines:
        text = f"""SELECT DISTINCT ?one {{
          {line.plan} fyp:coversTechnology ?one .
          FILTER NOT EXISTS {{ ?other a fyp:SectoralPlan ; fyp:coversTechnology ?one . FILTER(?other != {line.plan}) }}
        }}"""
        alone = {
            technology
            for (technology,) in select(engine, sparql_prologue("fyp") + text).rows
            if isinstance(technology, NamedNode)
        }
        assert line.alone == len(alone - set(table.technologies))


def test_a_target_that_names_a_technology_is_marked_with_its_state(app: Flask) -> None:
    states = {
        (line.plan, square.technology): square.states
        for line in matrix(app).lines
        for square in line.squares
        if square.states
    }
    assert states[thing("plan-ict"), thing("technology-5g")] == ("met",)
    assert states[thing("plan-ii"), thing("technology-numerical-control")] == ("behind",)
    assert states[thing("plan-ii"), thing("technology-industrial-internet")] == ("unknown",)
    assert len(states) == 5
