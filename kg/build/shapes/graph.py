"""A shapes graph, what its shapes say, and the queries that find what breaks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, count
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.errors import ShapeUnknown
from kg.core.names import curie, name

Subject: TypeAlias = NamedNode | BlankNode
Value: TypeAlias = NamedNode | BlankNode | Literal | Triple


class ShapesGraph:
    """The statements of a shapes graph by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: defaultdict[Subject, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, NamedNode | BlankNode):
                self._said[triple.subject][curie(triple.predicate)].append(triple.object)

    def named(self, kind: str) -> list[NamedNode]:
        """Return the named nodes of a class, in the order of their names."""
        nodes = [node for node in self._said if name(kind) in self.values(node, "rdf:type")]
        return sorted((node for node in nodes if isinstance(node, NamedNode)), key=str)

    def properties_of(self, node: Subject) -> list[str]:
        """Return the properties of a node, sorted by name."""
        return sorted(self._said.get(node, ()))

    def values(self, node: Subject, property_: str) -> list[Value]:
        """Return what a node says with a property."""
        return list(self._said[node].get(property_, ())) if node in self._said else []

    def value(self, node: Subject, property_: str) -> Value | None:
        """Return the one resource that a node says with a property, if it says any."""
        return next(iter(self.values(node, property_)), None)

    def nodes(self, node: Subject, property_: str) -> list[Subject]:
        """Return the shapes or paths that a node names with a property."""
        return [_node(value) for value in self.values(node, property_)]

    def text(self, node: Subject, property_: str) -> str:
        """Return the literal that a node says with a property, or nothing."""
        value = self.value(node, property_)
        return value.value if isinstance(value, Literal) else ""

    def items(self, head: Value | None) -> list[Value]:
        """Return the items of a list."""
        values: list[Value] = []
        while head is not None and head != name("rdf:nil"):
            node = _node(head)
            values += self.values(node, "rdf:first")
            head = self.value(node, "rdf:rest")
        return values

    def members(self, node: Subject, property_: str) -> list[Subject]:
        """Return the shapes or paths of the list that a node names with a property."""
        return [_node(entry) for entry in self.items(self.value(node, property_))]


def _node(value: Value) -> Subject:
    if not isinstance(value, NamedNode | BlankNode):
        raise ShapeUnknown(f"ontology/shapes.ttl: {value} is used instead of a shape or a path; correct it.")
    return value


def path_text(graph: ShapesGraph, path: Subject) -> str:
    """Return a path of SHACL as a property path of SPARQL (SHACL, section 2.3.1).

    Raises:
        ShapeUnknown: the path is of another kind than those that our shapes need.
    """
    if isinstance(path, NamedNode):
        return str(path)
    if graph.properties_of(path) == ["rdf:first", "rdf:rest"]:
        return "(" + "/".join(path_text(graph, _node(entry)) for entry in graph.items(path)) + ")"
    if graph.properties_of(path) == ["sh:alternativePath"]:
        return "(" + "|".join(path_text(graph, member) for member in graph.members(path, "sh:alternativePath")) + ")"
    if graph.properties_of(path) == ["sh:inversePath"]:
        return "^" + path_text(graph, graph.nodes(path, "sh:inversePath")[0])
    raise ShapeUnknown(
        f"ontology/shapes.ttl: a path says {', '.join(graph.properties_of(path))}; paths here are a property, "
        "a sequence, sh:inversePath or sh:alternativePath."
    )


ClassesBelow: TypeAlias = Callable[[NamedNode], Sequence[NamedNode]]

