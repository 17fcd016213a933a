"""The result of a canned question: rows with labels and places, facets, order, and its choices in words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from kg.core.errors import ColumnUnknown, Message
from kg.core.names import curie, name
from kg.engine import Engine, Term, construct, select
from kg.graph.evidence import Place, places_of
from kg.graph.hierarchy import parents_of
from kg.graph.labels import Label, Labels, label_of, labels_of, pinyin_of
from kg.questions.catalogue import CannedQuestion, Chosen, Column, Parameter, Texts, choose, fill

Row = tuple[Term | None, ...]

# The columns of a CONSTRUCT question.
GRAPH_COLUMNS = (
    Column("subject", {"en": "Thing", "de": "Ding", "zh": "实体"}, "entity"),
    Column("property", {"en": "Property", "de": "Eigenschaft", "zh": "属性"}, "entity"),
    Column("object", {"en": "Value", "de": "Wert", "zh": "值"}, "entity"),
)

_NUMERIC = frozenset(
    name(f"xsd:{kind}")
    for kind in ("integer", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger", "int", "long")
)
_LARGEST_EXPONENT = 24  # real amounts are smaller; "1E999999999" written out would make a page of a gigabyte


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet: the term, its number of rows, and whether it is chosen."""

    term: Term
    count: int
    chosen: bool


@dataclass(frozen=True)
class QuestionResult:
    """The result of a canned question, in one language.

    A CONSTRUCT question has the three columns of its statements. ``columns`` and ``rows`` include hidden columns.
    ``total`` is the number of rows before facets. ``values`` are the parameter values of the request, defaults left
    out.
    """

    question: CannedQuestion
    values: Mapping[str, tuple[str, ...]]
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
        """Return the position of a column in a row.

        Raises:
            ColumnUnknown: there is no such column.
        """
        for place, field in enumerate(self.columns):
            if field.name == column:
                return place
        named = ", ".join(field.name for field in self.columns)
        raise ColumnUnknown(
            Message("The answer has no column %(name)s; it has %(offered)s.", name=repr(column), offered=named)
        )

    def label(self, term: NamedNode) -> Label:
        """Return the label in the language of the result, else in another one, else slug or compact IRI."""
        return label_of(self.labels, term, self.language)

    def words(self, term: Term | None) -> str:
        """Return a cell in words: the label of an IRI, the text of a literal, nothing if unbound."""
        if isinstance(term, NamedNode):
            return self.label(term).text
        return term.value if isinstance(term, Literal) else "" if term is None else str(term)


