"""The text of a query in the names of the engine: IRIs, strings, FROM clauses, tests for blank nodes; no comments.

The text has been parsed before. It is split into tokens and joined again. Spellings that another product could read
differently are written plainly, because they might hide a call to another service.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.core.errors import Message, QueryRefused
from kg.core.names import ROOT, name
from kg.engine import Question
from kg.engine.remote.quirks import GraphNames
from kg.sparql.lexer import Kind, Token, kind_of, tokens
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Form

_REST = name("rdf:rest")
_TAIL = ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
# the last part consumes other escapes whole, so that the second of two backslashes begins none
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\.", re.DOTALL)
_ECHAR = {"\t": r"\t", "\b": r"\b", "\n": r"\n", "\r": r"\r", "\f": r"\f", '"': r"\"", "'": r"\'", "\\": "\\\\"}
_TESTS = {
    "ISBLANK": '(isBlank({0}) || (isIRI({0}) && STRSTARTS(STR({0}), "{1}")))',
    "ISIRI": '(isIRI({0}) && !STRSTARTS(STR({0}), "{1}"))',
    "ISURI": '(isIRI({0}) && !STRSTARTS(STR({0}), "{1}"))',
}


@dataclass(frozen=True)
class RemoteQuery:
    """A text and its dataset as they are sent; both parts of the dataset are never empty together."""

    text: str
    default_graphs: tuple[NamedNode, ...]
    named_graphs: tuple[NamedNode, ...]


def rewrite(question: Question, naming: GraphNames, graphs: Sequence[NamedNode]) -> RemoteQuery:
    """Return a question as it is sent; ``graphs`` are all graphs of the release, in the engine's names.

    A dataset of the request overrides the FROM clauses of the text (Protocol, section 2.1.4).

    Raises:
        QueryRefused: the text has an IRI with an escape, which products read differently.
    """
    reader = _Reader(question.text, naming)
    text = reader.rewritten()
    default, named = reader.default_graphs, reader.named_graphs
    if question.default_graphs or question.named_graphs:
        default = [naming.graph(node) for node in question.default_graphs]
        named = [naming.graph(node) for node in question.named_graphs]
    elif not (default or named):
        # the whole release: the union for patterns without GRAPH, and each graph for GRAPH
        return RemoteQuery(text, (naming.union,), tuple(graphs))
    return RemoteQuery(text, tuple(default), tuple(named))


def selects_all(text: str) -> bool:
    """Return True for a ``SELECT *``, which names no columns."""
    query = parse_query(text)
    return query is not None and query.form is Form.SELECT and not query.columns


class _Reader:
    """Reads the tokens of a text once, from the first to the last."""

    def __init__(self, text: str, naming: GraphNames) -> None:
        self._text, self._naming = text, naming
        self._tokens = list(tokens(text))
        self._base, self._prefixes = ROOT, dict[str, str]()
        self._texts: list[str] = []
        self.default_graphs: list[NamedNode] = []
        self.named_graphs: list[NamedNode] = []

    def rewritten(self) -> str:
        """Return the whole text; its relative IRIs are relative to our root."""
        self._texts = list(self._rewritten_tokens())
        remaining = [(token, text) for token, text in zip(self._tokens, self._texts, strict=True) if text]
        self._tokens, self._texts = [token for token, _ in remaining], [text for _, text in remaining]
        if kind_of(self._text) is Kind.DESCRIBE:
            body = as_construct(self._tokens, self._pieces(0, len(self._tokens)))
        else:
            body = "".join(self._pieces(0, len(self._tokens)))
        return f"BASE <{ROOT}> {body}"

    def _rewritten_tokens(self) -> Iterator[str]:
        """Yield the text of each token with a space where the text had a gap; a token that is left out is empty."""
        dataset_end = end = 0  # of the clause that is left out, and of the token before
        for place, token in enumerate(self._tokens):
            if token.is_word("FROM"):
                dataset_end = self._read_from(place)
            if place < dataset_end:
                # no token starts there, so a space follows
                end = -1
                yield ""
                continue
            if token.text == "\\" or (token.kind == "iri" and "\\" in token.text):
                raise _refused()
            yield ("" if token.start == end else " ") + self._translated_token(place, token)
            end = token.start + len(token.text)

    def _translated_token(self, place: int, token: Token) -> str:
        if token.kind == "string":
            return self._naming.exchanged(_plain(token.text))
        if token.kind == "prefixed" and not self._is_declaration(place):
            return self._prefixed(token.text)
        if token.kind == "iri":
            return self._iri(place, token)
        return token.text

    def _is_declaration(self, place: int) -> bool:
        return place > 0 and self._tokens[place - 1].is_word("PREFIX")

    def _iri(self, place: int, token: Token) -> str:
        full = urljoin(self._base, token.text[1:-1])
        if place and self._tokens[place - 1].is_word("BASE"):
            self._base = full
            return token.text
        if place > 1 and self._tokens[place - 2].is_word("PREFIX"):
            self._prefixes[self._tokens[place - 1].text[:-1]] = full
        exchanged = self._naming.iri(full)
        return token.text if exchanged is None else f"<{exchanged}>"

    def _prefixed(self, text: str) -> str:
        """Return a compact IRI, which stays as it is if its namespace is already in the engine's names."""
        namespace, full = self._expanded(text)
        exchanged = self._naming.iri(full)
        return text if exchanged is None or self._naming.iri(namespace) is not None else f"<{exchanged}>"

    def _expanded(self, text: str) -> tuple[str, str]:
        prefix, _, local = text.partition(":")
        namespace = self._prefixes.get(prefix, "")
        return namespace, namespace + _LOCAL_ESCAPE.sub(r"\1", local)

    def _read_from(self, place: int) -> int:
        """Note the graph of a FROM clause, and return the end of the clause."""
        is_named = place + 1 < len(self._tokens) and self._tokens[place + 1].is_word("NAMED")
        at = place + 1 + is_named
        # a sentinel, so that a text that ends here is refused below
        token = self._tokens[at] if at < len(self._tokens) else Token("sign", "", 0)
        if token.kind not in ("iri", "prefixed") or (token.kind == "iri" and "\\" in token.text):
            raise _refused()
        full = urljoin(self._base, token.text[1:-1]) if token.kind == "iri" else self._expanded(token.text)[1]
        (self.named_graphs if is_named else self.default_graphs).append(self._naming.graph(NamedNode(full)))
        return at + 1

    def _pieces(self, first: int, end: int) -> list[str]:
        """Return the rewritten tokens, with tests for blank nodes replaced, because blank nodes are IRIs there."""
        pieces = self._texts[first:end]
        for place in range(first, end):
            test = _TESTS.get(self._tokens[place].text.upper()) if self._tokens[place].kind == "word" else None
            last = self._closing(place + 1) if test is not None else 0
            inner = self._tokens[place + 2 : last]
            if test is None or not inner or any(token.text.upper() in _TESTS for token in inner):
                continue  # a test of a test is left alone: each would make the text three times as long
            value = "".join(self._texts[place + 2 : last])
            pieces[place - first] = " " + test.format(value, self._naming.blank)
            # the list keeps its length, because the places of later tokens refer to it
            pieces[place + 1 - first : last + 1 - first] = [""] * (last - place)
        return pieces

    def _closing(self, place: int) -> int:
        """Return the place of the bracket that closes the one here, or 0 if there is none."""
        depth = 0
        for at in range(place, len(self._tokens)):
            depth += (self._tokens[at].text == "(") - (self._tokens[at].text == ")")
            if depth <= 0:
                return at if at > place else 0
        return 0