# parameters that describe a shape and constrain nothing
_FRAME = {"rdf:type", "sh:path", "sh:property", "sh:message", "sh:severity", "sh:targetClass", "sh:targetSubjectsOf"}
_PARTS = {"sh:qualifiedMinCount"}  # of another constraint
# datatypes that SPARQL can cast to, so that ill-formed literals of them can be found
_CAST = {name(f"xsd:{entry}") for entry in ("integer", "decimal", "boolean", "double", "float", "dateTime", "date")}
_KINDS = {name("sh:Literal"): "isLiteral", name("sh:IRI"): "isIRI", name("sh:BlankNode"): "isBlank"}
_COMPARED = {"sh:minInclusive": ">=", "sh:maxInclusive": "<=", "sh:minExclusive": ">", "sh:maxExclusive": "<"}
_LENGTHS = {"sh:minLength": ">=", "sh:maxLength": "<="}
_ORDERS = {"sh:lessThan": "<", "sh:lessThanOrEquals": "<="}
_COUNTS = {"sh:minCount", "sh:maxCount", "sh:hasValue", "sh:qualifiedValueShape"}


@dataclass(frozen=True)
class Pattern:
    """A SPARQL pattern that matches where a constraint is broken, and the variable of the value at fault."""

    where: str
    value: str = ""
    prologue: str = ""


