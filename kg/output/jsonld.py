"""JSON-LD (https://www.w3.org/TR/json-ld11/): a context made from the ontology, and statements written with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.names import PREFIXES, curie, name, sparql_prologue
from kg.engine import Engine, Term, select

ID, LANGUAGE = "@id", "@language"

# The form of values of external terms; for ours, the ontology defines it.
_WORDS = """
    skos:prefLabel skos:altLabel skos:definition skos:scopeNote skos:example skos:editorialNote dcterms:title
    dcterms:description rdfs:label rdfs:comment sh:name sh:description"""
_THINGS = """
    skos:broader skos:narrower skos:inScheme skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch
    skos:relatedMatch dcterms:subject dcterms:isReplacedBy dcterms:license foaf:page owl:sameAs rdfs:isDefinedBy
    rdfs:seeAlso schema:target sh:class sh:datatype sh:nodeKind sh:parameter sh:path"""

_TERMS = (
    sparql_prologue("graph", "owl", "rdf", "rdfs")
    + """SELECT ?term ?kind ?range {
  GRAPH graph:ontology { ?term a ?kind OPTIONAL { ?term rdfs:range ?range } }
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
} ORDER BY ?term ?kind ?range"""
)


@dataclass(frozen=True)
class Context:
    """The key of each term, and the form of its values: ``@id``, ``@language``, a datatype, or none ("")."""

    keys: Mapping[NamedNode, str]
    looks: Mapping[NamedNode, str]

    def key(self, term: NamedNode) -> str:
        """Return the short name of our terms, the compact IRI of others."""
        return self.keys.get(term) or curie(term)

    def document(self) -> dict[str, Any]:
        """Return the complete context, as published."""
        return {"@context": {**PREFIXES, **self.definitions(sorted(self.keys, key=self.key))}}

    def definitions(self, terms: Iterable[NamedNode]) -> dict[str, Any]:
        """Return the definitions of these terms; terms fully described by their compact IRI are left out."""
        return {self.key(term): self._definition(term) for term in terms if term in self.keys}

    def _definition(self, term: NamedNode) -> str | dict[str, str]:
        look = self.looks.get(term, "")
        if not look:
            return curie(term)
        kind = {"@container": LANGUAGE} if look == LANGUAGE else {"@type": look}
        return {"@id": curie(term), **kind}


def context_of(engine: Engine) -> Context:
    """Return the context of a release, from its ontology.

    Raises:
        As ``Engine.answer``.
    """
    looks = {name(name_): LANGUAGE for name_ in _WORDS.split()} | {name(name_): ID for name_ in _THINGS.split()}
    keys = {term: curie(term) for term in looks}
    for term, kind, range_ in select(engine, _TERMS).rows:
        if not isinstance(term, NamedNode) or not curie(term).startswith("fyp:"):
            continue
        local = curie(term).partition(":")[2]
        # fyp:unit keeps its prefix, since "unit" is itself a prefix
        keys[term] = local if local and local not in PREFIXES else curie(term)
        look = _look(kind, range_)
        if look:
            looks[term] = look
    return Context(keys, looks)


def _look(kind: Term | None, range_: Term | None) -> str:
    if kind == name("owl:ObjectProperty"):
        return ID
    if kind == name("owl:Class") or not isinstance(range_, NamedNode) or range_ == name("xsd:string"):
        return ""
    if range_ == name("rdf:langString"):
        return LANGUAGE
    return curie(range_) if curie(range_).startswith("xsd:") else ""


_TYPE = name("rdf:type")
_STRING, _INTEGER, _BOOLEAN = (name(f"xsd:{kind}") for kind in ("string", "integer", "boolean"))
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}", re.ASCII)  # integers that every JSON parser reads exactly
_LOCAL = re.compile(r"[A-Za-z0-9][^:?#\[\]@]*")


def write_jsonld(triples: Iterable[Triple], context: Context) -> bytes:
    """Write statements with the part of the context that they use; the output is reproducible.

    The context is embedded, so that no reader must fetch anything.
    """
    writer = _Writer(context)
    # the nodes are written first, since they decide what the context must define
    nodes = writer.nodes(sorted(triples, key=_order))
    return json.dumps({"@context": writer.used(), "@graph": nodes}, ensure_ascii=False, indent=1).encode() + b"\n"


class _Writer:
    """Writes nodes, and notes which terms and prefixes they use."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._terms: set[NamedNode] = set()
        self._prefixes: set[str] = set()

    def used(self) -> dict[str, Any]:
        """Return the context for what was written."""
        terms = sorted(self._terms, key=self._context.key)
        definitions = self._context.definitions(terms)
        self._prefixes |= {curie(term).partition(":")[0] for term in terms}
        # a datatype in a definition needs its prefix as well
        self._prefixes |= {
            look.partition(":")[0] for term in terms if ":" in (look := self._context.looks.get(term, ""))
        }
        return {prefix: PREFIXES[prefix] for prefix in sorted(self._prefixes & set(PREFIXES))} | definitions

    def nodes(self, triples: Iterable[Triple]) -> list[dict[str, Any]]:
        by_subject: dict[str, dict[str, Any]] = {}
        for triple in triples:
            written = self._iri(triple.subject)
            node = by_subject.setdefault(written, {"@id": written})
            self._add(node, triple.predicate, triple.object)
        return [{key: _plain(value) for key, value in node.items()} for node in by_subject.values()]

    def _add(self, node: dict[str, Any], predicate: NamedNode, value: Any) -> None:
        if predicate == _TYPE and isinstance(value, NamedNode):
            node.setdefault("@type", []).append(self._vocabulary(value))
        elif self._context.looks.get(predicate) != LANGUAGE:
            node.setdefault(self._vocabulary(predicate), []).append(self._value(predicate, value))
        elif isinstance(value, Literal) and value.language:
            node.setdefault(self._vocabulary(predicate), {}).setdefault(value.language, []).append(value.value)
        else:  # under its full IRI, which the context does not define
            node.setdefault(predicate.value, []).append(self._value(None, value))

    def _vocabulary(self, term: NamedNode) -> str:
        """Return a property or class by its short name."""
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
            # a bare text would get the datatype that the context gives to the property
            return {"@value": value.value}
        return {"@value": value.value, "@type": self._iri(value.datatype)}


def _native(literal: Literal) -> int | bool | None:
    """Return a number or truth value with exactly one JSON spelling, or None."""
    if literal.datatype == _INTEGER and _WHOLE.fullmatch(literal.value):
        return int(literal.value)
    if literal.datatype == _BOOLEAN and literal.value in ("true", "false"):
        return literal.value == "true"
    return None


def _plain(value: Any) -> Any:
    """Replace a list of one item by the item."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _order(triple: Triple) -> tuple[str, str, str]:
    return (str(triple.subject), str(triple.predicate), str(triple.object))