def _refused() -> QueryRefused:
    return QueryRefused(
        Message(
            "An IRI is written with an escape (\\u...), which engines read differently; write the character itself."
        )
    )


def _plain(string: str) -> str:
    """Return a string without codepoint escapes: some products resolve them before they read tokens."""
    return _ESCAPE.sub(_plain_escape, string) if "\\u" in string or "\\U" in string else string


def _plain_escape(match: re.Match[str]) -> str:
    if match[1] is None and match[2] is None:
        return match[0]
    character = chr(int(match[1] or match[2], 16))
    return _ECHAR.get(character, character)


# A description is each product's own choice, and must be the same everywhere. So DESCRIBE becomes a CONSTRUCT of what
# the embedded engine gives: the statements about the resource, those about the blank nodes in them, and so on.


def as_construct(tokens: Sequence[Token], texts: Sequence[str]) -> str:
    """Return the text of a CONSTRUCT equal to a DESCRIBE without FROM; ``texts`` are its tokens as written."""
    verb = next(place for place, token in enumerate(tokens) if token.is_word("DESCRIBE"))
    tail = next(
        (place for place in range(verb + 1, len(tokens)) if tokens[place].text == "{" or tokens[place].is_word(*_TAIL)),
        len(tokens),
    )
    # the terms between the verb and the pattern; all from the pattern on is copied into sub-queries
    things = [(tokens[place], texts[place].strip()) for place in range(verb + 1, tail)]
    rest = "".join(texts[tail:])
    thing = _unused(tokens)
    variables = [text for token, text in things if token.kind == "variable"]
    if any(token.text == "*" for token, _ in things):
        variables = sorted({"?" + token.text[1:] for token in tokens[tail:] if token.kind == "variable"})
    iris = [text for token, text in things if token.kind in ("iri", "prefixed")]
    has_pattern = any(token.text == "{" for token in tokens[tail:]) and not tokens[tail].is_word("VALUES")
    arms = _of_pattern(thing, variables, iris, rest) if has_pattern else [f"VALUES ?{thing} {{ {' '.join(iris)} }}"]
    # each arm repeats the pattern: Oxigraph is slow with a union that is joined afterwards
    pattern = f"?{thing} ?{thing}p ?{thing}o"
    union = " UNION ".join(f"{{ {arm} {pattern} }}" for arm in arms)
    return f"{''.join(texts[:verb])} CONSTRUCT {{ {pattern} }} WHERE {{ {union} }}"


