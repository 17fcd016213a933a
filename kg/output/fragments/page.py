"""A page of a fragment, by two questions that any engine answers: how many statements fit, which are on the page."""

from __future__ import annotations

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.core.errors import RequestInvalid
from kg.core.messages import Message
from kg.engine import Engine, Term, select
from kg.output.fragments import PAGE_SIZE, Page, Pattern, last_page
from kg.output.metadata import UNION

_POSITIONS = {"s": "subject", "p": "predicate", "o": "object", "g": "graph"}


def read(engine: Engine, pattern: Pattern, number: int = 1) -> Page:
    """A page of the fragment; pages are counted from 1.

    Raises:
        RequestInvalid: the fragment has fewer pages.
        As ``Engine.answer``.
    """
    total = 0 if pattern.fits_nothing else _total(engine, pattern)
    if number > last_page(total):
        raise RequestInvalid(
            Message(
                "There is no page %(number)s: the fragment ends with page %(last)s.",
                number=number,
                last=last_page(total),
            )
        )
    if not total:
        return Page(pattern, number, 0, ())
    rows = select(engine, page_query(pattern, number)).records()
    return Page(pattern, number, total, tuple(_quad(pattern, row) for row in rows))


def count_query(pattern: Pattern) -> str:
    """How many statements fit. A triple of two graphs is one triple of their union (``DISTINCT``)."""
    return f"SELECT (COUNT(*) AS ?total) {{ SELECT DISTINCT {_projection(pattern)} {_where(pattern)} }}"


def page_query(pattern: Pattern, number: int) -> str:
    """The statements of a page, in an order that is the same for every engine and every time.

    ``ORDER BY`` alone leaves literals of unlike kinds in any order (SPARQL 1.1, section 15.1); text, language and type
    tell all of them apart. Blank nodes come first and have no order among themselves; few engines change theirs.
    """
    free = _free(pattern)
    keys = [f"?{one}" for one in free if one != "o"]
    keys += ["STR(?o)", "LANG(?o)", "STR(DATATYPE(?o))", "?o"] if "o" in free else []
    order = f"ORDER BY {' '.join(keys)} " if keys else ""
    skipped = PAGE_SIZE * (number - 1)
    return f"SELECT DISTINCT {_projection(pattern)} {_where(pattern)} {order}LIMIT {PAGE_SIZE} OFFSET {skipped}"


def _total(engine: Engine, pattern: Pattern) -> int:
    total = select(engine, count_query(pattern)).rows[0][0]
    assert isinstance(total, Literal)  # noqa: S101 - a COUNT
    return int(total.value)


def _free(pattern: Pattern) -> list[str]:
    return [short for short, position in _POSITIONS.items() if getattr(pattern, position) is None]


def _projection(pattern: Pattern) -> str:
    return " ".join(f"?{one}" for one in _free(pattern)) or "(1 AS ?one)"


def _where(pattern: Pattern) -> str:
    subject, predicate, object_ = (
        str(term) if term is not None else f"?{short}"
        for short, term in (("s", pattern.subject), ("p", pattern.predicate), ("o", pattern.object))
    )
    triple = f"{{ {subject} {predicate} {object_} }}"
    if pattern.graph == UNION:
        return triple
    return f"{{ GRAPH {pattern.graph if pattern.graph is not None else '?g'} {triple} }}"


def _quad(pattern: Pattern, row: dict[str, Term | None]) -> Quad:
    subject, predicate, object_, graph = (
        row.get(short) or getattr(pattern, position) for short, position in _POSITIONS.items()
    )
    assert isinstance(subject, NamedNode | BlankNode)  # noqa: S101 - a pattern that fits nothing is not asked
    assert isinstance(predicate, NamedNode)  # noqa: S101 - as above
    assert isinstance(graph, NamedNode)  # noqa: S101 - a graph of a release has a name
    return Quad(subject, predicate, object_, DefaultGraph() if graph == UNION else graph)
