"""The shapes as rules in words (https://www.w3.org/TR/shacl/, sections 2.3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.errors import N_
from kg.core.names import PREFIXES, name
from kg.engine import Term
from kg.graph.ontology.terms import Index, Subject

Phrase: TypeAlias = tuple[str | NamedNode | Literal, ...]
"""Words and terms; a page shows terms by their labels."""


@dataclass(frozen=True)
class Constraint:
    """One rule: every one of ``conditions`` holds for the values at ``path``, or for the resource if it is empty.

    ``query`` is the SPARQL text of a rule that has one; it selects violations.
    """

    iri: NamedNode
    severity: str
    message: str
    path: Phrase
    conditions: tuple[Phrase, ...]
    query: str = ""

    @property
    def local(self) -> str:
        """Return the name without its namespace, which is the anchor of the rule on its page."""
        return local_name(self.iri)


@dataclass(frozen=True)
class ShapeGroup:
    """The rules for the instances of some classes, or for the subjects of some properties."""

    iri: NamedNode
    classes: tuple[NamedNode, ...]
    subjects_of: tuple[NamedNode, ...]
    constraints: tuple[Constraint, ...]

    @property
    def local(self) -> str:
        """Return the name without its namespace."""
        return local_name(self.iri)


def local_name(shape: NamedNode) -> str:
    """Return the name of a shape without its namespace."""
    return shape.value.removeprefix(PREFIXES["shape"])


_DATATYPES = {
    "xsd:integer": "a whole number",
    "xsd:decimal": "a decimal number",
    "xsd:boolean": "true or false",
    "xsd:string": "a text without a language",
    "xsd:date": "a date",
    "xsd:anyURI": "an address",
}
_NODE_KINDS = {"sh:Literal": "a text, number or date", "sh:IRI": "a thing with an IRI"}
_WORDS = {name(curie): words for curie, words in {**_DATATYPES, **_NODE_KINDS}.items()}
_BETWEEN = {"sh:or": "; or ", "sh:xone": "; or ", "sh:and": "; and "}
_GROUPS = {
    "sh:or": "at least one of these holds: ",
    "sh:xone": "one of these holds, and no more: ",
    "sh:and": "all of these hold: ",
}


def path_words(index: Index, path: Term | None) -> Phrase:
    """Return a property path in words; path operators that the shapes do not use are left out."""
    if path is None or isinstance(path, NamedNode):
        return () if path is None else (path,)
    if not isinstance(path, BlankNode):
        return ()
    # a blank node is an inverse path, an alternative path or a list of steps (SHACL, section 2.3.1)
    for inner in index.objects(path, name("sh:inversePath")):
        return ("what points here with ", *path_words(index, inner))
    for inner in index.objects(path, name("sh:alternativePath")):
        return _alternatives(index, index.list_of(inner))
    return _joined((path_words(index, step) for step in index.list_of(path)), ", and from there ")


def _alternatives(index: Index, paths: Iterable[Term]) -> Phrase:
    """Return alternative paths in words; a common beginning of neighbours is written once."""
    whole: Phrase = ()
    before: str | NamedNode | Literal = ""
    for phrase in (path_words(index, path) for path in paths):
        rest = phrase[1:] if phrase and phrase[0] == before else phrase
        whole += (", or ", *rest) if whole else phrase
        before = phrase[0] if phrase and isinstance(phrase[0], str) else ""
    return whole


def conditions(index: Index, shape: Subject) -> tuple[Phrase, ...]:
    """Return the conditions of a shape, one phrase for each."""
    phrases: list[Phrase] = []
    for tell in (_counts, _kinds, _bounds, _texts, _pairs, _values, _qualified, _groups):
        phrases += tell(index, shape)
    return tuple(phrases)


def _joined(phrases: Iterable[Phrase], mark: str) -> Phrase:
    whole: Phrase = ()
    for phrase in filter(None, phrases):
        whole += (mark, *phrase) if whole else phrase
    return whole


def _first(index: Index, shape: Subject, component: str) -> Term | None:
    return next(iter(index.objects(shape, name(component))), None)


def _number(index: Index, shape: Subject, component: str) -> str:
    return index.text(shape, name(component))


def _counts(index: Index, shape: Subject) -> list[Phrase]:
    least, most = (_number(index, shape, component) for component in ("sh:minCount", "sh:maxCount"))
    words = "no" if most == "0" else _range(least, most, "{} or more", "at most {}")
    return [(f"{words} value{'' if words.endswith((' 1', 'no')) else 's'}",)] if words else []


def _range(least: str, most: str, from_on: str, up_to: str) -> str:
    if least and most:
        return f"exactly {least}" if least == most else f"{least} to {most}"
    return from_on.format(least) if least else up_to.format(most) if most else ""


def _kinds(index: Index, shape: Subject) -> list[Phrase]:
    phrases: list[Phrase] = []
    for component in ("sh:datatype", "sh:nodeKind"):
        for kind in index.iris(shape, name(component)):
            phrases.append(
                (f"each value is {_WORDS[kind]}",) if kind in _WORDS else ("each value is of the type ", kind)
            )
    phrases += [("each value is of the class ", cls) for cls in index.iris(shape, name("sh:class"))]
    return phrases


def _bounds(index: Index, shape: Subject) -> list[Phrase]:
    least, most = (_number(index, shape, component) for component in ("sh:minInclusive", "sh:maxInclusive"))
    number = _range(least, most, "{} or more", "{} or less")
    least, most = (_number(index, shape, component) for component in ("sh:minLength", "sh:maxLength"))
    length = _range(least, most, "{} or more", "at most {}")
    return [
        *([(f"each value is {number}",)] if number else []),
        *([(f"each value has {length} characters",)] if length else []),
    ]


def _texts(index: Index, shape: Subject) -> list[Phrase]:
    phrases: list[Phrase] = [
        ("each value fits the pattern ", Literal(text)) for text in index.texts(shape, name("sh:pattern"))
    ]
    for head in index.objects(shape, name("sh:languageIn")):
        tags = [tag.value for tag in index.list_of(head) if isinstance(tag, Literal)]
        phrases.append((f"each value is in one of the languages {', '.join(tags)}",))
    if _number(index, shape, "sh:uniqueLang") == "true":
        phrases.append(("no language occurs twice",))
    return phrases


_PAIRS: dict[str, str] = {
    "sh:lessThan": "each value is less than that of ",
    "sh:lessThanOrEquals": "no value is more than that of ",
    "sh:equals": "the values are the same as those of ",
    "sh:disjoint": "no value is also a value of ",
}


def _pairs(index: Index, shape: Subject) -> list[Phrase]:
    return [(words, other) for component, words in _PAIRS.items() for other in index.iris(shape, name(component))]


def _values(index: Index, shape: Subject) -> list[Phrase]:
    values = index.objects(shape, name("sh:hasValue"))
    return [("one value is ", value) for value in values if isinstance(value, NamedNode | Literal)]


def _qualified(index: Index, shape: Subject) -> list[Phrase]:
    inner = _first(index, shape, "sh:qualifiedValueShape")
    if not isinstance(inner, NamedNode | BlankNode):
        return []
    least = _number(index, shape, "sh:qualifiedMinCount")
    most = _number(index, shape, "sh:qualifiedMaxCount")
    first, *rest = shape_words(index, inner) or ("",)
    whole = (first.replace("each value is", "it is") if isinstance(first, str) else first, *rest)
    return [(f"for {_range(least, most, '{} or more', 'at most {}')} of the values: ", *whole)]


def shape_words(index: Index, shape: Subject) -> Phrase:
    """Return a nested shape as a single phrase."""
    path = path_words(index, _first(index, shape, "sh:path"))
    inner = (
        shape_words(index, property_shape)
        for property_shape in index.objects(shape, name("sh:property"))
        if isinstance(property_shape, BlankNode)
    )
    whole = _joined((_joined(conditions(index, shape), ", "), *inner), ", ")
    return (*path, *((": ",) if path else ()), *whole)


def _groups(index: Index, shape: Subject) -> list[Phrase]:
    phrases: list[Phrase] = []
    for component, words in _GROUPS.items():
        for head in index.objects(shape, name(component)):
            inner = [
                shape_words(index, nested)
                for nested in index.list_of(head)
                if isinstance(nested, NamedNode | BlankNode)
            ]
            phrases.append((words, *_joined(inner, _BETWEEN[component])))
    for nested in index.objects(shape, name("sh:not")):
        if isinstance(nested, NamedNode | BlankNode):
            phrases.append(("this does not hold: ", *shape_words(index, nested)))
    return phrases


_SEVERITIES = {name("sh:Violation"): N_("violation"), name("sh:Warning"): N_("warning"), name("sh:Info"): N_("info")}
_BY_QUERY: Phrase = ("the query finds nothing wrong",)


def read_constraints(triples: Iterable[Triple]) -> tuple[ShapeGroup, ...]:
    """Read the rules of a shapes graph, group by group in order of name."""
    index = Index(triples)
    groups = (shape for shape in index.named(name("rdf:type"), name("sh:NodeShape")) if _ours(shape))
    return tuple(_group(index, shape) for shape in groups)


def _ours(iri: NamedNode) -> bool:
    return iri.value.startswith(PREFIXES["shape"])


def _group(index: Index, shape: NamedNode) -> ShapeGroup:
    rules = [_constraint(index, rule_shape) for rule_shape in (shape, *index.iris(shape, name("sh:property")))]
    return ShapeGroup(
        shape,
        index.iris(shape, name("sh:targetClass")),
        index.iris(shape, name("sh:targetSubjectsOf")),
        tuple(rule for rule in rules if rule.conditions),
    )


def _constraint(index: Index, shape: NamedNode) -> Constraint:
    severity = next(iter(index.iris(shape, name("sh:severity"))), name("sh:Violation"))  # SHACL, section 2.1.4
    query = _query(index, shape)
    path = next(iter(index.objects(shape, name("sh:path"))), None)
    return Constraint(
        shape,
        _SEVERITIES.get(severity, "violation"),
        index.text(shape, name("sh:message")),
        path_words(index, path),
        (*conditions(index, shape), *((_BY_QUERY,) if query else ())),
        query,
    )


def _query(index: Index, shape: NamedNode) -> str:
    for rule in index.objects(shape, name("sh:sparql")):
        if isinstance(rule, NamedNode | BlankNode):
            return _unindented(index.text(rule, name("sh:select")))
    return ""


def _unindented(text: str) -> str:
    """Return a query without surrounding empty lines and common indentation."""
    lines = [line for line in text.splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[indent:] for line in lines)
