"""How the current release answers a question otherwise than an older one: in rows added, removed and changed."""

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
    """Rows that only the current release gives, that only the older one gives, and that name the same things otherwise.

    ``refused`` is the reason where the current release cannot answer at all, since a value that was chosen is none of
    its choices any more.
    """

    release_id: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    refused: str = ""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.added or self.removed or self.changed or self.refused)

    def words(self, language: str) -> str:
        """It as a sentence."""
        same, otherwise, order = _NOTES[language]
        if not self:
            return same
        colon, comma, stop = _PUNCTUATION[language]
        if self.refused:
            return otherwise + colon + self.refused
        counted = zip((self.added, self.removed, self.changed), _VERBS[language], strict=True)
        told = (order.format(n, _UNITS[language][n != 1], verb) for n, verb in counted if n)
        return otherwise + colon + comma.join(told) + stop


def difference(pinned: QuestionResult, current: QuestionResult) -> Difference:
    """Compare the answers of two releases to the same question, as their readers see them.

    A row is what its visible cells are and how they are called; the order of rows and the labels of blank nodes do not
    count. Of the rows that are not in both answers, two that name the same things in the same columns are one that
    changed.
    """
    before, after = _rows(pinned), _rows(current)
    added, removed = after - before, before - after
    places = _naming(pinned)
    changed = (_named(added, places) & _named(removed, places)).total() if places else 0
    return Difference(current.release_id, added.total() - changed, removed.total() - changed, changed)


def _rows(answered: QuestionResult) -> Counter[_Seen]:
    places = visible(answered.columns)
    return Counter(_seen(answered, row, places) for row in answered.rows)


def _seen(answered: QuestionResult, row: Row, places: list[int]) -> _Seen:
    return tuple(_cell(answered, row[place]) for place in places)


def _cell(answered: QuestionResult, term: Term | None) -> tuple[str, str]:
    """A term and how it is called; a blank node has no name that lasts."""
    return ("_:", "") if isinstance(term, BlankNode) else (str(term), answered.words(term))


def _naming(answered: QuestionResult) -> list[int]:
    """Where, among the visible columns, those stand that name things."""
    shown = [answered.columns[place] for place in visible(answered.columns)]
    return [place for place, column in enumerate(shown) if column.kind == "entity"]


def _named(rows: Counter[_Seen], places: list[int]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for row, times in rows.items():
        found[tuple(row[place][0] for place in places)] += times
    return found
