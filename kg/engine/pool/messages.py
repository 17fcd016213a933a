"""A question as a message between processes; see ``kg.engine.pool.ipc``."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.core.media_types import FORMS
from kg.engine import Question
from kg.engine.pool.ipc import Head


def question_head(question: Question) -> Head:
    """Return the head of the message that asks a question; its text is the body, as UTF-8."""
    return {
        "form": question.form.ending,
        "default": [node.value for node in question.default_graphs],
        "named": [node.value for node in question.named_graphs],
    }


def question_in(head: Head, body: bytes) -> Question:
    """Return the question of a message."""
    return Question(body.decode("utf-8"), FORMS[head["form"]], _nodes(head["default"]), _nodes(head["named"]))


def _nodes(iris: Iterable[str]) -> tuple[NamedNode, ...]:
    return tuple(map(NamedNode, iris))
