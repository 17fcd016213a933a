"""Why a pattern that stands alone matches nothing: its graph, its names, its direction, its literal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

from kg.core.messages import N_, Message, choice, sentences
from kg.core.names import PREFIXES, ROOT, curie
from kg.diagnostics.empty_result.case import Case, Fix, Reason, is_name
from kg.diagnostics.empty_result.text import listed, shown
from kg.diagnostics.empty_result.values import other_values
from kg.diagnostics.term_suggestions import meant, nearest
from kg.sparql.lexer import Token, tokens

_UNKNOWN = {
    "property": N_("The graph has no property %(name)s, and none with a name like it."),
    "class": N_("The graph has no class %(name)s, and none with a name like it."),
}
_MISSPELT = {
    "property": N_("The graph has no property %(name)s; did you mean %(near)s?"),
    "class": N_("The graph has no class %(name)s; did you mean %(near)s?"),
}


def reasons_for(case: Case) -> list[Reason]:
    """The first reasons that are found, the most telling first; none if nothing is known."""
    sources: tuple[Callable[[Case], Iterator[Reason]], ...] = (_graph, _names, _direction, other_values)
    for source in sources:
        found = list(source(case))
        if found:
            return found
    return []


def _graph(case: Case) -> Iterator[Reason]:
    """The data lie in another graph than the one that is asked."""
    piece = case.piece
    if case.probe.restricted and case.probe.holds(piece.text, anywhere=True):
        words = Message(
            "The chosen dataset (FROM or default-graph-uri) does not hold this; it is in: %(graphs)s.",
            graphs=listed(_graphs_with(case)),
        )
        yield Reason("dataset", words, piece.start)
        return
    if not piece.scope or not case.probe.holds(piece.text, anywhere=True):
        return
    graph = case.iri(piece.scope)
    words = Message(
        "The statement is in other graphs than %(graph)s: %(graphs)s.",
        graph=piece.scope,
        graphs=listed(_graphs_with(case)),
    )
    if graph is not None and case.terms.graphs and graph not in case.terms.graphs:
        near = nearest(curie(graph), [curie(one) for one in case.terms.graphs], 1)
        missing = Message("There is no graph %(graph)s.", graph=piece.scope)
        if near:
            missing = Message("There is no graph %(graph)s; did you mean %(near)s?", graph=piece.scope, near=near[0])
        words = sentences(missing, words)
    yield Reason("graph", words, piece.start)


def _graphs_with(case: Case) -> list[str]:
    rows = case.probe.rows(
        "DISTINCT ?graph__", f"GRAPH ?graph__ {{ {case.piece.text} }}", tail="LIMIT 20", anywhere=True
    )
    return sorted(shown(row[0]) for row in rows)


def _names(case: Case) -> Iterator[Reason]:
    """A property, class or thing that the graph does not know."""
    yield from misspelt(case)
    subject, path, object_ = case.piece.parts
    if is_name(object_) and not _is_type(case, path):
        yield from _unsaid(case, object_, case.piece.places[2])
    if is_name(subject):
        yield from _unsaid(case, subject, case.piece.places[0])


def misspelt(case: Case) -> Iterator[Reason]:
    """Properties and classes that the release does not have, with the nearest that it has; asks nothing."""
    _, path, object_ = case.piece.parts
    for token in tokens(path):
        if token.kind in ("iri", "prefixed"):
            yield from _unknown(case, token, case.piece.places[1], case.terms.properties, "property")
    if _is_type(case, path):
        for token in tokens(object_):
            if token.kind in ("iri", "prefixed"):
                yield from _unknown(case, token, case.piece.places[2], case.terms.classes, "class")


def _is_type(case: Case, path: str) -> bool:
    return case.iri(path) == NamedNode(PREFIXES["rdf"] + "type")


def _unknown(case: Case, token: Token, base: int, known: tuple[str, ...], kind: str) -> Iterator[Reason]:
    """A term that is not among those of the release."""
    iri = case.iri(token.text)
    start = base + token.start
    if iri is None:
        yield from _relative(token.text, start)
        return
    if not known or curie(iri) in known:
        return
    wanted = curie(iri) if curie(iri) != iri.value else _local(iri)
    near = nearest(wanted, known) or nearest(wanted, case.terms.all)
    if not near:
        yield Reason(f"unknown-{kind}", Message(_UNKNOWN[kind], name=token.text), start)
        return
    term = meant(wanted, near)
    fix = Fix(start, start + len(token.text), case.name_for(term, token.text)) if term is not None else None
    words = Message(_MISSPELT[kind], name=token.text, near=choice(near))
    yield Reason(f"unknown-{kind}", words, start, fix)


def _local(iri: NamedNode) -> str:
    return iri.value[max(iri.value.rfind("#"), iri.value.rfind("/")) + 1 :]


def _relative(written: str, start: int) -> Iterator[Reason]:
    if written.startswith("<"):
        words = Message(
            "%(iri)s is a relative IRI and is read from %(root)s; write the IRI whole, or with a prefix.",
            iri=written,
            root=ROOT,
        )
        yield Reason("relative-iri", words, start)


def _unsaid(case: Case, written: str, start: int) -> Iterator[Reason]:
    """A thing that no statement mentions, perhaps because its IRI is escaped in another way or misspelt."""
    iri = case.iri(written)
    if iri is None:
        yield from _relative(written, start)
        return
    if case.probe.holds(_said(str(iri)), anywhere=True) is not False:
        return
    end = start + len(written)
    for variant in dict.fromkeys((unquote(iri.value), quote(iri.value, safe=":/?#[]@!$&'()*+,;=%~"))):
        if variant != iri.value and case.probe.holds(_said(f"<{variant}>"), anywhere=True):
            words = Message("The graph does not know %(name)s; it spells it <%(other)s>.", name=written, other=variant)
            yield Reason("escaping", words, start, Fix(start, end, f"<{variant}>"))
            return
    near = nearest(curie(iri), _things_like(case, iri)) if iri.value.startswith(PREFIXES["id"]) else []
    if near:
        term = meant(curie(iri), near)
        fix = Fix(start, end, case.name_for(term, written)) if term is not None else None
        words = Message(
            "The graph says nothing about %(name)s; did you mean %(near)s?", name=written, near=choice(near)
        )
        yield Reason("unknown-thing", words, start, fix)
    else:
        yield Reason("unknown-thing", Message("The graph says nothing about %(name)s.", name=written), start)


def _said(iri: str) -> str:
    return f"{{ {iri} ?p__ ?o__ }} UNION {{ ?s__ ?p__ {iri} }}"


def _things_like(case: Case, iri: NamedNode) -> list[str]:
    """Things whose slug begins as the given one does."""
    begin = PREFIXES["id"] + _local(iri)[:2]
    if not begin.isprintable() or '"' in begin or "\\" in begin:
        return []
    pattern = f'?s__ a ?c__ FILTER(STRSTARTS(STR(?s__), "{begin}"))'
    rows = case.probe.rows("DISTINCT ?s__", pattern, tail="LIMIT 2000", anywhere=True)
    return [curie(row[0]) for row in rows if isinstance(row[0], NamedNode)]


def _direction(case: Case) -> Iterator[Reason]:
    """The property runs from the other thing to this one."""
    subject, path, object_ = case.piece.parts
    if not (is_name(subject) or is_name(object_)) or not _may_be_subject(object_):
        return
    turned = f"{object_} {path} {subject} ."
    if case.probe.holds(f"GRAPH {case.piece.scope} {{ {turned} }}" if case.piece.scope else turned):
        words = Message("%(path)s runs the other way here: %(turned)s", path=path, turned=turned)
        yield Reason("direction", words, case.piece.start)


def _may_be_subject(written: str) -> bool:
    first = next(tokens(written), None)
    return first is not None and first.kind in ("iri", "prefixed", "variable")
