"""Differences between the results of two releases: rows added, removed and changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import BlankNode

from kg.engine import Term
from kg.questions.result import QuestionResult, Row, visible

_Seen = tuple[tuple[str, str], ...]

_NOTES = {
    "en": ("The current release answers the same.", "The current release answers differently", "{} {} {}"),
    "de": ("Die aktuelle Ausgabe antwortet ebenso.", "Die aktuelle Ausgabe antwortet anders", "{} {} {}"),
    "zh": ("当前版本的答案相同。", "当前版本的答案不同", "{2}{0}{1}"),
}
_UNITS = {"en": ("row", "rows"), "de": ("Zeile", "Zeilen"), "zh": ("行", "行")}
_VERBS = {
    "en": ("added", "removed", "changed"),
    "de": ("hinzugekommen", "weggefallen", "geändert"),
    "zh": ("新增", "删除", "修改"),
}
_PUNCTUATION = {"en": (": ", ", ", "."), "de": (": ", ", ", "."), "zh": ("：", "，", "。")}


@dataclass(frozen=True)
class Difference:
    """Rows only in the current release, only in the older one, and about the same resources with other values.

    ``refused`` is the reason if the current release cannot answer, since a chosen value is no longer an option.
    """

    release_id: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    refused: str = ""

    def __bool__(self) -> bool:
        """Return True if there is any difference."""
        return bool(self.added or self.removed or self.changed or self.refused)

    def words(self, language: str) -> str:
        """Return the difference as a sentence."""
        same, otherwise, order = _NOTES[language]
        if not self:
            return same
        colon, comma, stop = _PUNCTUATION[language]
        if self.refused:
            return otherwise + colon + self.refused
        counted = zip((self.added, self.removed, self.changed), _VERBS[language], strict=True)
        parts = (order.format(n, _UNITS[language][n != 1], verb) for n, verb in counted if n)
        return otherwise + colon + comma.join(parts) + stop


def difference(pinned: QuestionResult, current: QuestionResult) -> Difference:
    """Compare the results of two releases for the same question, as readers see them.

    A row is its visible cells and their labels; the order of rows and the labels of blank nodes do not count. Two
    unmatched rows that name the same resources in the same columns count as one changed row.
    """
    before, after = _rows(pinned), _rows(current)
    added, removed = after - before, before - after
    # each release has its own columns: a resource is at another place if a column was added
    now, then = _naming(current), _naming(pinned)
    # the intersection of multisets pairs each added row with at most one removed row
    changed = (_named(added, now) & _named(removed, then)).total() if now and then else 0
    return Difference(current.release_id, added.total() - changed, removed.total() - changed, changed)


def _rows(answered: QuestionResult) -> Counter[_Seen]:
    places = visible(answered.columns)
    return Counter(_seen(answered, row, places) for row in answered.rows)


def _seen(answered: QuestionResult, row: Row, places: list[int]) -> _Seen:
    return tuple(_cell(answered, row[place]) for place in places)


def _cell(answered: QuestionResult, term: Term | None) -> tuple[str, str]:
    """Return a term and its label; a blank node has no stable name."""
    return ("_:", "") if isinstance(term, BlankNode) else (str(term), answered.words(term))


def _naming(answered: QuestionResult) -> list[int]:
    """Return the places, among the visible columns, of columns that name resources."""
    shown = [answered.columns[place] for place in visible(answered.columns)]
    return [place for place, column in enumerate(shown) if column.kind == "entity"]


def _named(rows: Counter[_Seen], places: list[int]) -> Counter[tuple[str, ...]]:
    names: Counter[tuple[str, ...]] = Counter()
    for row, times in rows.items():
        names[tuple(row[place][0] for place in places)] += times
    return names
