"""Why a triple pattern alone matches nothing: its graph, its names, its direction, its literal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode

from kg.core.errors import N_, Message, choice, sentences
from kg.core.names import PREFIXES, ROOT, curie, name
from kg.diagnostics.empty_result.parts import RDF_TYPE, Part, PatternTerm, QueryParts
from kg.diagnostics.empty_result.probe import Probe, Rows
from kg.diagnostics.term_suggestions import Terms, nearest, unambiguous_name
from kg.engine import Term
from kg.sparql import syntax_tree

_PLAIN_NUMBERS = tuple(map(name, ("xsd:integer", "xsd:decimal", "xsd:boolean")))
_LONGEST = 60
# two underscores at the end, so that no variable of a query is likely to have this name
_VALUE = "?value__"

_UNKNOWN = {
    "property": N_("The graph has no property %(name)s, and none with a name like it."),
    "class": N_("The graph has no class %(name)s, and none with a name like it."),
}
_MISSPELT = {
    "property": N_("The graph has no property %(name)s; did you mean %(near)s?"),
    "class": N_("The graph has no class %(name)s; did you mean %(near)s?"),
}


@dataclass(frozen=True)
class Fix:
    """Text for a span of the query."""

    start: int
    end: int
    insert: str


@dataclass(frozen=True)
class Reason:
    """A reason: its kind in one word, a sentence, its place, and the fix if there is only one."""

    cause: str
    words: Message

    start: int
    fix: Fix | None = None


@dataclass(frozen=True)
class Case:
    """A part that matches nothing, and what its query and the release contain."""

    part: Part
    query_parts: QueryParts
    terms: Terms
    probe: Probe

    @property
    def triple(self) -> tuple[PatternTerm, PatternTerm, PatternTerm]:
        """The subject, property and object of the part, which must be a triple pattern."""
        subject, verb, object_ = self.part.triple
        return subject, verb, object_


def reasons_for(case: Case) -> list[Reason]:
    """Return the reasons of the first kind that applies, or none."""
    if not case.part.triple:
        return []
    # the order matters: a wrong graph or name makes the later explanations meaningless
    sources: tuple[Callable[[Case], Iterator[Reason]], ...] = (_graph, _names, _direction, _other_values)
    return next((reasons for source in sources if (reasons := list(source(case)))), [])


# --- graphs and names ------------------------------------------------------------------------------------------------


def _graph(case: Case) -> Iterator[Reason]:
    """Explain that the data are in another graph than the query's."""
    part = case.part
    if case.probe.has_dataset and case.probe.ask(part.text, anywhere=True):
        graphs = listed(_graphs_with(case))
        words = Message(
            "The chosen dataset (FROM or default-graph-uri) does not hold this; it is in: %(graphs)s.", graphs=graphs
        )
        yield Reason("dataset", words, part.start)
        return
    if not part.graph or not case.probe.ask(part.text, anywhere=True):
        return
    graph = case.query_parts.iri(part.graph)
    words = Message(
        "The statement is in other graphs than %(graph)s: %(graphs)s.",
        graph=part.graph,
        graphs=listed(_graphs_with(case)),
    )
    if graph is not None and case.terms.graphs and graph not in case.terms.graphs:
        near = nearest(curie(graph), map(curie, case.terms.graphs), 1)
        words = sentences(missing_graph(part.graph, near), words)
    yield Reason("graph", words, part.start)


def missing_graph(graph: str, near: Sequence[str]) -> Message:
    """Return a sentence about a graph that the release does not have, with the name that is nearest."""
    if near:
        return Message("There is no graph %(graph)s; did you mean %(near)s?", graph=graph, near=near[0])
    return Message("There is no graph %(graph)s.", graph=graph)


def _graphs_with(case: Case) -> list[str]:
    pattern = f"GRAPH ?graph__ {{ {case.part.text} }}"
    rows = case.probe.select("DISTINCT ?graph__", pattern, tail="LIMIT 20", anywhere=True)
    return sorted(in_sparql(row[0]) for row in rows)


