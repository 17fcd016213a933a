"""Terms of the grammar, and the cursor over the tokens that all parts of the parser share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from kg.sparql.lexer import Token, tokens
from kg.sparql.syntax_tree import (
    Annotation,
    BlankNode,
    Collection,
    Iri,
    Literal,
    Node,
    Object,
    Path,
    Property,
    PropertyList,
    ReifiedTriple,
    Triples,
    TripleTerm,
    Variable,
)

_NOTHING = ""
LESS_NESTING = "less nesting"
"""What a fault expects where the parser runs out of stack."""


@dataclass(frozen=True)
class SyntaxFault(Exception):
    """The text is not SPARQL; has the expectation and its place, in characters from 0."""

    start: int
    expected: str

    def __str__(self) -> str:
        """Return the expectation and its place."""
        return f"expected {self.expected} at {self.start}"


class Cursor:
    """The tokens of a text and the place of the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = list(tokens(text))
        # a token of its own at the end, so that no look ahead leaves the list
        self._tokens.append(Token("end", _NOTHING, len(text)))
        self.place = 0

    @property
    def next(self) -> Token:
        """The next token; the last one is of the kind ``end``."""
        return self._tokens[self.place]

    @property
    def start(self) -> int:
        """Where the next token starts."""
        return self.next.start

    @property
    def end(self) -> int:
        """Where the token that was taken last ends."""
        if not self.place:
            return 0
        # the end of the last token, so that no node includes the white space after it
        last = self._tokens[self.place - 1]
        return last.start + len(last.text)

    def peek(self, distance: int = 1) -> Token:
        """Return a token further on."""
        return self._tokens[min(self.place + distance, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Take the next token."""
        token = self.next
        self.place += 1
        return token

    def is_word(self, *words: str) -> bool:
        """Return True if the next token is one of the keywords, in any case."""
        return self.next.is_word(*words)

    def is_sign(self, sign: str) -> bool:
        """Return True if the next tokens are the characters of a sign, without space in between."""
        # most signs are tokens of one character, and longer ones are joined here. The rule of the grammar decides if
        # two characters form one operator, so the lexer cannot.
        at, place = self.start, self.place
        if self.next.text[:1] != sign[0]:
            return False
        for token in self._tokens[place : place + len(sign)]:
            if token.start != at or token.kind != "sign" or not sign.startswith(token.text):
                return False
            sign = sign[len(token.text) :]
            at += len(token.text)
            if not sign:
                return True
        return False

    def try_word(self, *words: str) -> str:
        """Take the next token if it is one of the keywords, and return it in upper case, else the empty text."""
        return self.take().text.upper() if self.is_word(*words) else ""

    def try_sign(self, sign: str) -> bool:
        """Take a sign if it is next."""
        if not self.is_sign(sign):
            return False
        end = self.start + len(sign)
        while self.next.kind == "sign" and self.start < end:
            self.place += 1
        return True

    def expect_word(self, *words: str) -> str:
        """Take one of the keywords.

        Raises:
            SyntaxFault: another token is next.
        """
        return self.try_word(*words) or self.fail(" or ".join(words))

    def expect_sign(self, sign: str) -> None:
        """Take a sign.

        Raises:
            SyntaxFault: another token is next.
        """
        if not self.try_sign(sign):
            self.fail(sign)

    def fail(self, expected: str) -> NoReturn:
        """Raise a fault at the next token."""
        raise SyntaxFault(self.start, expected)


_DIRECTIONS = ("ltr", "rtl")


class TermParser(Cursor):
    """Parses terms, paths and triples."""

    def iri(self) -> Iri:
        """Parse ``iri`` [136]."""
        token = self.next
        if token.kind == "iri" or (token.kind == "prefixed" and not token.text.startswith("_:")):
            self.take()
            return Iri(token.start, self.end, token.text)
        return self.fail("an IRI")

    def is_iri(self) -> bool:
        """Return True if an IRI is next."""
        token = self.next
        return token.kind == "iri" or (token.kind == "prefixed" and not token.text.startswith("_:"))

    def variable(self) -> Variable:
        """Parse ``Var`` [108]."""
        token = self.next
        if token.kind != "variable":
            self.fail("a variable")
        self.take()
        return Variable(token.start, self.end, token.text[1:], token.text[0])

    def variable_or_iri(self) -> Node:
        """Parse ``VarOrIri`` [107]."""
        return self.variable() if self.next.kind == "variable" else self.iri()

    def string(self) -> Literal:
        """Parse ``String`` [135]."""
        token = self.next
        if token.kind != "string":
            self.fail("a string")
        self.take()
        return Literal(token.start, self.end, token.text)

    def is_literal(self) -> bool:
        """Return True if a literal is next; a signed number is one."""
        token = self.next
        if token.kind in ("string", "number") or token.text in ("true", "false"):
            return True
        return self._is_signed_number()

    def literal(self) -> Literal:
        """Parse ``RDFLiteral``, ``NumericLiteral`` or ``BooleanLiteral`` [129] to [134]."""
        start = self.start
        if self.next.kind == "string":
            text = self.take().text
            if self.next.kind == "language":
                return self._language_literal(start, text)
            if self.try_sign("^^"):
                datatype = self.iri()
                return Literal(start, self.end, text, datatype=datatype)
            return Literal(start, self.end, text)
        if self._is_signed_number():
            self.take()
        if self.next.kind == "number" or self.next.text in ("true", "false"):
            self.take()
            return Literal(start, self.end, self.text[start : self.end])
        return self.fail("a literal")

    def _language_literal(self, start: int, text: str) -> Literal:
        language = self.take().text[1:]
        if self.is_sign("--"):
            at = self.end
            self.try_sign("--")
            if self.start != at + 2 or self.next.text not in _DIRECTIONS:
                self.fail("ltr or rtl")
            language += "--" + self.take().text
        return Literal(start, self.end, text, language)

    def _is_signed_number(self) -> bool:
        # sign and digits touch: the number is one terminal of the grammar ([149] to [154])
        token, following = self.next, self.peek()
        return token.text in ("+", "-") and following.kind == "number" and following.start == token.start + 1

    def blank_node(self) -> BlankNode:
        """Parse ``BlankNode`` [138]."""
        start = self.start
        if self.next.kind == "prefixed" and self.next.text.startswith("_:"):
            label = self.take().text[2:]
            return BlankNode(start, self.end, label)
        self.expect_sign("[")
        self.expect_sign("]")
        return BlankNode(start, self.end)

    def is_blank_node(self) -> bool:
        """Return True if a blank node without properties is next."""
        if self.next.kind == "prefixed":
            return self.next.text.startswith("_:")
        # white space is allowed inside of `[]` and `()`, which are terminals of their own ([161], [163])
        return self.next.text == "[" and self.peek().text == "]"

    def graph_term(self) -> Node:
        """Parse ``VarOrTerm`` [106], without triple terms."""
        if self.next.kind == "variable":
            return self.variable()
        if self.is_iri():
            return self.iri()
        if self.is_literal():
            return self.literal()
        if self.is_blank_node():
            return self.blank_node()
        if self.is_sign("(") and self.peek().text == ")":
            start = self.take().start
            self.take()
            return Iri(start, self.end, "()")
        return self.fail("a term")

    # --- triple terms (SPARQL 1.2) -------------------------------------------------------------------------------

    def triple_term(self) -> TripleTerm:
        """Parse ``TripleTerm``: ``<<( s p o )>>``."""
        start = self.start
        self.expect_sign("<<(")
        # the engine takes a triple term as a subject, too
        subject = self.triple_term() if self.is_sign("<<(") else self._simple_term()
        predicate = self.verb_term()
        value = self.triple_term() if self.is_sign("<<(") else self._simple_term()
        self.expect_sign(")>>")
        return TripleTerm(start, self.end, subject, predicate, value)

    def triple_term_data(self) -> TripleTerm:
        """Parse ``TripleTermData``: a ground triple term without triple terms as subjects."""
        start, term = self.start, self.ground_triple_term()
        if any(isinstance(part, TripleTerm) and isinstance(part.subject, TripleTerm) for part in term.walk()):
            raise SyntaxFault(start, "a triple term whose subject is an IRI")
        return term

    def ground_triple_term(self) -> TripleTerm:
        """Parse ``ExprTripleTerm``: a triple term without blank nodes and without literals as subjects."""
        start, term = self.start, self.triple_term()
        for part in term.walk():
            if isinstance(part, BlankNode) or (isinstance(part, TripleTerm) and isinstance(part.subject, Literal)):
                raise SyntaxFault(start, "a triple term without blank nodes and literal subjects")
        return term

    def reified_triple(self) -> ReifiedTriple:
        """Parse ``ReifiedTriple``: ``<< s p o ~ r >>``."""
        start = self.start
        self.expect_sign("<<")
        subject = self._reified_part()
        predicate = self.verb_term()
        value = self._reified_part()
        reifier = self._reifier() if self.is_sign("~") else None
        self.expect_sign(">>")
        return ReifiedTriple(start, self.end, subject, predicate, value, reifier)

    def _reifier(self) -> Node | None:
        self.expect_sign("~")
        if self.next.kind == "variable" or self.is_iri():
            return self.variable_or_iri()
        return self.blank_node() if self.is_blank_node() else None

    def _reified_part(self) -> Node:
        if self.is_sign("<<("):
            return self.triple_term()
        return self.reified_triple() if self.is_sign("<<") else self._simple_term()

    def _simple_term(self) -> Node:
        if self.is_sign("(") or (self.is_sign("[") and not self.is_blank_node()):
            self.fail("a term without brackets")
        return self.graph_term()

    # --- paths ---------------------------------------------------------------------------------------------------

    def verb_term(self) -> Node:
        """Parse ``Verb`` [78]: a variable, an IRI, or ``a``."""
        if self.next.kind == "word" and self.next.text == "a":
            start = self.take().start
            return Iri(start, self.end, "a")
        return self.variable_or_iri()

    def path(self) -> Node:
        """Parse ``PathAlternative`` [89]."""
        return self._path_list("|", self._path_sequence)

    def _path_sequence(self) -> Node:
        return self._path_list("/", self._path_step)

    def _path_list(self, sign: str, part: object) -> Node:
        assert callable(part)  # noqa: S101 - one of the two methods above
        start, parts = self.start, [part()]
        # a doubled sign is the operator `||`, not two alternatives
        while self.is_sign(sign) and not self.is_sign(sign * 2):
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(start, self.end, sign, tuple(parts))

    def _path_step(self) -> Node:
        start = self.start
        if self.is_sign("^"):
            self.take()
            return Path(start, self.end, "^", (self._path_element(),))
        return self._path_element()

    def _path_element(self) -> Node:
        start, primary = self.start, self._path_primary()
        for sign in ("?", "*", "+"):
            if self.is_sign(sign):
                self.take()
                return Path(start, self.end, sign, (primary,))
        return primary

    def _path_primary(self) -> Node:
        start = self.start
        if self.try_sign("!"):
            return Path(start, self.end, "!", self._negated_set())
        if self.try_sign("("):
            inner = self.path()
            self.expect_sign(")")
            return inner
        if self.next.kind == "variable":
            self.fail("a property path")
        return self.verb_term()

    def _negated_set(self) -> tuple[Node, ...]:
        if not self.try_sign("("):
            return (self._negated_one(),)
        members: list[Node] = []
        while not self.try_sign(")"):
            if members:
                self.expect_sign("|")
            members.append(self._negated_one())
        return tuple(members)

    def _negated_one(self) -> Node:
        start = self.start
        if self.try_sign("^"):
            inner = self.verb_term()
            return Path(start, self.end, "^", (inner,))
        if self.next.kind == "variable":
            self.fail("an IRI")
        return self.verb_term()

    # --- triples -------------------------------------------------------------------------------------------------

    def triples(self, *, paths: bool) -> Triples:
        """Parse ``TriplesSameSubject`` [75] or ``TriplesSameSubjectPath`` [81]."""
        start = self.start
        subject = self.node(paths=paths)
        # brackets with content and reified triples are statements in themselves, so no verb has to follow
        may_end = isinstance(subject, PropertyList | Collection | ReifiedTriple)
        properties = self._properties(paths=paths) if self._is_verb(paths=paths) else ()
        if not properties and not may_end:
            self.fail("a verb")
        return Triples(start, self.end, subject, properties)

    def node(self, *, paths: bool) -> Node:
        """Parse ``GraphNode`` [104]: a term, a collection, or a list of properties."""
        start = self.start
        if self.is_sign("<<("):
            return self.triple_term()
        if self.is_sign("<<"):
            return self.reified_triple()
        if self.is_sign("(") and self.peek().text != ")":
            self.take()
            items = []
            while not self.try_sign(")"):
                items.append(self.node(paths=paths))
            return Collection(start, self.end, tuple(items))
        if self.is_sign("[") and not self.is_blank_node():
            self.take()
            properties = self._properties(paths=paths)
            self.expect_sign("]")
            return PropertyList(start, self.end, properties)
        return self.graph_term()

    def _is_verb(self, *, paths: bool) -> bool:
        if self.next.kind == "variable" or self.is_iri() or (self.next.kind == "word" and self.next.text == "a"):
            return True
        return paths and any(self.is_sign(sign) for sign in ("^", "!", "("))

    def _properties(self, *, paths: bool) -> tuple[Property, ...]:
        """Parse ``PropertyListNotEmpty`` [77] or ``PropertyListPathNotEmpty`` [83]."""
        properties = [self._property(paths=paths)]
        # semicolons may be repeated, and the last one may have nothing after it [77]
        while self.try_sign(";"):
            if self._is_verb(paths=paths):
                properties.append(self._property(paths=paths))
        return tuple(properties)

    def _property(self, *, paths: bool) -> Property:
        start = self.start
        if not self._is_verb(paths=paths):
            self.fail("a verb")
        verb = self.path() if paths and self.next.kind != "variable" else self.verb_term()
        # an annotation needs a triple, and a path has none of its own
        is_path = isinstance(verb, Path)
        objects = [self._object(paths=paths, annotated=not is_path)]
        while self.try_sign(","):
            objects.append(self._object(paths=paths, annotated=not is_path))
        return Property(start, self.end, verb, tuple(objects))

    def _object(self, *, paths: bool, annotated: bool) -> Object:
        start, term = self.start, self.node(paths=paths)
        annotations: list[Node] = []
        while True:
            if not annotated and (self.is_sign("~") or self.is_sign("{|")):
                self.fail("no annotation of a path")
            at = self.start
            if self.is_sign("~"):
                annotations.append(self._reifier() or BlankNode(at, self.end))
            elif self.try_sign("{|"):
                properties = self._properties(paths=paths)
                self.expect_sign("|}")
                annotations.append(Annotation(at, self.end, properties))
            else:
                return Object(start, self.end, term, tuple(annotations))
