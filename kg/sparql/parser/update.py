"""Updates (SPARQL 1.1 Update, section 19.8 [29] to [52]), and the entry to the parser."""

from __future__ import annotations

from kg.sparql.parser.cursor import LESS_NESTING, SyntaxFault
from kg.sparql.parser.query import QueryParser
from kg.sparql.parser.scope import check
from kg.sparql.syntax_tree import Iri, Node, QuadBlock, Query, Update, UpdateOperation

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
    except RecursionError:
        raise SyntaxFault(parser.start, LESS_NESTING) from None
    return parsed


class UpdateParser(QueryParser):
    """Parses queries and updates."""

    def query_or_update(self) -> Query | Update:
        """``QueryUnit`` [1] or ``UpdateUnit`` [3]."""
        declarations = self.declarations()
        if self.is_word(*_FORMS):
            return self.query(declarations)
        operations: list[UpdateOperation] = []
        while self.next.kind != "end":
            operations.append(self._operation())
            if not self.try_sign(";"):
                break
            declarations += self.declarations()
        return Update(0, self.end, declarations, tuple(operations))

    def _operation(self) -> UpdateOperation:
        """``Update1`` [30]."""
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
        """``InsertData`` [38], ``DeleteData`` [39], ``DeleteWhere`` [40] and ``Modify`` [41]."""
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
        """``QuadPattern`` [48] and ``QuadData`` [49]."""
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