class Constraints:
    """Makes the patterns of shapes; every variable that they need is a new one."""

    def __init__(self, graph: ShapesGraph, below: ClassesBelow) -> None:
        self._graph, self._below = graph, below
        self._numbers = count(1)

    def broken(self, shape: Subject, focus: str) -> Iterator[Pattern]:
        """Yield the patterns of one shape, without those of the property shapes that it names.

        Raises:
            ShapeUnknown: the shape says something for which there is no pattern.
        """
        path = self._graph.value(shape, "sh:path")
        if path is not None and self._graph.values(shape, "sh:property"):
            raise _unknown(shape, "sh:path and sh:property")
        for property_ in self._graph.properties_of(shape):
            if property_ in _FRAME | _PARTS:
                continue
            # the methods below read one value of a property, so that a second one would be ignored
            if property_ != "sh:sparql" and len(self._graph.values(shape, property_)) > 1:
                raise _unknown(shape, f"{property_} twice")
            # most constraints are about each value by itself: the pattern finds a value that fails the test;
            # the others compare or count values, and have patterns of their own
            if (test := self._test(shape, property_)) is not None:
                value = focus if path is None else self._new()
                reach = "" if path is None else f"{focus} {self._path(shape)} {value} . "
                yield Pattern(f"{reach}FILTER (!({test(value)}))", value)
            else:
                yield from self._of_all_values(shape, property_, focus)

    def _holds(self, shape: Subject, focus: str) -> str:
        """Return an expression that is true of a resource that fits a shape."""
        patterns = list(self.broken(shape, focus))
        for property_shape in self._graph.nodes(shape, "sh:property"):
            patterns += self.broken(property_shape, focus)
        # a pattern of the resource alone is a group with nothing but its filter
        return "(" + " && ".join(f"NOT EXISTS {{ {pattern.where} }}" for pattern in patterns) + ")"

    def _test(self, shape: Subject, property_: str) -> Callable[[str], str] | None:
        """Return what must be true of each value, or None if the constraint is about all of them together."""
        simple = _simple_test(self._graph, shape, property_)
        if simple is not None or property_ not in ("sh:or", "sh:xone", "sh:not", "sh:class"):
            return simple
        if property_ == "sh:class":
            (cls,) = self._graph.nodes(shape, property_)
            classes = " , ".join(map(str, self._below(cls))) if isinstance(cls, NamedNode) else str(cls)
            return lambda value: f"EXISTS {{ {value} a {(kind := self._new())} FILTER ({kind} IN ({classes})) }}"
        if property_ == "sh:not":
            (other,) = self._graph.nodes(shape, property_)
            return lambda value: f"!{self._holds(other, value)}"
        members = self._graph.members(shape, property_)
        if property_ == "sh:or":
            return lambda value: " || ".join(self._holds(member, value) for member in members)
        return lambda value: " + ".join(f"IF({self._holds(member, value)}, 1, 0)" for member in members) + " = 1"

    def _of_all_values(self, shape: Subject, property_: str, focus: str) -> Iterator[Pattern]:
        if property_ == "sh:sparql":
            return (self._query(query) for query in self._graph.nodes(shape, property_))
        if not self._graph.values(shape, "sh:path"):
            raise _unknown(shape, property_)
        path = self._path(shape)
        if property_ in _COUNTS:
            return iter([self._counted(shape, property_, focus, path)])
        return self._compared(shape, property_, focus, path)

    def _counted(self, shape: Subject, property_: str, focus: str, path: str) -> Pattern:
        """Return the pattern of too few or too many values, without a value at fault."""
        limit = self._graph.value(shape, property_)
        if property_ == "sh:hasValue":
            return Pattern(f"FILTER NOT EXISTS {{ {focus} {path} {limit} }}")
        if property_ == "sh:maxCount":
            return Pattern(f"FILTER EXISTS {{ {self._distinct(focus, path, _number(limit) + 1)} }}")
        if property_ == "sh:minCount":
            return Pattern(f"FILTER NOT EXISTS {{ {self._distinct(focus, path, _number(limit))} }}")
        (inner,), least = self._graph.nodes(shape, property_), _number(self._graph.value(shape, "sh:qualifiedMinCount"))
        # qualified values are counted alike: so many different ones, each of which fits the inner shape
        fits = self._distinct(focus, path, least, lambda node: self._holds(inner, node))
        return Pattern(f"FILTER NOT EXISTS {{ {fits} }}")

    def _compared(self, shape: Subject, property_: str, focus: str, path: str) -> Iterator[Pattern]:
        """Yield the patterns of values that conflict with one another, or with those of another property."""
        other, value, second = self._graph.value(shape, property_), self._new(), self._new()
        if property_ == "sh:uniqueLang":
            same = f"LANG({second}) != '' && LCASE(LANG({second})) = LCASE(LANG({value}))"
            yield Pattern(f"{focus} {path} {second} , {value} . FILTER ({same} && STR({second}) < STR({value}))")
        elif property_ in _ORDERS:
            fine = f"COALESCE({value} {_ORDERS[property_]} {second}, false)"
            yield Pattern(f"{focus} {path} {value} ; {other} {second} . FILTER (!{fine})", value)
        elif property_ == "sh:disjoint":
            yield Pattern(f"{focus} {path} {value} . FILTER EXISTS {{ {focus} {other} {value} }}", value)
        elif property_ == "sh:equals":
            yield Pattern(f"{focus} {path} {value} . FILTER NOT EXISTS {{ {focus} {other} {value} }}", value)
            yield Pattern(f"{focus} {other} {value} . FILTER NOT EXISTS {{ {focus} {path} {value} }}", value)
        else:
            raise _unknown(shape, property_)

    def _query(self, query: Subject) -> Pattern:
        declared = (
            node
            for source in self._graph.nodes(query, "sh:prefixes")
            for node in self._graph.nodes(source, "sh:declare")
        )
        prefixes = {self._graph.text(entry, "sh:prefix"): self._graph.text(entry, "sh:namespace") for entry in declared}
        prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes.items()))
        return Pattern(f"{{ {self._graph.text(query, 'sh:select')} }}", "?value", prologue)

    def _distinct(self, focus: str, path: str, number: int, test: Callable[[str], str] | None = None) -> str:
        """Return a pattern of so many different values at a path."""
        # a count without an aggregate: variables whose values differ in pairs match only if there are enough values
        names = [self._new() for _ in range(number)]
        reach = " ".join(f"{focus} {path} {name} ." for name in names)
        tests = [f"!sameTerm({combination}, {other})" for combination, other in combinations(names, 2)]
        tests += [test(name) for name in names] if test else []
        return reach + (f" FILTER ({' && '.join(tests)})" if tests else "")

    def _path(self, shape: Subject) -> str:
        return path_text(self._graph, self._graph.nodes(shape, "sh:path")[0])

    def _new(self) -> str:
        return f"?v{next(self._numbers)}"


