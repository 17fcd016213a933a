"""Facts as sentences in English, German and Chinese: targets, observations, events and others."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.engine import Engine
from kg.output.sentences.facts import Facts, facts_of
from kg.output.sentences.writers import (
    claim_sentence,
    event_sentence,
    figure_sentence,
    link_sentence,
    milestone_sentence,
    observation_sentence,
    plan_sentence,
    qualified,
)

__all__ = ["qualified", "sentences_of"]

_WRITERS = (
    claim_sentence,
    observation_sentence,
    figure_sentence,
    milestone_sentence,
    event_sentence,
    link_sentence,
)
_WHOLE = (*_WRITERS, plan_sentence)


def sentences_of(
    engine: Engine, things: Iterable[NamedNode], language: str = "en", *, subject: NamedNode | None = None
) -> dict[NamedNode, str]:
    """Return a sentence for each resource that has the facts for one.

    The ``subject`` of a page may get a sentence with more context, such as who issued a plan and when.

    Raises:
        As ``Engine.answer``.
    """
    unique = list(dict.fromkeys([*things, *([subject] if subject is not None else [])]))
    facts = facts_of(engine, unique)
    written = {thing: _sentence(facts, thing, language, whole=thing == subject) for thing in unique}
    return {thing: sentence for thing, sentence in written.items() if sentence}


def _sentence(facts: Facts, thing: NamedNode, language: str, *, whole: bool) -> str:
    return next(
        (sentence for write in (_WHOLE if whole else _WRITERS) if (sentence := write(facts, thing, language))), ""
    )