def _names(case: Case) -> Iterator[Reason]:
    """Explain that the release does not have a property, class or resource."""
    yield from misspelt(case)
    subject, verb, object_ = case.triple
    if object_.is_iri and case.query_parts.iri(verb.text) != RDF_TYPE:
        yield from _unknown_resource(case, object_)
    if subject.is_iri:
        yield from _unknown_resource(case, subject)


def misspelt(case: Case) -> Iterator[Reason]:
    """Yield a reason for each property and class that the release does not have; sends no query."""
    if not case.part.triple:
        return
    _, verb, object_ = case.triple
    for node in verb.node.walk():
        if isinstance(node, syntax_tree.Iri) and node.text != "a":
            yield from _unknown_term(case, node, case.terms.properties, "property")
    if case.query_parts.iri(verb.text) == RDF_TYPE and isinstance(object_.node, syntax_tree.Iri) and object_.is_iri:
        yield from _unknown_term(case, object_.node, case.terms.classes, "class")


def _unknown_term(case: Case, node: syntax_tree.Iri, terms: tuple[str, ...], kind: str) -> Iterator[Reason]:
    iri = case.query_parts.iri(node.text)
    if iri is None:
        yield from _relative(node.text, node.start)
        return
    if not terms or curie(iri) in terms:
        return
    wanted = curie(iri) if curie(iri) != iri.value else _local(iri)
    near = nearest(wanted, terms) or nearest(wanted, case.terms.all)

    if not near:
        yield Reason(f"unknown-{kind}", Message(_UNKNOWN[kind], name=node.text), node.start)
        return
    term = unambiguous_name(wanted, near)
    fix = Fix(node.start, node.end, case.query_parts.name_for(term, node.text)) if term is not None else None
    yield Reason(
        f"unknown-{kind}",
        Message(_MISSPELT[kind], name=node.text, near=choice(near)),
        node.start,
        fix,
    )


def _local(iri: NamedNode) -> str:
    return iri.value[max(iri.value.rfind("#"), iri.value.rfind("/")) + 1 :]


def _relative(text: str, start: int) -> Iterator[Reason]:
    if text.startswith("<"):
        words = Message(
            "%(iri)s is a relative IRI and is read from %(root)s; write the IRI whole, or with a prefix.",
            iri=text,
            root=ROOT,
        )
        yield Reason("relative-iri", words, start)


def _unknown_resource(case: Case, term: PatternTerm) -> Iterator[Reason]:
    """Explain that no statement mentions a resource; its IRI may be misspelt or escaped in another way."""
    start, end = term.node.start, term.node.end
    iri = case.query_parts.iri(term.text)
    if iri is None:
        yield from _relative(term.text, start)
        return
    # True and None end the search alike: nothing is said about a resource if its query had no answer
    if case.probe.ask(_mention(str(iri)), anywhere=True) is not False:
        return
    for variant in dict.fromkeys((unquote(iri.value), quote(iri.value, safe=":/?#[]@!$&'()*+,;=%~"))):
        if variant != iri.value and case.probe.ask(_mention(f"<{variant}>"), anywhere=True):
            words = Message(
                "The graph does not know %(name)s; it spells it <%(other)s>.", name=term.text, other=variant
            )
            yield Reason("escaping", words, start, Fix(start, end, f"<{variant}>"))
            return
    near = nearest(curie(iri), _similar_resources(case, iri)) if iri.value.startswith(PREFIXES["id"]) else []

    if near:
        nearest_term = unambiguous_name(curie(iri), near)
        fix = Fix(start, end, case.query_parts.name_for(nearest_term, term.text)) if nearest_term is not None else None
        yield Reason(
            "unknown-thing",
            Message("The graph says nothing about %(name)s; did you mean %(near)s?", name=term.text, near=choice(near)),
            start,
            fix,
        )
    else:
        yield Reason("unknown-thing", Message("The graph says nothing about %(name)s.", name=term.text), start)


def _mention(iri: str) -> str:
    return f"{{ {iri} ?p__ ?o__ }} UNION {{ ?s__ ?p__ {iri} }}"


