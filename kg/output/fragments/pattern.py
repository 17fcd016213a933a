"""From the fields of an address to a pattern: terms as fragments spell them, and back.

An IRI stands plain, a literal in quotation marks with ``@en`` or ``^^`` and the IRI of its type behind them, and
nothing or a variable means any term. Nothing is escaped within a literal: it ends at its last quotation mark. An IRI
of a scheme that hardly anybody uses stands in angle brackets, lest a wrong prefix be taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode

from kg.core.errors import RequestInvalid
from kg.core.messages import Message
from kg.core.names import PREFIXES, name
from kg.output.fragments import QUADS, TRIPLES, Pattern

_VARIABLE = re.compile(r"[?$]\w*")
_LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^(?P<type>[^"]+))?', re.DOTALL)
_PAGE = re.compile(r"[1-9][0-9]{0,8}")
_STRING = name("xsd:string")

# schemes whose IRIs need no // (https://www.iana.org/assignments/uri-schemes/); with // any scheme is one
_SCHEMES = frozenset(
    [
        *("about", "acct", "ark", "bundle", "cid", "data", "did", "doi", "file", "geo", "hdl", "http", "https", "info"),
        *("isbn", "jar", "lsid", "magnet", "mailto", "mid", "news", "ni", "oid", "orcid", "pmid", "sip", "sips"),
        *("tag", "tel", "urn", "uuid", "xmpp"),
    ]
)

PAGE = "page"


def read_pattern(fields: Iterable[tuple[str, str]], positions: Sequence[str] = TRIPLES) -> Pattern:
    """The pattern of an address; a graph is read where ``positions`` has one.

    Raises:
        RequestInvalid: a field stands twice, or is no term; says which and how to write it.
    """
    found = {}
    for key, value in fields:
        if key not in positions:
            continue
        if key in found:
            raise RequestInvalid(Message("%(key)s is given twice; a pattern has one %(key)s.", key=key))
        found[key] = read_term(key, value)
    if "graph" in positions:
        graph = found.setdefault("graph", None)
        if isinstance(graph, Literal):
            raise RequestInvalid(Message("A graph is named by an IRI, not by a literal."))
    return Pattern(**found)  # type: ignore[arg-type]  # no graph is a literal


def read_page(fields: Iterable[tuple[str, str]]) -> int:
    """The number of the page, 1 if none is named.

    Raises:
        RequestInvalid: it is no whole number from 1.
    """
    named = [value for key, value in fields if key == PAGE]
    if not named:
        return 1
    if len(named) > 1 or not _PAGE.fullmatch(named[0]):
        raise RequestInvalid(Message("page=%(value)s is no page; pages are counted from 1.", value=repr(named[-1])))
    return int(named[0])


def read_term(key: str, text: str) -> NamedNode | Literal | None:
    """A term as fragments spell it; None for any term.

    Compact IRIs with our prefixes are taken for the IRIs that they stand for.

    Raises:
        RequestInvalid: it is none; says how to write it.
    """
    stripped = text.strip()
    if not stripped or _VARIABLE.fullmatch(stripped):
        return None
    if stripped.startswith("_:"):
        raise RequestInvalid(
            Message(
                "%(key)s=%(value)s is a blank node, whose label means nothing elsewhere. Ask for the statements "
                "around it.",
                key=key,
                value=repr(stripped),
            )
        )
    return _literal(key, stripped) if stripped.startswith('"') else _iri(key, stripped)


def _iri(key: str, text: str) -> NamedNode:
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = bare.partition(":")
    if bare == text and colon and prefix in PREFIXES:
        bare = PREFIXES[prefix] + local
    elif bare == text and _has_unknown_prefix(bare):
        raise RequestInvalid(
            Message(
                "%(key)s=%(value)s has an unknown prefix; known are %(prefixes)s. Write one of these, the whole "
                "IRI, or <%(text)s> if that is the IRI itself.",
                key=key,
                value=repr(text),
                text=text,
                prefixes=", ".join(PREFIXES),
            )
        )
    try:
        return NamedNode(bare)
    except ValueError as error:
        raise RequestInvalid(
            Message(
                "%(key)s=%(value)s is no term: %(reason)s. Write an IRI as %(root)splan-ii or id:plan-ii, a "
                'literal as "5G", "5G"@en or "2025"^^xsd:integer with its quotation marks, and nothing for any '
                "term.",
                key=key,
                value=repr(text),
                reason=error,
                root=PREFIXES["id"],
            )
        ) from error


def _has_unknown_prefix(iri: str) -> bool:
    prefix, _, local = iri.partition(":")
    is_name = re.fullmatch(r"[\w.+-]+", prefix) is not None
    return is_name and iri != prefix and not local.startswith("//") and prefix.lower() not in _SCHEMES


def _literal(key: str, text: str) -> Literal:
    found = _LITERAL.fullmatch(text)
    if found is None:
        raise RequestInvalid(
            Message(
                '%(key)s=%(value)s is no literal. Write "5G", "5G"@en or "2025"^^xsd:integer, with both '
                "quotation marks.",
                key=key,
                value=repr(text),
            )
        )
    if found["language"]:
        try:
            return Literal(found["text"], language=found["language"])
        except ValueError as error:
            raise RequestInvalid(
                Message(
                    "%(key)s=%(value)s: %(language)s is no language; write such as @en.",
                    key=key,
                    value=repr(text),
                    language=repr(found["language"]),
                )
            ) from error
    return Literal(found["text"], datatype=_iri(key, found["type"])) if found["type"] else Literal(found["text"])


def write_term(term: object) -> str:
    """A term as fragments spell it; the empty text for None and for a blank node, which cannot be asked for."""
    if isinstance(term, NamedNode):
        return f"<{term.value}>" if _has_unknown_prefix(term.value) else term.value
    if not isinstance(term, Literal):
        return ""
    if term.language is not None:
        return f'"{term.value}"@{term.language}'
    return f'"{term.value}"' + ("" if term.datatype == _STRING else f"^^{write_term(term.datatype)}")


def write_fields(pattern: Pattern, positions: Sequence[str] = TRIPLES) -> list[tuple[str, str]]:
    """The fields of the address of a pattern, without those that are any term."""
    written = ((key, write_term(getattr(pattern, key))) for key in QUADS if key in positions)
    return [(key, value) for key, value in written if value]
