"""A recursive-descent parser for SPARQL 1.1 queries and updates, with the SPARQL 1.2 syntax that the engine reads."""

from __future__ import annotations

from functools import lru_cache

from kg.sparql.parser.patterns import PatternParser
from kg.sparql.parser.scope import check
from kg.sparql.parser.terms import LESS_NESTING, SyntaxFault
from kg.sparql.syntax_tree import (
    Column,
    DatasetClause,
    Declaration,
    Form,
    Group,
    GroupKey,
    Iri,
    Modifiers,
    Node,
    OrderKey,
    QuadBlock,
    Query,
    Select,
    Triples,
    Update,
    UpdateOperation,
    Values,
    Variable,
)


class QueryParser(PatternParser):
    """Parses queries."""

    def declarations(self) -> tuple[Declaration, ...]:
        """Parse ``Prologue`` [4]."""
        declarations = []
        while self.is_word("BASE", "PREFIX", "VERSION"):
            start, word = self.start, self.take().text.upper()
            if word == "VERSION":
                self.string()
                declarations.append(Declaration(start, self.end, None, None))
                continue
            prefix = None
            if word == "PREFIX":
                token = self.take()
                # the colon is the last character, as a declaration has no local part
                if token.kind != "prefixed" or token.text.find(":") != len(token.text) - 1 or token.text == "_:":
                    # back to the wrong token, so that the fault has its place
                    self.place -= 1
                    self.fail("a prefix")
                prefix = token.text[:-1]
            if self.next.kind != "iri":
                self.fail("an IRI in angle brackets")
            iri = self.iri()
            declarations.append(Declaration(start, self.end, prefix, iri))
        return tuple(declarations)

    def query(self, declarations: tuple[Declaration, ...]) -> Query:
        """Parse ``Query`` [2] after its prologue."""
        form = Form(self.next.text.upper())
        if form is Form.SELECT:
            return self._select(declarations)
        if form is Form.CONSTRUCT:
            return self._construct(declarations)
        return self._ask_or_describe(form, declarations)

    def sub_select(self) -> Select:
        """Parse ``SubSelect`` [8]."""
        start = self.start
        distinct, columns = self._projection()
        where = self._where()
        modifiers, values = self._modifiers(), self._values()
        return Select(start, self.end, distinct, columns, where, modifiers, values)

    def _select(self, declarations: tuple[Declaration, ...]) -> Query:
        at = self.start
        distinct, columns = self._projection()
        dataset, where = self.dataset("FROM"), self._where()
        modifiers, values = self._modifiers(), self._values()
        return Query(
            0, self.end, Form.SELECT, at, declarations, distinct, columns, (), (), dataset, where, modifiers, values
        )

    def _values(self) -> Values | None:
        return self.values() if self.is_word("VALUES") else None

    def _projection(self) -> tuple[str, tuple[Column, ...]]:
        """Parse ``SelectClause`` [9]."""
        self.expect_word("SELECT")
        distinct = self.try_word("DISTINCT", "REDUCED")
        columns: list[Column] = []
        if not self.try_sign("*"):
            while self.next.kind == "variable" or self.is_sign("("):
                columns.append(self._column())
            if not columns:
                self.fail("a variable, an expression in brackets, or *")
        return distinct, tuple(columns)

    def _column(self) -> Column:
        start = self.start
        if self.next.kind == "variable":
            variable = self.variable()
            return Column(start, self.end, None, variable)
        self.expect_sign("(")
        expression = self.expression()
        self.expect_word("AS")
        variable = self.variable()
        self.expect_sign(")")
        return Column(start, self.end, expression, variable)

    def dataset(self, word: str) -> tuple[DatasetClause, ...]:
        """Parse each ``DatasetClause`` [13] or ``UsingClause`` [44]."""
        clauses = []
        while self.is_word(word):
            start = self.take().start
            named = bool(self.try_word("NAMED"))
            iri = self.iri()
            clauses.append(DatasetClause(start, self.end, iri, named))
        return tuple(clauses)

    def _where(self) -> Group:
        self.try_word("WHERE")
        return self.group()

    def _construct(self, declarations: tuple[Declaration, ...]) -> Query:
        at = self.take().start
        if self.is_sign("{"):
            self.take()
            template = self.template()
            self.expect_sign("}")
            dataset = self.dataset("FROM")
            where = self._where()
        else:
            dataset = self.dataset("FROM")
            # the short form has no template of its own: its pattern is the template, and WHERE is required [10]
            self.expect_word("WHERE")
            opening = self.start
            self.expect_sign("{")
            template = self.template()
            self.expect_sign("}")
            where = Group(opening, self.end, template)
        modifiers = self._modifiers()
        values = self._values()
        return Query(
            0, self.end, Form.CONSTRUCT, at, declarations, "", (), template, (), dataset, where, modifiers, values
        )

    def template(self) -> tuple[Triples, ...]:
        """Parse ``ConstructTriples`` [74] or ``TriplesTemplate`` [52], up to the closing brace."""
        triples: list[Triples] = []
        while not self.is_sign("}") and not self.is_word("GRAPH"):
            triples.append(self.triples(paths=False))
            if not self.try_sign("."):
                break
        return tuple(triples)

    def _ask_or_describe(self, form: Form, declarations: tuple[Declaration, ...]) -> Query:
        at = self.take().start
        described: list[Node] = []
        if form is Form.DESCRIBE and not self.try_sign("*"):
            while self.next.kind == "variable" or self.is_iri():
                described.append(self.variable_or_iri())
            if not described:
                self.fail("a variable, an IRI, or *")
        dataset = self.dataset("FROM")
        # DESCRIBE alone may lack a pattern
        has_where = form is Form.ASK or self.is_word("WHERE") or self.is_sign("{")
        where = self._where() if has_where else None
        modifiers = self._modifiers()
        values = self._values()
        return Query(
            0, self.end, form, at, declarations, "", (), (), tuple(described), dataset, where, modifiers, values
        )

    # --- solution modifiers --------------------------------------------------------------------------------------

    def _modifiers(self) -> Modifiers:
        """Parse ``SolutionModifier`` [18]."""
        place, start = self.place, self.start
        group_by = self._group_by()
        having = []
        if self.try_word("HAVING"):
            having.append(self.constraint())
            while self.is_sign("(") or self.is_call() or self.is_iri():
                having.append(self.constraint())
        order_by = self._order_by()
        limit = offset = None
        # LIMIT and OFFSET come in any order, each once [25]
        while self.is_word("LIMIT", "OFFSET"):
            word = self.take().text.upper()
            if (limit if word == "LIMIT" else offset) is not None:
                self.place -= 1
                self.fail("the end")
            number = self._whole_number()
            limit, offset = (number, offset) if word == "LIMIT" else (limit, number)
        # without any modifier the node is empty and begins where the query ends
        start = start if self.place > place else self.end
        return Modifiers(start, self.end, group_by, tuple(having), order_by, limit, offset)

    def _whole_number(self) -> int:
        token = self.next
        if token.kind != "number" or not token.text.isdecimal():
            self.fail("a whole number")
        return int(self.take().text)

    def _group_by(self) -> tuple[GroupKey, ...]:
        if not self.try_word("GROUP"):
            return ()
        self.expect_word("BY")
        keys = [self._group_key()]
        while self.next.kind == "variable" or self.is_sign("(") or self.is_call() or self.is_iri():
            keys.append(self._group_key())
        return tuple(keys)

    def _group_key(self) -> GroupKey:
        start = self.start
        if self.next.kind == "variable":
            variable = self.variable()
            return GroupKey(start, self.end, variable, None)
        if not self.try_sign("("):
            called = self.constraint()
            return GroupKey(start, self.end, called, None)
        expression = self.expression()
        named: Variable | None = self.variable() if self.try_word("AS") else None
        self.expect_sign(")")
        return GroupKey(start, self.end, expression, named)

    def _order_by(self) -> tuple[OrderKey, ...]:
        if not self.try_word("ORDER"):
            return ()
        self.expect_word("BY")
        keys = [self._order_key()]
        while (
            self.next.kind == "variable"
            or self.is_sign("(")
            or self.is_call()
            or self.is_iri()
            or self.is_word("ASC", "DESC")
        ):
            keys.append(self._order_key())
        return tuple(keys)

    def _order_key(self) -> OrderKey:
        start = self.start
        word = self.try_word("ASC", "DESC")
        if word:
            expression = self.bracketted()
        elif self.next.kind == "variable":
            expression = self.variable()
        else:
            expression = self.constraint()
        return OrderKey(start, self.end, expression, word == "DESC")


