"""DESCRIBE as a CONSTRUCT: what a description holds is each product's own choice, and must be the same everywhere.

It is here what the embedded engine gives: the statements whose subject is the thing, and those about the blank nodes
that these name, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import BlankNode, Triple

from kg.core.names import name
from kg.sparql.lexer import Token

_REST = name("rdf:rest")
_TAIL = ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


def as_construct(tokens: Sequence[Token], told: Sequence[str]) -> str:
    """The text of a CONSTRUCT that gives what a DESCRIBE without FROM asks for; ``told`` are its tokens as written."""
    verb = next(place for place, token in enumerate(tokens) if token.is_word("DESCRIBE"))
    tail = next(
        (place for place in range(verb + 1, len(tokens)) if tokens[place].text == "{" or tokens[place].is_word(*_TAIL)),
        len(tokens),
    )
    things = [(tokens[place], told[place].strip()) for place in range(verb + 1, tail)]
    rest = "".join(told[tail:])
    thing = _unused(tokens)
    variables = [text for token, text in things if token.kind == "variable"]
    if any(token.text == "*" for token, _ in things):
        variables = sorted({"?" + token.text[1:] for token in tokens[tail:] if token.kind == "variable"})
    iris = [text for token, text in things if token.kind in ("iri", "prefixed")]
    has_pattern = any(token.text == "{" for token in tokens[tail:]) and not tokens[tail].is_word("VALUES")
    arms = _of_pattern(thing, variables, iris, rest) if has_pattern else [f"VALUES ?{thing} {{ {' '.join(iris)} }}"]
    # the pattern stands in each arm: Oxigraph is slow with a union that is joined afterwards
    pattern = f"?{thing} ?{thing}p ?{thing}o"
    union = " UNION ".join(f"{{ {arm} {pattern} }}" for arm in arms)
    return f"{''.join(told[:verb])} CONSTRUCT {{ {pattern} }} WHERE {{ {union} }}"


def with_blank_nodes(triples: Iterable[Triple], ask: Callable[[str], Iterable[Triple]], blank: str) -> list[Triple]:
    """A description with the statements about its blank nodes; ``ask`` asks a text, ``blank`` begins their names in it.

    A list is asked for at once, so that there are no more questions than the description is deep.
    """
    found = dict.fromkeys(triples)
    asked = set[BlankNode]()
    while True:
        known = asked | {one.subject for one in found if isinstance(one.subject, BlankNode)}
        wanted = {one.object for one in found if isinstance(one.object, BlankNode)} - known
        if not wanted:
            return list(found)
        asked |= wanted
        listed = " ".join(f"<{blank}{node.value}>" for node in sorted(wanted, key=str))
        text = (
            f"CONSTRUCT {{ ?node ?p ?o }} WHERE {{ VALUES ?start {{ {listed} }} ?start {_REST}* ?node . ?node ?p ?o }}"
        )
        found |= dict.fromkeys(ask(text))


def _of_pattern(thing: str, variables: Sequence[str], iris: Sequence[str], rest: str) -> list[str]:
    listed = " ".join(variables)
    arms = [
        f"{{ SELECT DISTINCT ({one} AS ?{thing}) WHERE {{ {{ SELECT {listed} {rest} }} FILTER(BOUND({one})) }} }}"
        for one in variables
    ]
    return arms + [
        f"{{ SELECT DISTINCT ({one} AS ?{thing}) WHERE {{ {{ SELECT (1 AS ?{thing}n) {rest} }} }} }}" for one in iris
    ]


def _unused(tokens: Sequence[Token]) -> str:
    """A name that no variable of the text begins with."""
    thing, used = "thing", [token.text[1:] for token in tokens if token.kind == "variable"]
    while any(one.startswith(thing) for one in used):
        thing += "_"
    return thing
