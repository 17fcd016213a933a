"""The files of an answer by their endings, and its chart in each theme and width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.charts import Chart, Theme, Width
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
    """Return the endings of a question's files in the order of its page, the query last.

    An answer that is a graph has a graph format, and also the table formats, with its statements as rows.
    """
    return (*EXPORTS, "ttl" if question.kind.makes_graph else "srj", QUERY_ENDING)


def files_of(question: CannedQuestion, params: QuestionParams) -> list[ResultFile]:
    """Return the files with the answer, in the order of ``endings_of``, without the query."""
    return [
        # NamedNode() refuses an invalid IRI, which is possible, since the host comes with the request
        ResultFile(NamedNode(urls.absolute(urls.question(question.slug, params, ending))).value, media_type)
        for ending in endings_of(question)
        if (media_type := _media_type(ending))
    ]


def _media_type(ending: str) -> str:
    if ending in EXPORTS:
        return EXPORTS[ending].media_type
    return FORMS[ending].media_type if ending in FORMS else ""


NARROW = "(max-width: 560px)"
"""The screens that get the narrow drawing. server/static/style.css repeats the width."""

_DARK = "(prefers-color-scheme: dark)"


@dataclass(frozen=True)
class Source:
    """A file, the size of its drawing in CSS pixels, and the media query under which it is shown."""

    address: str
    width: int
    height: int
    media: str = ""


@dataclass(frozen=True)
class ChartImage:
    """A chart with its text alternative. The browser takes the first matching source, else the usual one."""

    title: str
    text: str
    usual: Source
    sources: tuple[Source, ...]


def chart_image_of(
    draw: Callable[[Theme, Width], Chart | None], address: Callable[[Theme, Width], str]
) -> ChartImage | None:
    """Return the chart for a page, given functions for its drawings and addresses; None if there is nothing."""
    # the theme changes only colours, so the light drawings give the sizes of the dark ones
    wide, narrow = draw("light", "wide"), draw("light", "narrow")
    if wide is None or narrow is None:
        return None
    # a browser takes the first source whose media query matches, so the narrowest condition comes first
    asked: tuple[tuple[Chart, Width, Theme, str], ...] = (
        (narrow, "narrow", "dark", f"{NARROW} and {_DARK}"),
        (narrow, "narrow", "light", NARROW),
        (wide, "wide", "dark", _DARK),
        (wide, "wide", "light", ""),
    )
    *sources, usual = (
        Source(address(theme, width), entry.width, entry.height, media) for entry, width, theme, media in asked
    )
    return ChartImage(wide.title, wide.text, usual, tuple(sources))
