"""The endings of the files that the answer to a canned question can be had as."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.media_types import FORMS
from kg.output.export import EXPORTS
from kg.questions.catalogue import CannedQuestion
from server.core import urls
from server.core.question_params import QuestionParams

QUERY_ENDING = "rq"


@dataclass(frozen=True)
class ResultFile:
    """A file with the answer to a question: its absolute address and its media type."""

    address: str
    media_type: str


def endings_of(question: CannedQuestion) -> tuple[str, ...]:
    """The endings of the files that a question can be had as, its query last; in the order in which a page offers them.

    What makes a graph can be had as one, and like all others as a table, of its statements.
    """
    return (*EXPORTS, "ttl" if question.kind.makes_graph else "srj", QUERY_ENDING)


def files_of(question: CannedQuestion, params: QuestionParams) -> list[ResultFile]:
    """Return the files with the answer, in the order of ``endings_of``; the text of the query is none of them."""
    return [
        ResultFile(NamedNode(urls.absolute(urls.question(question.slug, params, ending))).value, media_type)
        for ending in endings_of(question)
        if (media_type := _media_type(ending))
    ]


def _media_type(ending: str) -> str:
    if ending in EXPORTS:
        return EXPORTS[ending].media_type
    return FORMS[ending].media_type if ending in FORMS else ""
