"""An answered question: its rows with their labels and places, narrowed by facets and put in order."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from kg.core.errors import ColumnUnknown
from kg.core.messages import Message
from kg.core.names import curie, name
from kg.engine import Engine, Term, construct, select
from kg.graph.describe import Label, Labels, Place, label_of, labels_of, parents_of, pinyin_of, places_of
from kg.questions.catalogue import CannedQuestion, Chosen, Column, choose, fill

Row = tuple[Term | None, ...]

# how the statements of a question that makes a graph are shown
GRAPH_COLUMNS = (
    Column("subject", {"en": "Thing", "de": "Ding", "zh": "实体"}, "entity"),
    Column("property", {"en": "Property", "de": "Eigenschaft", "zh": "属性"}, "entity"),
    Column("object", {"en": "Value", "de": "Wert", "zh": "值"}, "entity"),
)

_NUMERIC = frozenset(
    name(f"xsd:{kind}")
    for kind in ("integer", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger", "int", "long")
)
_LARGEST_EXPONENT = 24  # no amount of the world is larger; "1E999999999" would be a page of a gigabyte


@dataclass(frozen=True)
class FacetValue:
    """A value in a facet: the term, in how many of the rows it stands, and whether it was chosen."""

    term: Term
    count: int
    chosen: bool


@dataclass(frozen=True)
class QuestionResult:
    """The answer to a canned question, in one language.

    A question that makes a graph has the three columns of its statements. ``columns`` and ``rows`` go together; hidden
    columns are among them. ``total`` is the number of rows before facets narrowed them. ``given`` are the values as the
    asker wrote them, defaults left out.
    """

    question: CannedQuestion
    given: Mapping[str, tuple[str, ...]]
    chosen: Chosen
    text: str
    release_id: str
    language: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    labels: Labels
    places: Mapping[NamedNode, Place]
    parents: Mapping[NamedNode, NamedNode]
    pinyin: Mapping[NamedNode, str]
    total: int
    only: Mapping[str, tuple[str, ...]]

    def place(self, column: str) -> int:
        """Where a column stands in a row.

        Raises:
            ColumnUnknown: there is no such column.
        """
        for place, one in enumerate(self.columns):
            if one.name == column:
                return place
        named = ", ".join(one.name for one in self.columns)
        raise ColumnUnknown(
            Message("The answer has no column %(name)s; it has %(offered)s.", name=repr(column), offered=named)
        )

    def label(self, term: NamedNode) -> Label:
        """The label of a term in the language of the answer, else in another one, else its slug or compact IRI."""
        return label_of(self.labels, term, self.language)

    def words(self, term: Term | None) -> str:
        """A cell in words: labels for IRIs, the plain text of literals, nothing for what is unbound."""
        if isinstance(term, NamedNode):
            return self.label(term).text
        return term.value if isinstance(term, Literal) else "" if term is None else str(term)


def answer_question(
    engine: Engine, question: CannedQuestion, given: Mapping[str, Sequence[str]], language: str = "en"
) -> QuestionResult:
    """Ask a canned question, and find the labels and places of what its answer names.

    Raises:
        ParameterInvalid: a value does not fit its parameter.
        As ``Engine.answer``.
    """
    chosen = choose(question, given, engine)
    text = fill(question.text, chosen)
    shown, rows = _statements(engine, text) if question.kind.makes_graph else _table(engine, text, question)
    iris = {cell for row in rows for cell in row if isinstance(cell, NamedNode)}
    evidence = [place for place, column in enumerate(shown) if column.kind == "evidence"]
    places = places_of(engine, {row[at] for row in rows for at in evidence if isinstance(row[at], NamedNode)})  # type: ignore[misc]
    parents = parents_of(engine, iris)
    named_by_places = {one for place in places.values() for one in (place.section, place.trust) if one is not None}
    values = {term for terms in chosen.values() for term in terms if isinstance(term, NamedNode)}
    labels = labels_of(engine, iris | named_by_places | values | set(parents.values()))
    return QuestionResult(
        question=question,
        given={key: tuple(given_values) for key, given_values in given.items()},
        chosen=chosen,
        text=text,
        release_id=engine.release_id,
        language=language,
        columns=shown,
        rows=rows,
        labels=labels,
        places=places,
        parents=parents,
        pinyin=pinyin_of(engine, iris) if language == "zh" else {},
        total=len(rows),
        only={},
    )


def _table(engine: Engine, text: str, question: CannedQuestion) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """The described columns of a table, and its rows."""
    table = select(engine, text)
    columns = {column.name: column for column in question.columns}
    shown = tuple(columns[variable] for variable in table.variables if variable in columns)
    wanted = [table.variables.index(column.name) for column in shown]
    return shown, tuple(tuple(row[place] for place in wanted) for row in table.rows)


def _statements(engine: Engine, text: str) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """The statements of a graph, in order of their text: a graph has none of its own."""
    rows = ((one.subject, one.predicate, one.object) for one in construct(engine, text))
    return GRAPH_COLUMNS, tuple(sorted(rows, key=lambda row: tuple(map(str, row))))


def narrow(answered: QuestionResult, only: Mapping[str, Sequence[str]]) -> QuestionResult:
    """Keep the rows whose cells are among the given ones: compact IRIs, IRIs or texts, by facet column.

    Raises:
        ColumnUnknown: a facet is no facet of the question.
    """
    if strange := set(only) - set(answered.question.facets):
        raise ColumnUnknown(
            Message(
                "The answer cannot be narrowed by %(name)s; its facets are %(offered)s.",
                name=", ".join(sorted(strange)),
                offered=", ".join(answered.question.facets) or Message("none"),
            )
        )
    kept = answered.rows
    for column, values in only.items():
        place = answered.place(column)
        kept = tuple(row for row in kept if _written(row[place]) & set(values))
    return replace(answered, rows=kept, only={column: tuple(values) for column, values in only.items()})


def facet_values(answered: QuestionResult, whole: QuestionResult) -> dict[str, list[FacetValue]]:
    """For each facet the values that it may be narrowed to, most frequent first.

    The numbers of a facet count the rows of ``whole`` that the other facets leave, so that none leads to no row.
    """
    found = {}
    for column in answered.question.facets:
        others = {key: values for key, values in answered.only.items() if key != column}
        place = whole.place(column)
        counts = Counter(row[place] for row in narrow(whole, others).rows if row[place] is not None)
        chosen = set(answered.only.get(column, ()))
        listed = [FacetValue(term, n, bool(_written(term) & chosen)) for term, n in counts.items() if term is not None]
        found[column] = sorted(listed, key=lambda one: (-one.count, answered.words(one.term)))
    return found


def _written(term: Term | None) -> set[str]:
    """The ways in which an address may name a cell."""
    if isinstance(term, NamedNode):
        return {term.value, curie(term)}
    return {term.value} if isinstance(term, Literal) else set()


def order(answered: QuestionResult, column: str, *, descending: bool = False) -> QuestionResult:
    """Put the rows in order of a column: numbers by size, words as a reader of the language expects; empty cells last.

    Rows that are equal in it keep the order of the query.

    Raises:
        ColumnUnknown: there is no such column.
    """
    place = answered.place(column)
    key = _reading_order(answered)
    bound = [row for row in answered.rows if row[place] is not None]
    unbound = tuple(row for row in answered.rows if row[place] is None)
    ordered = sorted(bound, key=lambda row: key(row[place]), reverse=descending)
    return replace(answered, rows=(*ordered, *unbound))


def _reading_order(answered: QuestionResult) -> Callable[[Term | None], tuple[int, Decimal, str, str]]:
    """A key that sorts numbers before words, Chinese by its pinyin, other words without their accents."""

    def key(term: Term | None) -> tuple[int, Decimal, str, str]:
        number = number_of(term)
        if number is not None:
            return (0, number, "", "")
        words = answered.words(term)
        sound = answered.pinyin.get(term, words) if isinstance(term, NamedNode) else words
        return (1, Decimal(0), _plain(sound), words)

    return key


def number_of(term: Term | None) -> Decimal | None:
    """The number that a cell holds, by its datatype; none for other cells, and for what is beyond any measure."""
    if not isinstance(term, Literal) or term.datatype not in _NUMERIC:
        return None
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LARGEST_EXPONENT else None


def _plain(text: str) -> str:
    """A text without case and accents, so that Ärzte stands beside Arzt (DIN 5007-1)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def visible(columns: Iterable[Column]) -> list[int]:
    """Where the columns stand that a reader sees."""
    return [place for place, column in enumerate(columns) if column.kind != "hidden"]
