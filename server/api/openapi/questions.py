"""The addresses of a canned question: its page, and a file for each ending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kg.questions.catalogue import CannedQuestion
from server.api.openapi.parameters import key_of, order_of, shared
from server.api.openapi.responses import HTML, OF_THE_ENGINE, answer, errors, unchanged
from server.api.openapi.schemas import Json, ref, rows_key
from server.api.openapi.texts import words

_ERRORS = (400, 404, 406, *OF_THE_ENGINE)
_ROWS = "json"
# what the endpoint itself says, which knows nothing of order and facets
_AS_ASKED = ("rq", "srj", "ttl")
_FURTHER = {"csv": ("bom",), **dict.fromkeys(("svg", "png", "vl.json", "vg.json"), ("theme", "width"))}


class Ending(Protocol):
    """A form that an answer can be had in: what the address ends in, and the media type of the file."""

    @property
    def ending(self) -> str:
        """Without the dot: ``csv``, ``vl.json``."""
        ...

    @property
    def media_type(self) -> str:
        """Without parameters: ``text/csv``."""
        ...


def question_paths(question: CannedQuestion, endings: Sequence[Ending], language: str) -> dict[str, Json]:
    """What may be asked of a question, by path."""
    address = f"/q/{question.slug}"
    page, frame = (_page(question, key, language) for key in ("page", "embed"))
    found = {
        address: _path(question, page, words("page", language), language),
        f"{address}/embed": _path(question, frame, words("embed", language), language),
    }
    for one in endings:
        found[f"{address}.{one.ending}"] = _path(question, _file(question, one, language), f".{one.ending}", language)
    return found


def _path(question: CannedQuestion, operation: Json, form: str, language: str) -> Json:
    return {
        "summary": f"{question.title[language]} ({form})",
        "parameters": [*(ref("parameters", key_of(question, one)) for one in question.parameters), shared("lang")],
        "get": {"tags": [question.subject], "summary": question.question[language], **operation},
    }


def _page(question: CannedQuestion, key: str, language: str) -> Json:
    return {
        "operationId": f"{question.slug}.{key}",
        "description": f"{question.description[language]}\n\n{question.limits[language]}",
        "parameters": [*order_of(question), shared("page"), shared("size")],
        "responses": {
            "200": answer(words(f"answer-{key}", language), [HTML]),
            **unchanged(),
            **errors(_ERRORS),
        },
    }


def _file(question: CannedQuestion, form: Ending, language: str) -> Json:
    order = [] if form.ending in _AS_ASKED else order_of(question)
    return {
        "operationId": f"{question.slug}.{form.ending}",
        "parameters": [*order, *map(shared, _FURTHER.get(form.ending, ()))],
        "responses": {"200": _answer(question, form, language), **unchanged(), **errors(_ERRORS)},
    }


def _answer(question: CannedQuestion, form: Ending, language: str) -> Json:
    described = answer(words("answer-file", language, media_type=form.media_type), [form.media_type])
    if form.ending == _ROWS:
        described["content"][form.media_type]["schema"] = ref("schemas", rows_key(question))
    return described
