"""Words for terms, kinds of values and lists, as explanations use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from pyoxigraph import Literal, NamedNode

from kg.core.messages import Message
from kg.core.names import PREFIXES, curie
from kg.engine import Term

_PLAIN_NUMBERS = (PREFIXES["xsd"] + "integer", PREFIXES["xsd"] + "decimal", PREFIXES["xsd"] + "boolean")
_LONGEST = 60


def shown(term: Term | None) -> str:
    """A term as a query writes it, with our prefixes, whole."""
    if isinstance(term, NamedNode):
        short = curie(term)
        return short if short != term.value else str(term)
    if isinstance(term, Literal):
        if term.datatype.value in _PLAIN_NUMBERS:
            return term.value
        if term.language is None and term.datatype.value != PREFIXES["xsd"] + "string":
            return f"{Literal(term.value)}^^{shown(term.datatype)}"
    return str(term)


def brief(term: Term | None) -> str:
    """A term for a sentence, cut if it is long."""
    text = shown(term)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def listed(words: Iterable[str], most: int = 24) -> Message | str:
    """Words with commas; of many, the first."""
    unique = list(dict.fromkeys(words))
    text, others = ", ".join(unique[:most]), len(unique) - most
    return Message("%(listed)s and %(number)s more", listed=text, number=others) if others > 0 else text


def kinds(rows: Sequence[tuple[Term | None, ...]]) -> Message:
    """Return rows of language, datatype, number and example in words: ``406 tagged @en, such as "..."@en``."""
    each = [_kind(*row) for row in rows if len(row) == 4]
    return reduce(lambda before, after: Message("%(before)s; %(after)s", before=before, after=after), each)


def _kind(language: Term | None, datatype: Term | None, number: Term | None, example: Term | None) -> Message:
    count = number.value if isinstance(number, Literal) else shown(number)
    if example is None:
        return Message("%(number)s unbound", number=count)
    sample = brief(example)
    if isinstance(language, Literal) and language.value:
        return Message(
            "%(number)s tagged @%(tag)s, such as %(example)s", number=count, tag=language.value, example=sample
        )
    if isinstance(datatype, NamedNode):
        of_type = shown(datatype)
        return Message("%(number)s of type %(type)s, such as %(example)s", number=count, type=of_type, example=sample)
    return Message("%(number)s that are IRIs, such as %(example)s", number=count, example=sample)