def with_blank_nodes(triples: Iterable[Triple], ask: Callable[[str], Iterable[Triple]], blank: str) -> list[Triple]:
    """Return a description with the statements about its blank nodes; ``blank`` begins their names in the engine.

    A list is requested at once, so that the number of queries is at most the depth of the description.
    """
    unique = dict.fromkeys(triples)
    asked = set[BlankNode]()
    while True:
        # Breadth first: each round asks for the blank nodes that are objects and were not asked before.
        # A node without statements is asked once too, so the loop ends.
        described = asked | {triple.subject for triple in unique if isinstance(triple.subject, BlankNode)}
        wanted = {triple.object for triple in unique if isinstance(triple.object, BlankNode)} - described
        if not wanted:
            return list(unique)
        asked |= wanted
        listed = " ".join(f"<{blank}{node.value}>" for node in sorted(wanted, key=str))
        text = (
            f"CONSTRUCT {{ ?node ?p ?o }} WHERE {{ VALUES ?start {{ {listed} }} ?start {_REST}* ?node . ?node ?p ?o }}"
        )
        unique |= dict.fromkeys(ask(text))


def _of_pattern(thing: str, variables: Sequence[str], iris: Sequence[str], rest: str) -> list[str]:
    listed = " ".join(variables)
    # a sub-query, because LIMIT and OFFSET apply to the solutions and not to the statements
    inner = f"{{ SELECT {listed} {rest} }}"
    arms = [
        f"{{ SELECT DISTINCT ({variable} AS ?{thing}) WHERE {{ {inner} FILTER(BOUND({variable})) }} }}"
        for variable in variables
    ]
    # an IRI is described only if the pattern has a solution, so its arm repeats the pattern
    return arms + [
        f"{{ SELECT DISTINCT ({variable} AS ?{thing}) WHERE {{ {{ SELECT (1 AS ?{thing}n) {rest} }} }} }}"
        for variable in iris
    ]


def _unused(tokens: Sequence[Token]) -> str:
    """Return a name that no variable of the text begins with."""
    thing, used = "thing", [token.text[1:] for token in tokens if token.kind == "variable"]
    while any(name.startswith(thing) for name in used):
        thing += "_"
    return thing
