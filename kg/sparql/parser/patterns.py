"""Expressions and graph patterns of the grammar."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from kg.sparql.parser.terms import TermParser
from kg.sparql.syntax_tree import (
    Aggregate,
    Bind,
    Call,
    Exists,
    Filter,
    GraphPattern,
    Group,
    Lateral,
    Minus,
    Node,
    Operation,
    Optional,
    Select,
    Service,
    Union,
    Values,
    Variable,
)

AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])

_ANY_NUMBER = 10**9
# names of built-in functions [121] by the fewest and the most arguments
_FUNCTIONS = {
    (0, 0): "RAND NOW UUID STRUUID",
    (0, 1): "BNODE",
    (1, 1): (
        "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY HOURS MINUTES "
        "SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC BOUND LANGDIR "
        "HASLANG HASLANGDIR SUBJECT PREDICATE OBJECT ISTRIPLE"
    ),
    (2, 2): "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM ADJUST",
    (2, 3): "SUBSTR REGEX",
    (3, 3): "IF STRLANGDIR TRIPLE",
    (3, 4): "REPLACE",
    (0, _ANY_NUMBER): "CONCAT COALESCE",
}
FUNCTIONS = {name: counts for counts, names in _FUNCTIONS.items() for name in names.split()}
"""The fewest and the most arguments of each built-in function."""

# how tightly an operator binds, from the loosest to the tightest
_OR, _AND, _COMPARISON, _SUM, _PRODUCT = range(1, 6)
# longer signs before shorter ones that begin alike
_OPERATORS = (
    *(("||", _OR), ("&&", _AND)),
    *((sign, _COMPARISON) for sign in ("!=", "<=", ">=", "=", "<", ">")),
    *(("+", _SUM), ("-", _SUM), ("*", _PRODUCT), ("/", _PRODUCT)),
)


class ExpressionParser(TermParser):
    """Parses expressions."""

    @abstractmethod
    def group(self) -> Group:
        """Parse ``GroupGraphPattern`` [53]."""

    def expression(self, least: int = _OR) -> Node:
        """Parse ``Expression`` [110]; an operator that binds less than ``least`` ends it."""
        # precedence climbing: the loop takes operators that bind at least as tightly as `least`. The right operand is
        # parsed with a higher limit, so operators of equal binding group to the left.
        start, left = self.start, self._unary()
        compared = False
        while True:
            operator, binding = self._operator()
            # the grammar allows one comparison only ([114]), so a second one ends the expression
            if not operator or binding < least or (binding == _COMPARISON and compared):
                return left
            compared = binding == _COMPARISON
            if operator.endswith("IN"):
                members = self._list(operator)
                left = Operation(start, self.end, operator, (left, *members))
                continue
            self.try_sign(operator)
            right = self.expression(binding + 1)
            left = Operation(start, self.end, operator, (left, right))

    def _operator(self) -> tuple[str, int]:
        """Return the next operator and its binding, without taking it."""
        for sign, binding in _OPERATORS:
            if self.is_sign(sign):
                return sign, binding
        if self.is_word("IN"):
            return "IN", _COMPARISON
        if self.is_word("NOT") and self.peek().is_word("IN"):
            return "NOT IN", _COMPARISON
        return "", 0

    def _list(self, operator: str) -> tuple[Node, ...]:
        for _ in operator.split():
            self.take()
        return self._arguments()

    def _arguments(self) -> tuple[Node, ...]:
        """Parse ``ExpressionList`` [71]."""
        self.expect_sign("(")
        arguments: list[Node] = []
        while not self.try_sign(")"):
            if arguments:
                self.expect_sign(",")
            arguments.append(self.expression())
        return tuple(arguments)

    def _unary(self) -> Node:
        start = self.start
        if self.is_sign("!"):
            self.take()
            inner = self._unary()
            return Operation(start, self.end, "!", (inner,))
        # a sign before a number is a part of the number, so it is no operator here
        if self.next.text in ("+", "-") and self.next.kind == "sign" and not self.is_literal():
            sign = self.take().text
            inner = self._primary()
            return Operation(start, self.end, sign, (inner,))
        return self._primary()

    def _primary(self) -> Node:
        """Parse ``PrimaryExpression`` [119]."""
        if self.is_sign("("):
            return self.bracketted()
        if self.is_sign("<<("):
            return self.ground_triple_term()
        if self.next.kind == "variable":
            return self.variable()
        if self.is_literal():
            return self.literal()
        if self.is_iri():
            return self.iri_or_call()
        if self.next.kind == "word":
            return self.builtin()
        return self.fail("an expression")

    def bracketted(self) -> Node:
        """Parse ``BrackettedExpression`` [120]."""
        self.expect_sign("(")
        inner = self.expression()
        self.expect_sign(")")
        return inner

    def iri_or_call(self) -> Node:
        """Parse ``iriOrFunction`` [128]."""
        start, iri = self.start, self.iri()
        if not self.is_sign("("):
            return iri
        distinct = self.peek().is_word("DISTINCT")
        if distinct:
            self.take()
            self.take()
            arguments = [self.expression()]
            while self.try_sign(","):
                arguments.append(self.expression())
            self.expect_sign(")")
            return Call(start, self.end, iri.text, iri, tuple(arguments), distinct=True)
        passed = self._arguments()
        return Call(start, self.end, iri.text, iri, passed)

    def is_call(self) -> bool:
        """Return True if a built-in call is next."""
        name = self.next.text.upper()
        return self.next.kind == "word" and (name in FUNCTIONS or name in AGGREGATES or name in ("EXISTS", "NOT"))

    def builtin(self) -> Node:
        """Parse ``BuiltInCall`` [121]."""
        start, name = self.start, self.next.text.upper()
        if name in ("EXISTS", "NOT"):
            negated = bool(self.try_word("NOT"))
            self.expect_word("EXISTS")
            group = self.group()
            return Exists(start, self.end, group, negated)
        if name in AGGREGATES:
            return self._aggregate()
        if name not in FUNCTIONS:
            self.fail("a function")
        self.take()
        if name == "BOUND":
            self.expect_sign("(")
            argument = self.variable()
            self.expect_sign(")")
            return Call(start, self.end, name, None, (argument,))
        arguments = self._arguments()
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            self.fail(f"{fewest} arguments of {name}")
        return Call(start, self.end, name, None, arguments)

    def _aggregate(self) -> Aggregate:
        """Parse ``Aggregate`` [127]."""
        start, name = self.start, self.take().text.upper()
        self.expect_sign("(")
        distinct = bool(self.try_word("DISTINCT"))
        argument, separator = None, None
        # COUNT alone takes an asterisk
        if not (name == "COUNT" and self.try_sign("*")):
            argument = self.expression()
        if name == "GROUP_CONCAT" and self.try_sign(";"):
            self.expect_word("SEPARATOR")
            self.expect_sign("=")
            separator = self.string()
        self.expect_sign(")")
        return Aggregate(start, self.end, name, argument, distinct, separator)

    def constraint(self) -> Node:
        """Parse ``Constraint`` [69]."""
        if self.is_sign("("):
            return self.bracketted()
        if self.is_call():
            return self.builtin()
        called = self.iri_or_call()
        return called if isinstance(called, Call) else self.fail("arguments")


class PatternParser(ExpressionParser):
    """Parses graph patterns."""

    @abstractmethod
    def sub_select(self) -> Select:
        """Parse ``SubSelect`` [8]."""

    def group(self) -> Group:
        """Parse ``GroupGraphPattern`` [53]."""
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
            # the dot after triples is optional only before another pattern or the closing brace [55]
            if not self.try_sign(".") and not self.is_sign("}") and not self._is_pattern():
                self.fail("a dot or a closing brace")
        return elements

    def _is_pattern(self) -> bool:
        return self.is_sign("{") or (self.next.text.upper() in _PATTERNS and self.next.kind == "word")

    def _pattern(self) -> Node | None:
        """Parse ``GraphPatternNotTriples`` [56]; return None if something else is next."""
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
        """Parse ``InlineData`` [61] or ``ValuesClause`` [28]."""
        start = self.start
        self.expect_word("VALUES")
        several = self.is_sign("(")
        variables = self._variables() if several else (self.variable(),)
        self.expect_sign("{")
        # the places between the braces, where the values of a parameter are inserted
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