def _similar_resources(case: Case, iri: NamedNode) -> list[str]:
    """Return the resources whose slug has the same first two characters."""
    begin = PREFIXES["id"] + _local(iri)[:2]
    # the text goes into a query, so nothing in it may end the string
    if not begin.isprintable() or '"' in begin or "\\" in begin:
        return []
    pattern = f'?s__ a ?c__ FILTER(STRSTARTS(STR(?s__), "{begin}"))'
    rows = case.probe.select("DISTINCT ?s__", pattern, tail="LIMIT 2000", anywhere=True)
    return [curie(row[0]) for row in rows if isinstance(row[0], NamedNode)]


def _direction(case: Case) -> Iterator[Reason]:
    """Explain that the property runs from the object to the subject."""
    subject, verb, object_ = case.triple
    if not (subject.is_iri or object_.is_iri) or not (object_.is_iri or object_.is_variable):
        return
    turned = f"{object_.text} {verb.text} {subject.text} ."
    if case.probe.ask(f"GRAPH {case.part.graph} {{ {turned} }}" if case.part.graph else turned):
        yield Reason(
            "direction",
            Message("%(path)s runs the other way here: %(turned)s", path=verb.text, turned=turned),
            case.part.start,
        )


# --- values ----------------------------------------------------------------------------------------------------------


def _other_values(case: Case) -> Iterator[Reason]:
    """Explain that the property has other values than the object."""
    subject, verb, object_ = case.triple
    pattern = f"{subject.text} {verb.text} {_VALUE} ."
    if object_.is_variable:
        yield from _other_properties(case)
    elif isinstance(object_.node, syntax_tree.Literal):
        yield from _other_literals(case, pattern)
    elif rows := case.probe.select(f"DISTINCT {_VALUE}", pattern, tail="LIMIT 4"):
        values = listed(brief(row[0]) for row in rows)
        words = Message(
            "%(path)s leads to other values, such as %(values)s, not to %(written)s.",
            path=verb.text,
            values=values,
            written=object_.text,
        )
        yield Reason("other-value", words, object_.node.start)
    else:
        yield from _other_properties(case)


def _other_properties(case: Case) -> Iterator[Reason]:
    """Explain that the subject has other properties."""
    subject, verb, _ = case.triple
    if not subject.is_iri:
        if case.query_parts.iri(verb.text) is not None:
            words = Message(
                "No statement with %(path)s fits; the property is declared, or used otherwise.", path=verb.text
            )
            yield Reason("unused", words, verb.node.start)
        return
    rows = case.probe.select("DISTINCT ?p__", f"{subject.text} ?p__ ?o__ .", tail="ORDER BY ?p__ LIMIT 30")
    if rows:
        words = Message(
            "%(subject)s has no %(path)s; it has: %(others)s.",
            subject=subject.text,
            path=verb.text,
            others=listed(in_sparql(row[0]) for row in rows),
        )
        yield Reason("no-such-property", words, verb.node.start)


def _other_literals(case: Case, pattern: str) -> Iterator[Reason]:
    """Suggest the same text with another language tag, datatype or case, else the values that exist."""
    _, verb, object_ = case.triple
    text, node = object_.text, object_.node
    same = f"{pattern} FILTER(isLiteral({_VALUE}) && LCASE(STR({_VALUE})) = LCASE(STR({text})))"
    exact_first = f"ORDER BY DESC(STR({_VALUE}) = STR({text})) LIMIT 6"
    values = [row[0] for row in case.probe.select(f"DISTINCT {_VALUE}", same, tail=exact_first)]
    if values:
        insert = _insertable(case, values[0])
        fix = Fix(node.start, node.end, insert) if insert else None
        words = Message(
            "The data have %(values)s, not %(written)s: %(why)s.",
            values=listed(map(in_sparql, values)),
            written=text,
            why=_difference(values, text),
        )
        yield Reason("literal", words, node.start, fix)
        return
    rows = values_by_kind(case.probe, _VALUE, pattern)
    if not rows:
        yield from _other_properties(case)
        return
    words = Message(
        "No value of %(path)s is %(written)s; it has: %(kinds)s.", path=verb.text, written=text, kinds=kinds(rows)
    )
    if text[0] in "\"'":
        containing = f"{pattern} FILTER(CONTAINS(LCASE(STR({_VALUE})), LCASE(STR({text}))))"
        near = listed(brief(row[0]) for row in case.probe.select(f"DISTINCT {_VALUE}", containing, tail="LIMIT 4"))
        if near:
            words = sentences(words, Message("Values with these words in them: %(values)s.", values=near))
    yield Reason("literal", words, node.start)


