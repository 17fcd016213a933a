"""Graph patterns (SPARQL 1.1, section 19.8 [53] to [74])."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from kg.sparql.parser.expressions import ExpressionParser
from kg.sparql.syntax_tree import (
    Bind,
    Filter,
    GraphPattern,
    Group,
    Lateral,
    Minus,
    Node,
    Optional,
    Select,
    Service,
    Union,
    Values,
    Variable,
)


class PatternParser(ExpressionParser):
    """Parses graph patterns."""

    @abstractmethod
    def sub_select(self) -> Select:
        """``SubSelect`` [8]."""

    def group(self) -> Group:
        """``GroupGraphPattern`` [53]."""
        start = self.start
        self.expect_sign("{")
        if self.is_word("SELECT"):
            elements: list[Node] = [self.sub_select()]
        else:
            elements = self._elements()
        self.expect_sign("}")
        return Group(start, self.end, tuple(elements))

    def _elements(self) -> list[Node]:
        elements: list[Node] = []
        while not self.is_sign("}"):
            pattern = self._pattern()
            if pattern is not None:
                elements.append(pattern)
                self.try_sign(".")
                continue
            elements.append(self.triples(paths=True))
            if not self.try_sign(".") and not self.is_sign("}") and not self._is_pattern():
                self.fail("a dot or a closing brace")
        return elements

    def _is_pattern(self) -> bool:
        return self.is_sign("{") or (self.next.text.upper() in _PATTERNS and self.next.kind == "word")

    def _pattern(self) -> Node | None:
        """``GraphPatternNotTriples`` [56], or None if something else is next."""
        if self.is_sign("{"):
            return self._union()
        if self.next.kind != "word" or self.next.text.upper() not in _PATTERNS:
            return None
        return _PATTERNS[self.next.text.upper()](self)

    def _union(self) -> Node:
        start, groups = self.start, [self.group()]
        while self.try_word("UNION"):
            groups.append(self.group())
        return groups[0] if len(groups) == 1 else Union(start, self.end, tuple(groups))

    def _optional(self) -> Node:
        start = self.take().start
        group = self.group()
        return Optional(start, self.end, group)

    def _minus(self) -> Node:
        start = self.take().start
        group = self.group()
        return Minus(start, self.end, group)

    def _lateral(self) -> Node:
        start = self.take().start
        group = self.group()
        return Lateral(start, self.end, group)

    def _graph(self) -> Node:
        start = self.take().start
        name = self.variable_or_iri()
        group = self.group()
        return GraphPattern(start, self.end, name, group)

    def _service(self) -> Node:
        start = self.take().start
        silent = bool(self.try_word("SILENT"))
        name = self.variable_or_iri()
        group = self.group()
        return Service(start, self.end, name, group, silent)

    def _filter(self) -> Node:
        start = self.take().start
        condition = self.constraint()
        return Filter(start, self.end, condition)

    def _bind(self) -> Node:
        start = self.take().start
        self.expect_sign("(")
        expression = self.expression()
        self.expect_word("AS")
        variable = self.variable()
        self.expect_sign(")")
        return Bind(start, self.end, expression, variable)

    def values(self) -> Values:
        """``InlineData`` [61] and ``ValuesClause`` [28]."""
        start = self.start
        self.expect_word("VALUES")
        several = self.is_sign("(")
        variables = self._variables() if several else (self.variable(),)
        self.expect_sign("{")
        rows_start, rows = self.end, []
        while not self.is_sign("}"):
            rows.append(self._row(len(variables)) if several else (self._value(),))
        rows_end = self.start
        self.expect_sign("}")
        return Values(start, self.end, several, variables, tuple(rows), rows_start, rows_end)

    def _variables(self) -> tuple[Variable, ...]:
        self.expect_sign("(")
        variables = []
        while not self.try_sign(")"):
            variables.append(self.variable())
        return tuple(variables)

    def _row(self, width: int) -> tuple[Node | None, ...]:
        self.expect_sign("(")
        row: list[Node | None] = []
        while not self.try_sign(")"):
            row.append(self._value())
        if len(row) != width:
            self.fail(f"{width} values in a row")
        return tuple(row)

    def _value(self) -> Node | None:
        if self.try_word("UNDEF"):
            return None
        if self.is_sign("<<("):
            return self.triple_term_data()
        return self.literal() if self.is_literal() else self.iri()


_PATTERNS: dict[str, Callable[[PatternParser], Node]] = {
    "OPTIONAL": PatternParser._optional,
    "MINUS": PatternParser._minus,
    "LATERAL": PatternParser._lateral,
    "GRAPH": PatternParser._graph,
    "SERVICE": PatternParser._service,
    "FILTER": PatternParser._filter,
    "BIND": PatternParser._bind,
    "VALUES": PatternParser.values,
}
