"""Words for terms, kinds of values and lists, as explanations use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode

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


def listed(words: Iterable[str], most: int = 24) -> str:
    """Words with commas; of many, the first."""
    kept = list(dict.fromkeys(words))
    return ", ".join(kept[:most]) + (f" and {len(kept) - most} more" if len(kept) > most else "")


def kinds(rows: Sequence[tuple[Term | None, ...]]) -> str:
    """Rows of language, datatype, number and example in words: ``406 texts in @en, such as "..."@en``."""
    return "; ".join(_kind(*row) for row in rows if len(row) == 4)


def _kind(language: Term | None, datatype: Term | None, number: Term | None, example: Term | None) -> str:
    count = number.value if isinstance(number, Literal) else "some"
    tag = language.value if isinstance(language, Literal) else ""
    if tag:
        what = f"tagged @{tag}"
    elif isinstance(datatype, NamedNode):
        what = f"of type {shown(datatype)}"
    else:
        what = "unbound" if example is None else "that are IRIs"
    return f"{count} {what}" + (f", such as {brief(example)}" if example is not None else "")