def _insertable(case: Case, term: Term | None) -> str:
    """Return a literal in a form that the query can contain."""
    if not isinstance(term, Literal):
        return ""
    text = in_sparql(term)
    is_declared = case.query_parts.prefixes.get("xsd") == PREFIXES["xsd"]
    return str(term) if "^^xsd:" in text and not is_declared else text


def _difference(values: Sequence[Term | None], text: str) -> Message:
    # the tag follows the last quotation mark; an @ inside the string is no tag
    is_tagged = "@" in text.rpartition('"')[2].rpartition("'")[2]
    literals = [value for value in values if isinstance(value, Literal)]
    if not any(literal.value in text for literal in literals):
        return Message("capital letters count")
    languages = {literal.language for literal in literals if literal.language}
    if languages:
        if is_tagged:
            return Message("the language tag differs")
        return Message("the language tag belongs to the value")
    return Message("it has no language tag") if is_tagged else Message("the datatype differs")


# --- words for terms -------------------------------------------------------------------------------------------------


def in_sparql(term: Term | None) -> str:
    """Return a term as a query writes it with our prefixes."""
    if isinstance(term, NamedNode):
        short = curie(term)
        return short if short != term.value else str(term)
    if isinstance(term, Literal):
        if term.datatype in _PLAIN_NUMBERS:
            return term.value
        if term.language is None and term.datatype != name("xsd:string"):
            return f"{Literal(term.value)}^^{in_sparql(term.datatype)}"
    return str(term)


def brief(term: Term | None) -> str:
    """Return a term for a sentence, cut if it is long."""
    text = in_sparql(term)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def listed(words: Iterable[str], most: int = 24) -> Message | str:
    """Join different words with commas; of many, the first."""
    different = list(dict.fromkeys(words))
    text, others = ", ".join(different[:most]), len(different) - most
    return Message("%(listed)s and %(number)s more", listed=text, number=others) if others > 0 else text


def values_by_kind(probe: Probe, variable: str, *patterns: str) -> Rows:
    """Return language, datatype, number and an example of the values of a variable, for ``kinds``."""
    projection = f"?lang ?type (COUNT(*) AS ?many) (SAMPLE({variable}) AS ?example)"
    binds = f"BIND(LANG({variable}) AS ?lang) BIND(DATATYPE({variable}) AS ?type)"
    return probe.select(projection, *patterns, binds, tail="GROUP BY ?lang ?type ORDER BY DESC(?many) LIMIT 6")


def kinds(rows: Rows) -> Message:
    """Return rows of ``values_by_kind`` in words: ``406 tagged @en, such as "..."@en``."""
    each = [_kind(*row) for row in rows if len(row) == 4]
    return reduce(lambda before, after: Message("%(before)s; %(after)s", before=before, after=after), each)


def _kind(language: Term | None, datatype: Term | None, number: Term | None, example: Term | None) -> Message:
    count = number.value if isinstance(number, Literal) else in_sparql(number)
    if example is None:
        return Message("%(number)s unbound", number=count)
    sample = brief(example)
    if isinstance(language, Literal) and language.value:
        return Message(
            "%(number)s tagged @%(tag)s, such as %(example)s", number=count, tag=language.value, example=sample
        )
    if isinstance(datatype, NamedNode):
        of_type = in_sparql(datatype)
        return Message("%(number)s of type %(type)s, such as %(example)s", number=count, type=of_type, example=sample)
    return Message("%(number)s that are IRIs, such as %(example)s", number=count, example=sample)