_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_TARGETS = ("DEFAULT", "NAMED", "ALL")


def parse(text: str) -> Query | Update:
    """Parse a query or a sequence of updates.

    Raises:
        SyntaxFault: the text is neither.
    """
    parser = UpdateParser(text)
    try:
        parsed = parser.query_or_update()
        if parser.next.kind != "end":
            parser.fail("the end")
        check(parsed)
    # the nesting is limited by the stack of Python, so a text that is too deep ends as a fault of syntax
    except RecursionError:
        raise SyntaxFault(parser.start, LESS_NESTING) from None
    return parsed


class UpdateParser(QueryParser):
    """Parses queries and updates."""

    def query_or_update(self) -> Query | Update:
        """Parse ``QueryUnit`` [1] or ``UpdateUnit`` [3]."""
        declarations = self.declarations()
        if self.is_word(*_FORMS):
            return self.query(declarations)
        operations: list[UpdateOperation] = []
        while self.next.kind != "end":
            operations.append(self._operation())
            if not self.try_sign(";"):
                break
            # a prologue may also precede each further operation [29]
            declarations += self.declarations()
        return Update(0, self.end, declarations, tuple(operations))

    def _operation(self) -> UpdateOperation:
        """Parse ``Update1`` [30]."""
        start, word = self.start, self.next.text.upper()
        if self.is_word("LOAD"):
            return self._load(start)
        if self.is_word("CLEAR", "DROP", "CREATE"):
            return self._manage(start, word)
        if self.is_word("ADD", "MOVE", "COPY"):
            return self._transfer(start, word)
        if self.is_word("INSERT", "DELETE", "WITH"):
            return self._change(start)
        return self.fail("a query or an update")

    def _load(self, start: int) -> UpdateOperation:
        self.take()
        silent = bool(self.try_word("SILENT"))
        graphs: list[Node] = [self.iri()]
        if self.try_word("INTO"):
            self.expect_word("GRAPH")
            graphs.append(self.iri())
        return UpdateOperation(start, self.end, "LOAD", graphs=tuple(graphs), silent=silent)

    def _manage(self, start: int, word: str) -> UpdateOperation:
        self.take()
        silent = bool(self.try_word("SILENT"))
        if word != "CREATE" and self.is_word(*_TARGETS):
            target = self.take()
            graph = Iri(target.start, self.end, target.text.upper())
        else:
            self.expect_word("GRAPH")
            graph = self.iri()
        return UpdateOperation(start, self.end, word, graphs=(graph,), silent=silent)

    def _transfer(self, start: int, word: str) -> UpdateOperation:
        self.take()
        silent = bool(self.try_word("SILENT"))
        source = self._graph_or_default()
        self.expect_word("TO")
        target = self._graph_or_default()
        return UpdateOperation(start, self.end, word, graphs=(source, target), silent=silent)

    def _graph_or_default(self) -> Iri:
        start = self.start
        if self.try_word("DEFAULT"):
            return Iri(start, self.end, "DEFAULT")
        self.try_word("GRAPH")
        return self.iri()

    def _change(self, start: int) -> UpdateOperation:
        """Parse ``InsertData`` [38], ``DeleteData`` [39], ``DeleteWhere`` [40] or ``Modify`` [41]."""
        for word in ("INSERT", "DELETE"):
            if self.is_word(word) and self.peek().is_word("DATA"):
                self.take()
                self.take()
                blocks = self._quads()
                inserted, deleted = (blocks, ()) if word == "INSERT" else ((), blocks)
                return UpdateOperation(start, self.end, f"{word} DATA", (), deleted, inserted)
        if self.is_word("DELETE") and self.peek().is_word("WHERE"):
            self.take()
            self.take()
            blocks = self._quads()
            return UpdateOperation(start, self.end, "DELETE WHERE", (), blocks)
        return self._modify(start)

    def _modify(self, start: int) -> UpdateOperation:
        graphs: tuple[Node, ...] = ()
        if self.try_word("WITH"):
            graphs = (self.iri(),)
        deleted = self._quads() if self.try_word("DELETE") else None
        inserted = self._quads() if self.try_word("INSERT") else None
        if deleted is None and inserted is None:
            self.fail("DELETE or INSERT")
        dataset = self.dataset("USING")
        self.expect_word("WHERE")
        where = self.group()
        return UpdateOperation(start, self.end, "MODIFY", graphs, deleted or (), inserted or (), dataset, where)

    def _quads(self) -> tuple[QuadBlock, ...]:
        """Parse ``QuadPattern`` [48] or ``QuadData`` [49]."""
        self.expect_sign("{")
        blocks = []
        while not self.is_sign("}"):
            start = self.start
            if self.try_word("GRAPH"):
                name = self.variable_or_iri()
                self.expect_sign("{")
                triples = self.template()
                self.expect_sign("}")
                blocks.append(QuadBlock(start, self.end, name, triples))
                self.try_sign(".")
                continue
            triples = self.template()
            blocks.append(QuadBlock(start, self.end, None, triples))
            if not self.is_sign("}") and not self.is_word("GRAPH"):
                self.fail("a closing brace")
        self.expect_sign("}")
        return tuple(blocks)


__all__ = ["SyntaxFault", "parse", "parse_query"]


@lru_cache(maxsize=4)
def parse_query(text: str) -> Query | None:
    """Return the tree of a query, or None if the text is an update or does not parse.

    A few trees are cached, because the guard, the counts and the engine read the same text in turn.
    """
    try:
        parsed = parse(text)
    except SyntaxFault:
        return None
    return parsed if isinstance(parsed, Query) else None