def _simple_test(graph: ShapesGraph, shape: Subject, property_: str) -> Callable[[str], str] | None:
    """Return what must be true of each value by itself."""
    limit = graph.value(shape, property_)
    # an error in a filter would drop the row and hide the violation, so COALESCE turns errors into false
    if property_ in _COMPARED:
        return lambda value: f"COALESCE({value} {_COMPARED[property_]} {limit}, false)"
    if property_ in _LENGTHS:
        return lambda value: f"COALESCE(STRLEN(STR({value})) {_LENGTHS[property_]} {limit}, false)"
    if property_ == "sh:pattern":
        return lambda value: f"COALESCE(REGEX(STR({value}), {limit}), false)"
    if property_ == "sh:datatype":
        # the datatype of an ill-formed literal is right, but its cast is an error
        well_formed = " && {1}({0}) = {1}({0})" if limit in _CAST else ""
        return lambda value: f"COALESCE(DATATYPE({value}) = {limit}{well_formed.format(value, limit)}, false)"
    if property_ == "sh:nodeKind" and limit in _KINDS:
        # mypy forgets within a lambda that the limit is a key of the dictionary
        return lambda value: f"{_KINDS[limit]}({value})"  # type: ignore[index]
    if property_ == "sh:languageIn":
        matches = [f"LANGMATCHES(LANG({{0}}), {entry})" for entry in graph.items(limit)]
        return lambda value: f"COALESCE({' || '.join(matches).format(value)}, false)"
    return None


def _unknown(shape: Subject, property_: str) -> ShapeUnknown:
    return ShapeUnknown(
        f"ontology/shapes.ttl: {shape} says {property_}, without a question; add one to kg/build/shapes."
    )


def _number(value: object) -> int:
    if not isinstance(value, Literal):
        raise ShapeUnknown(f"ontology/shapes.ttl: {value} is used instead of a number; correct it.")
    return int(value.value)


_PROLOGUE = "SELECT DISTINCT ?this ?value WHERE {\n"


@dataclass(frozen=True)
class Question:
    """A SELECT of ``?this``, a resource that breaks a shape, and ``?value``, the value at fault if it is one."""

    shape: Subject
    text: str


def questions(graph: ShapesGraph, below: ClassesBelow) -> Iterator[Question]:
    """Yield the questions of all named shapes with a target; ``below`` gives a class and those below it.

    Raises:
        ShapeUnknown: a shape says something for which there is no question yet.
    """
    for shape in graph.named("sh:NodeShape"):
        for target in _targets(graph, shape, below):
            for source in (shape, *graph.nodes(shape, "sh:property")):
                for pattern in Constraints(graph, below).broken(source, "?this"):
                    value = f" BIND ({pattern.value} AS ?value)" if pattern.value and pattern.value != "?value" else ""
                    yield Question(source, f"{pattern.prologue}{_PROLOGUE}{target}\n{pattern.where}{value}\n}}")


def _targets(graph: ShapesGraph, shape: Subject, below: Callable[[NamedNode], Sequence[NamedNode]]) -> list[str]:
    """Return patterns that find the targets of a shape (SHACL, section 2.1.3)."""
    classes = [below(cls) for cls in graph.nodes(shape, "sh:targetClass") if isinstance(cls, NamedNode)]
    # the sub-select gives a resource with several of the classes once
    targets = [
        f"{{ SELECT DISTINCT ?this {{ VALUES ?class {{ {' '.join(map(str, some))} }} ?this a ?class }} }}"
        for some in classes
    ]
    targets += [
        f"{{ SELECT DISTINCT ?this {{ ?this {property_} ?any }} }}"
        for property_ in graph.nodes(shape, "sh:targetSubjectsOf")
    ]
    if other := {"sh:targetNode", "sh:targetObjectsOf", "sh:target"} & set(graph.properties_of(shape)):
        raise ShapeUnknown(
            f"ontology/shapes.ttl: {shape} has {', '.join(sorted(other))}; use sh:targetClass or sh:targetSubjectsOf."
        )
    return targets
