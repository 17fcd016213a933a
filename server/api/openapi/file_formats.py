"""The endings that the description tells of: those of every file that a question can be had as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kg.core.media_types import FORMS
from kg.output.citation import CITATIONS
from kg.output.export import EXPORTS
from kg.questions.catalogue import CannedQuestion
from server.core.sparql_protocol.protocol import QUERY_TYPE
from server.pages.question import charts
from server.pages.result import file_formats as files

_MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {ending: form.media_type for ending, form in FORMS.items()}
    | {ending: export.media_type for ending, export in EXPORTS.items()}
    | {files.QUERY_ENDING: QUERY_TYPE}
    | {ending: citation.media_type for ending, citation in CITATIONS.items()}
    | charts.MEDIA_TYPES
)


@dataclass(frozen=True)
class Offered:
    """A file that a question can be had as."""

    ending: str
    media_type: str


def endings_of(question: CannedQuestion) -> tuple[Offered, ...]:
    """The files of a question, in the order in which its page offers them."""
    drawn = charts.MEDIA_TYPES if question.chart is not None else ()
    endings = (*files.endings_of(question), *drawn, *CITATIONS)
    return tuple(Offered(ending, _MEDIA_TYPES[ending]) for ending in endings)
