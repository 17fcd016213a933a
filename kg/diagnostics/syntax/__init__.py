"""Advice on a query that was refused: the place, the line with a caret under it, a remedy, and the exact mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import east_asian_width

from kg.core.errors import EnginePanicked, KgError, QueryInvalid, QueryRefused, QueryTooDeep
from kg.core.messages import Message
from kg.diagnostics.syntax import brackets, clauses, expressions, names
from kg.diagnostics.syntax.context import Broken, Change, Diagnosis, Remedy, first
from kg.diagnostics.term_suggestions import Terms
from kg.sparql.lexer import place_of
from kg.sparql.parse_errors import offset_of

# The order matters: what is sure comes first, what is only likely last.
_DIAGNOSES: tuple[Diagnosis, ...] = (
    clauses.grouping,
    clauses.naming,
    expressions.reused_column,
    names.unescaped_iri,
    brackets.open_string,
    brackets.wide_sign,
    names.prefix_line,
    names.bare_address,
    names.language_tag,
    names.unknown_prefix,
    expressions.boolean,
    expressions.operator,
    expressions.column,
    expressions.dotted_name,
    clauses.ordering,
    clauses.filtering,
    clauses.inline_values,
    clauses.blank_label,
    clauses.select_list,
    brackets.modifier_inside,
    brackets.missing_braces,
    brackets.unclosed,
    brackets.unopened,
    names.misspelt_word,
    clauses.missing_value,
    brackets.broken_triple,
    clauses.no_form,
    clauses.after_the_end,
)

# Their mends leave no choice; where another one has to be guessed (where a bracket was meant to close, what a query is
# to select), it is shown and not offered at a click.
_SURE = frozenset(
    {"undeclared-prefix", "misspelt-prefix", "turtle-prefix", "prefix-colon", "bare-iri", "unescaped-iri", "wide-sign"}
    | {"misspelt-keyword", "name-without-prefix", "variable-sign", "missing-by", "missing-brackets"}
    | {"boolean", "operator", "missing-as", "reused-column", "dotted-name", "unsortable"}
)
_PLACE = re.compile(r"line (\d+), column (\d+)")
_USUAL = Message("Look just before the mark: a dot, a bracket or a quotation mark is missing there most often.")
_LONGEST = 65_536  # characters of a text that is looked into: a longer one gets its place only
_WIDEST = 56  # characters of a line that is shown whole; of a longer one, so many before the caret fit a telephone
_BEFORE = 26


@dataclass(frozen=True)
class Mend:
    """Put ``insert`` at a line and column, both from 1, in the place of ``delete`` characters.

    ``sure`` says that nothing else can have been meant.
    """

    insert: str
    line: int
    column: int
    delete: int = 0
    sure: bool = False

    def applied(self, text: str) -> str:
        """The text, mended."""
        start = offset_of(text, self.line, self.column)
        return text[:start] + self.insert + text[start + self.delete :]

    def lines(self, text: str) -> str:
        """The lines that the mend makes, as they stand in the mended text."""
        mended = self.applied(text).split("\n")
        return "\n".join(mended[self.line - 1 : self.line + self.insert.rstrip("\n").count("\n")])


@dataclass(frozen=True)
class Advice:
    """What is the matter in one word, where, and what helps; lines and columns count from 1."""

    cause: str
    remedy: Message | str
    line: int | None = None
    column: int | None = None
    excerpt: str = ""
    mend: Mend | None = None


def advise(error: KgError, text: str, terms: Callable[[], Terms]) -> Advice | None:
    """The advice for an error that a text gave, or None for an error that is not the text's.

    Args:
        error: what the engine said.
        text: the SPARQL text.
        terms: finds the terms of the release, which are asked for only if a name may be misspelt.
    """
    if isinstance(error, QueryInvalid) and error.line is not None and error.line <= text.count("\n") + 1:
        start = offset_of(text, error.line, error.column or 1)
        looked_into = len(text) <= _LONGEST
        remedy = first(Broken(text, start, terms, str(error)), _DIAGNOSES) if looked_into else None
        return _advice(text, remedy or Remedy("syntax", _USUAL, start))
    if isinstance(error, EnginePanicked) and len(text) <= _LONGEST:
        unsortable = expressions.unsortable(Broken(text, 0, terms, str(error)))
        return _advice(text, unsortable) if unsortable is not None else None
    if isinstance(error, QueryRefused | QueryTooDeep):
        return _refused(error, text, terms)
    return None


def _refused(error: KgError, text: str, terms: Callable[[], Terms]) -> Advice | None:
    match = _PLACE.search(str(error))
    start = offset_of(text, int(match[1]), int(match[2])) if match is not None else 0
    looked_into = len(text) <= _LONGEST
    remedy = clauses.refused_form(Broken(text, start, terms, str(error))) if looked_into else None
    if remedy is not None:
        return _advice(text, remedy)
    return _advice(text, Remedy("refused", error.message, start)) if match is not None else None


def _advice(text: str, remedy: Remedy) -> Advice:
    line, column = place_of(text, remedy.start)
    mend = mend_of(text, remedy.change, sure=remedy.cause in _SURE) if remedy.change is not None else None
    return Advice(remedy.cause, remedy.words, line, column, excerpt(text, line, column), mend)


def mend_of(text: str, change: Change, *, sure: bool) -> Mend:
    """A change as a line, a column and a number of characters."""
    line, column = place_of(text, change.start)
    return Mend(change.insert, line, column, change.end - change.start, sure)


def excerpt(text: str, line: int, column: int) -> str:
    """The line with its number, and below it a caret under the column; a long line is cut around it."""
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    skipped = max(0, column - 1 - _BEFORE) if len(whole) > _WIDEST else 0
    shown = whole[skipped : skipped + _WIDEST].rstrip("\r")
    head = f"{line} | " + ("…" if skipped else "")
    under = "".join(_blank(sign) for sign in shown[: column - 1 - skipped])
    return f"{head}{shown}{'…' if skipped + _WIDEST < len(whole) else ''}\n{' ' * len(head)}{under}^"


def _blank(sign: str) -> str:
    """White space as wide as a sign: Chinese ones take two columns of a terminal."""
    if sign == "\t":
        return "\t"
    return "\u3000" if east_asian_width(sign) in "WF" else " "
