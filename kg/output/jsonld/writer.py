"""Statements as JSON-LD with a context of their own: everything that is needed to read it stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.names import PREFIXES, curie, name
from kg.output.jsonld.context import ID, LANGUAGE, Context

_TYPE = name("rdf:type")
_STRING, _INTEGER, _BOOLEAN = (name(f"xsd:{kind}") for kind in ("string", "integer", "boolean"))
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}", re.ASCII)  # what every reader of JSON takes for the same number
_LOCAL = re.compile(r"[A-Za-z0-9][^:?#\[\]@]*")


def write_jsonld(triples: Iterable[Triple], context: Context) -> bytes:
    """Write statements; the same ones give the same bytes.

    The context is embedded and holds what is used of it, so that no reader must fetch anything.
    """
    writer = _Writer(context)
    nodes = writer.nodes(sorted(triples, key=_order))
    return json.dumps({"@context": writer.used(), "@graph": nodes}, ensure_ascii=False, indent=1).encode() + b"\n"


class _Writer:
    """Writes nodes, and notes which terms and prefixes they use."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._terms: set[NamedNode] = set()
        self._prefixes: set[str] = set()

    def used(self) -> dict[str, Any]:
        """The context for what was written."""
        terms = sorted(self._terms, key=self._context.key)
        definitions = self._context.definitions(terms)
        self._prefixes |= {curie(term).partition(":")[0] for term in terms}
        self._prefixes |= {
            look.partition(":")[0] for term in terms if ":" in (look := self._context.looks.get(term, ""))
        }
        return {prefix: PREFIXES[prefix] for prefix in sorted(self._prefixes & set(PREFIXES))} | definitions

    def nodes(self, triples: Iterable[Triple]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for triple in triples:
            written = self._iri(triple.subject)
            node = found.setdefault(written, {"@id": written})
            self._add(node, triple.predicate, triple.object)
        return [{key: _plain(value) for key, value in node.items()} for node in found.values()]

    def _add(self, node: dict[str, Any], predicate: NamedNode, value: Any) -> None:
        if predicate == _TYPE and isinstance(value, NamedNode):
            node.setdefault("@type", []).append(self._vocabulary(value))
        elif self._context.looks.get(predicate) != LANGUAGE:
            node.setdefault(self._vocabulary(predicate), []).append(self._value(predicate, value))
        elif isinstance(value, Literal) and value.language:
            node.setdefault(self._vocabulary(predicate), {}).setdefault(value.language, []).append(value.value)
        else:  # under its whole IRI, which the context says nothing of
            node.setdefault(predicate.value, []).append(self._value(None, value))

    def _vocabulary(self, term: NamedNode) -> str:
        """A property or class by its short name."""
        if term in self._context.keys:
            self._terms.add(term)
            return self._context.key(term)
        return self._iri(term)

    def _iri(self, term: Any) -> str:
        if isinstance(term, BlankNode):
            return str(term)
        short = curie(term)
        prefix, _, local = short.partition(":")
        if short == term.value or not _LOCAL.fullmatch(local):
            return str(term.value)
        self._prefixes.add(prefix)
        return short

    def _value(self, predicate: NamedNode | None, value: Any) -> Any:
        look = self._context.looks.get(predicate, "") if predicate is not None else ""
        if not isinstance(value, Literal):
            return self._iri(value) if look == ID else {"@id": self._iri(value)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        native = _native(value)
        if native is not None and look in ("", curie(value.datatype)):
            return native
        if look == curie(value.datatype) or (value.datatype == _STRING and not look):
            return value.value
        if value.datatype == _STRING:
            return {"@value": value.value}
        return {"@value": value.value, "@type": self._iri(value.datatype)}


def _native(literal: Literal) -> int | bool | None:
    """A number or truth value that JSON has as well, and only one way to write."""
    if literal.datatype == _INTEGER and _WHOLE.fullmatch(literal.value):
        return int(literal.value)
    if literal.datatype == _BOOLEAN and literal.value in ("true", "false"):
        return literal.value == "true"
    return None


def _plain(value: Any) -> Any:
    """A list of one as the one itself."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _order(triple: Triple) -> tuple[str, str, str]:
    return (str(triple.subject), str(triple.predicate), str(triple.object))
