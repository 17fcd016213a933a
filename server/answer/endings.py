"""The endings of the files that the answer to a canned question can be had as."""

from __future__ import annotations

from kg.catalogue import CannedQuestion
from kg.export import EXPORTS

QUERY_ENDING = "rq"


def endings_of(question: CannedQuestion) -> tuple[str, ...]:
    """The endings of the files that a question can be had as, its query last; in the order in which a page offers them.

    What makes a graph can be had as one, and like all others as a table, of its statements.
    """
    return (*EXPORTS, "ttl" if question.kind.makes_graph else "srj", QUERY_ENDING)