def answer_question(
    engine: Engine, question: CannedQuestion, values: Mapping[str, Sequence[str]], language: str = "en"
) -> QuestionResult:
    """Answer a canned question, and read the labels and places of the terms in its result.

    Raises:
        ParameterInvalid: a value does not fit its parameter.
        As ``Engine.answer``.
    """
    chosen = choose(question, values, engine)
    text = fill(question.text, chosen)
    shown, rows = _statements(engine, text) if question.kind.makes_graph else _table(engine, text, question)
    iris = {cell for row in rows for cell in row if isinstance(cell, NamedNode)}
    evidence = [place for place, column in enumerate(shown) if column.kind == "evidence"]
    # the filter at the end ensures an IRI, but mypy does not narrow an index that is a variable
    places = places_of(engine, {row[at] for row in rows for at in evidence if isinstance(row[at], NamedNode)})  # type: ignore[misc]
    parents = parents_of(engine, iris)
    named_by_places = {node for place in places.values() for node in (place.section, place.trust) if node is not None}
    terms = {term for terms in chosen.values() for term in terms if isinstance(term, NamedNode)}
    labels = labels_of(engine, iris | named_by_places | terms | set(parents.values()))
    return QuestionResult(
        question=question,
        values={key: tuple(texts) for key, texts in values.items()},
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
    """Return the described columns of a table, and its rows."""
    table = select(engine, text)
    columns = {column.name: column for column in question.columns}
    shown = tuple(columns[variable] for variable in table.variables if variable in columns)
    wanted = [table.variables.index(column.name) for column in shown]
    return shown, tuple(tuple(row[place] for place in wanted) for row in table.rows)


def _statements(engine: Engine, text: str) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Return the statements of a graph, sorted by their text: a graph has no order."""
    rows = ((triple.subject, triple.predicate, triple.object) for triple in construct(engine, text))
    return GRAPH_COLUMNS, tuple(sorted(rows, key=lambda row: tuple(map(str, row))))


def narrow(answered: QuestionResult, only: Mapping[str, Sequence[str]]) -> QuestionResult:
    """Keep the rows whose cells match the values (compact IRIs, IRIs or texts), by facet column.

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
    rows = answered.rows
    for column, values in only.items():
        place = answered.place(column)
        # values of one facet are alternatives, and several facets all apply
        rows = tuple(row for row in rows if _written(row[place]) & set(values))
    return replace(answered, rows=rows, only={column: tuple(values) for column, values in only.items()})


def facet_values(answered: QuestionResult, whole: QuestionResult) -> dict[str, list[FacetValue]]:
    """Return the values of each facet, most frequent first.

    A count covers the rows of ``whole`` that pass the other facets, so that no value leads to an empty result.
    """
    facets = {}
    for column in answered.question.facets:
        # the own choice of a facet does not limit its list, or the other values could not be chosen
        others = {key: values for key, values in answered.only.items() if key != column}
        place = whole.place(column)
        counts = Counter(row[place] for row in narrow(whole, others).rows if row[place] is not None)
        chosen = set(answered.only.get(column, ()))
        listed = [FacetValue(term, n, bool(_written(term) & chosen)) for term, n in counts.items() if term is not None]
        facets[column] = sorted(listed, key=lambda facet: (-facet.count, answered.words(facet.term)))
    return facets


def _written(term: Term | None) -> set[str]:
    """Return the spellings of a cell in an address."""
    if isinstance(term, NamedNode):
        return {term.value, curie(term)}
    return {term.value} if isinstance(term, Literal) else set()


def order(answered: QuestionResult, column: str, *, descending: bool = False) -> QuestionResult:
    """Sort rows by a column: numbers by size, words in the order of the language; empty cells last.

    Equal rows keep the order of the query.

    Raises:
        ColumnUnknown: there is no such column.
    """
    place = answered.place(column)
    key = _reading_order(answered)
    # unbound cells are set apart, so that they are last in either direction
    bound = [row for row in answered.rows if row[place] is not None]
    unbound = tuple(row for row in answered.rows if row[place] is None)
    # ``reverse`` keeps equal rows in their order, as the sort stays stable
    ordered = sorted(bound, key=lambda row: key(row[place]), reverse=descending)
    return replace(answered, rows=(*ordered, *unbound))


def _reading_order(answered: QuestionResult) -> Callable[[Term | None], tuple[int, Decimal, str, str]]:
    """Return a sort key: numbers before words, Chinese by pinyin, other words without accents."""

    def key(term: Term | None) -> tuple[int, Decimal, str, str]:
        number = number_of(term)
        if number is not None:
            return (0, number, "", "")
        words = answered.words(term)
        sound = answered.pinyin.get(term, words) if isinstance(term, NamedNode) else words
        return (1, Decimal(0), _plain(sound), words)

    return key


def number_of(term: Term | None) -> Decimal | None:
    """Return the number in a cell, by its datatype; None for other cells and for absurdly large numbers."""
    if not isinstance(term, Literal) or term.datatype not in _NUMERIC:
        return None
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        # a numeric datatype does not ensure that the text is a number
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LARGEST_EXPONENT else None


def _plain(text: str) -> str:
    """Return a text without case and accents, so that Ärzte sorts next to Arzt (DIN 5007-1)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def visible(columns: Iterable[Column]) -> list[int]:
    """Return the positions of the columns that are shown."""
    return [place for place, column in enumerate(columns) if column.kind != "hidden"]


InWords = tuple[tuple[str, tuple[str, ...]], ...]
"""Labels, each with its chosen values."""

_LINE: Texts = {"en": "line {line}", "de": "Zeile {line}", "zh": "第{line}行"}
_SEPARATOR: Texts = {"en": ", ", "de": ", ", "zh": "，"}


def chosen_words(answered: QuestionResult) -> InWords:
    """Return each parameter with its values, labelled as in its pick list; an open one has none."""
    return tuple(
        (
            parameter.labels[answered.language],
            tuple(_value(answered, parameter, term) for term in answered.chosen[parameter.name]),
        )
        for parameter in answered.question.parameters
    )


def _value(answered: QuestionResult, parameter: Parameter, term: NamedNode | Literal) -> str:
    options = (option for option in parameter.fixed_options if option.value == term)
    return next((option.labels[answered.language] for option in options), answered.words(term))


def narrowed_words(answered: QuestionResult) -> InWords:
    """Return each facet column with the values that filter it."""
    named = {written: answered.words(term) for term in answered.labels for written in (term.value, curie(term))}
    labels = {column.name: column.labels[answered.language] for column in answered.columns}
    return tuple(
        (labels[column], tuple(named.get(value, value) for value in values)) for column, values in answered.only.items()
    )


def place_words(place: Place, labels: Labels, language: str = "en") -> str:
    """Return a place in words: line and section of a passage; title, publisher and address of a cited page.

    A cited page is described in the language of its title.
    """
    if place.line is None:
        parts = [place.title, place.publisher, place.address]
    else:
        section = label_of(labels, place.section, language).text if place.section is not None else ""
        parts = [line_words(place.line, language), section]
    return _SEPARATOR[place.language or language].join(part for part in parts if part)


def line_words(line: int, language: str = "en") -> str:
    """Return a line of the source in words."""
    return _LINE[language].format(line=line)
