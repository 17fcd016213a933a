"""Advice on a refused query: the place, the line with a caret under it, a remedy, and the exact correction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import east_asian_width

from kg.core.errors import EnginePanicked, KgError, Message, QueryInvalid, QueryRefused, QueryTooDeep
from kg.diagnostics.syntax import lexical, structure
from kg.diagnostics.syntax.broken_text import BrokenText, Diagnosis, Remedy
from kg.diagnostics.term_suggestions import Terms
from kg.sparql.lexer import place_of
from kg.sparql.parse_errors import offset_of

# The order matters: the first diagnosis that fits is the advice, so the certain ones come before the likely ones.
_DIAGNOSES: tuple[Diagnosis, ...] = (
    structure.grouping,
    structure.naming,
    structure.reused_column,
    lexical.unescaped_iri,
    structure.open_string,
    structure.wide_sign,
    lexical.prefix_line,
    lexical.bare_address,
    lexical.language_tag,
    lexical.unknown_prefix,
    lexical.boolean,
    lexical.operator,
    structure.column,
    lexical.dotted_name,
    structure.ordering,
    structure.filtering,
    structure.inline_values,
    structure.blank_label,
    structure.select_list,
    structure.modifier_inside,
    structure.missing_braces,
    structure.unclosed,
    structure.unopened,
    lexical.misspelt_word,
    lexical.missing_value,
    structure.broken_triple,
    structure.no_form,
    structure.after_the_end,
)

# Their corrections leave no choice. Others have to guess (where a bracket closes, what a query selects): the page shows
# them without a button.
_SURE = frozenset(
    {"undeclared-prefix", "misspelt-prefix", "turtle-prefix", "prefix-colon", "bare-iri", "unescaped-iri", "wide-sign"}
    | {"misspelt-keyword", "name-without-prefix", "variable-sign", "missing-by", "missing-brackets"}
    | {"boolean", "operator", "missing-as", "reused-column", "dotted-name", "unsortable"}
)
_PLACE = re.compile(r"line (\d+), column (\d+)")
_USUAL = Message("Look just before the mark: a dot, a bracket or a quotation mark is missing there most often.")
_LONGEST = 65_536
"""Characters of a text that is searched for the cause; a longer one gets its place only."""
# of a line: characters that are shown, and how many of them before the caret, so that both fit on a phone
_WIDEST, _BEFORE = 56, 26


@dataclass(frozen=True)
class Correction:
    """Put ``insert`` at a line and column, both from 1, in the place of ``delete`` characters.

    ``sure`` is True if there is no other correction.
    """

    insert: str
    line: int
    column: int
    delete: int = 0
    sure: bool = False

    def applied(self, text: str) -> str:
        """Return the corrected text."""
        start = offset_of(text, self.line, self.column)
        return text[:start] + self.insert + text[start + self.delete :]

    def lines(self, text: str) -> str:
        """Return the lines of the corrected text that change."""
        corrected = self.applied(text).split("\n")
        return "\n".join(corrected[self.line - 1 : self.line + self.insert.rstrip("\n").count("\n")])


@dataclass(frozen=True)
class Advice:
    """The cause in one word, its place (line and column from 1), and a remedy.

    The names of the fields but ``correction`` are those of the JSON that clients read.
    """

    cause: str
    remedy: Message | str
    line: int | None = None
    column: int | None = None
    excerpt: str = ""
    correction: Correction | None = None


def advise(error: KgError, text: str, terms: Callable[[], Terms]) -> Advice | None:
    """Return the advice on a query, or None if the error is not the query's.

    Args:
        error: the error of the engine.
        text: the query.
        terms: finds the terms of the release; called only if a name may be misspelt.
    """
    is_searched = len(text) <= _LONGEST
    # an error on a line that the text does not have gives no place to show
    if isinstance(error, QueryInvalid) and error.line is not None and error.line <= text.count("\n") + 1:
        start = offset_of(text, error.line, error.column or 1)
        remedy = _diagnosed(BrokenText(text, start, terms, str(error))) if is_searched else None
        return _advice(text, remedy or Remedy("syntax", _USUAL, start))
    if isinstance(error, EnginePanicked) and is_searched:
        remedy = structure.unsortable(BrokenText(text, 0, terms, str(error)))
        return _advice(text, remedy) if remedy is not None else None
    if isinstance(error, QueryRefused | QueryTooDeep):
        return _refused(error, text, terms)
    return None


def _diagnosed(broken: BrokenText) -> Remedy | None:
    return next((remedy for diagnosis in _DIAGNOSES if (remedy := diagnosis(broken)) is not None), None)


def _refused(error: KgError, text: str, terms: Callable[[], Terms]) -> Advice | None:
    match = _PLACE.search(str(error))
    start = offset_of(text, int(match[1]), int(match[2])) if match is not None else 0
    broken = BrokenText(text, start, terms, str(error))
    remedy = structure.refused_form(broken) if len(text) <= _LONGEST else None
    if remedy is not None:
        return _advice(text, remedy)
    return _advice(text, Remedy("refused", error.message, start)) if match is not None else None


def _advice(text: str, remedy: Remedy) -> Advice:
    line, column = place_of(text, remedy.start)
    correction = None
    if remedy.change is not None:
        start, end, insert = remedy.change
        correction = Correction(insert, *place_of(text, start), end - start, remedy.cause in _SURE)
    return Advice(remedy.cause, remedy.words, line, column, excerpt(text, line, column), correction)


def excerpt(text: str, line: int, column: int) -> str:
    """Return the line with its number, and below it a caret under the column; a long line is cut."""
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    # the caret is kept in view: a long line loses its beginning, not the place of the error
    skipped = max(0, column - 1 - _BEFORE) if len(whole) > _WIDEST else 0
    visible = whole[skipped : skipped + _WIDEST].rstrip("\r")
    head = f"{line} | " + ("…" if skipped else "")
    under = "".join(_blank(sign) for sign in visible[: column - 1 - skipped])
    return f"{head}{visible}{'…' if skipped + _WIDEST < len(whole) else ''}\n{' ' * len(head)}{under}^"


def _blank(sign: str) -> str:
    """Return white space as wide as a character: Chinese ones take two columns of a terminal."""
    if sign == "\t":
        return "\t"
    return "\u3000" if east_asian_width(sign) in "WF" else " "
