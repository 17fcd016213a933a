"""Fragments: the part of the graph that fits one pattern, page by page, so that a client can join patterns itself.

The interfaces: https://linkeddatafragments.org/specification/triple-pattern-fragments/ and
https://linkeddatafragments.org/specification/quad-pattern-fragments/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.core.errors import Message, RequestInvalid
from kg.core.names import PREFIXES, name
from kg.engine import Engine, Term, select
from kg.output.metadata.dataset import LICENSE, TITLES, UNION, in_languages

PAGE_SIZE = 100

TRIPLES = ("subject", "predicate", "object")
QUADS = (*TRIPLES, "graph")


@dataclass(frozen=True)
class Pattern:
    """A triple or quad pattern: each position is a term, or None for any.

    The graph ``UNION`` is the union of all named graphs, which holds a triple once; None means the quads of all named
    graphs. A literal as subject or predicate is not an error, since clients join terms of any kind: it matches nothing.
    """

    subject: NamedNode | Literal | None = None
    predicate: NamedNode | Literal | None = None
    object: NamedNode | Literal | None = None
    graph: NamedNode | None = UNION

    @property
    def matches_nothing(self) -> bool:
        """Return True if no statement can match."""
        return isinstance(self.subject, Literal) or isinstance(self.predicate, Literal)


@dataclass(frozen=True)
class Page:
    """A page of a fragment: its statements, its number from 1, and the number of statements in the fragment.

    Statements of the union are in the default graph.
    """

    pattern: Pattern
    number: int
    total: int
    statements: tuple[Quad, ...]

    @property
    def last(self) -> int:
        """Return the number of the last page; an empty fragment has one page."""
        return last_page(self.total)


def last_page(total: int) -> int:
    """Return the number of the last page of a fragment with so many statements."""
    # two minus signs make a division that rounds up, without floating-point numbers
    return max(1, -(-total // PAGE_SIZE))


_VARIABLE = re.compile(r"[?$]\w*")
# the pattern is greedy, so quotation marks within a text need no escape
_LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^(?P<type>[^"]+))?', re.DOTALL)
_PAGE = re.compile(r"[1-9][0-9]{0,8}")
_STRING = name("xsd:string")

# Schemes whose IRIs need no // (https://www.iana.org/assignments/uri-schemes/). With //, any scheme is accepted.
_SCHEMES = frozenset(
    [
        *("about", "acct", "ark", "bundle", "cid", "data", "did", "doi", "file", "geo", "hdl", "http", "https", "info"),
        *("isbn", "jar", "lsid", "magnet", "mailto", "mid", "news", "ni", "oid", "orcid", "pmid", "sip", "sips"),
        *("tag", "tel", "urn", "uuid", "xmpp"),
    ]
)

PAGE = "page"


def read_pattern(fields: Iterable[tuple[str, str]], positions: Sequence[str] = TRIPLES) -> Pattern:
    """Read the pattern of an address; a graph is read if ``positions`` has one.

    Raises:
        RequestInvalid: a field occurs twice, or is no term; says which and how to write it.
    """
    terms = {}
    for key, value in fields:
        if key not in positions:
            continue
        if key in terms:
            raise RequestInvalid(Message("%(key)s is given twice; a pattern has one %(key)s.", key=key))
        terms[key] = read_term(key, value)
    if "graph" in positions:
        graph = terms.setdefault("graph", None)
        if isinstance(graph, Literal):
            raise RequestInvalid(Message("A graph is named by an IRI, not by a literal."))
    return Pattern(**terms)  # type: ignore[arg-type]  # no graph is a literal


def read_page(fields: Iterable[tuple[str, str]]) -> int:
    """Return the page number, 1 if there is none.

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
    """Read a term in the notation of fragments; None for any term.

    Compact IRIs with our prefixes are expanded.

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
    # an IRI in angle brackets is complete, so its start is never read as a prefix
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
                prefixes=", ".join(PREFIXES),
                text=text,
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
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise RequestInvalid(
            Message(
                '%(key)s=%(value)s is no literal. Write "5G", "5G"@en or "2025"^^xsd:integer, with both '
                "quotation marks.",
                key=key,
                value=repr(text),
            )
        )
    if match["language"]:
        try:
            return Literal(match["text"], language=match["language"])
        except ValueError as error:
            raise RequestInvalid(
                Message(
                    "%(key)s=%(value)s: %(language)s is no language; write such as @en.",
                    key=key,
                    value=repr(text),
                    language=repr(match["language"]),
                )
            ) from error
    return Literal(match["text"], datatype=_iri(key, match["type"])) if match["type"] else Literal(match["text"])


def write_term(term: object) -> str:
    """Return a term in the notation of fragments; empty for None and for blank nodes, which cannot be requested."""
    if isinstance(term, NamedNode):
        return f"<{term.value}>" if _has_unknown_prefix(term.value) else term.value
    if not isinstance(term, Literal):
        return ""
    if term.language is not None:
        return f'"{term.value}"@{term.language}'
    return f'"{term.value}"' + ("" if term.datatype == _STRING else f"^^{write_term(term.datatype)}")


def write_fields(pattern: Pattern, positions: Sequence[str] = TRIPLES) -> list[tuple[str, str]]:
    """Return the address fields of a pattern, without those for any term."""
    written = ((key, write_term(getattr(pattern, key))) for key in QUADS if key in positions)
    return [(key, value) for key, value in written if value]


_VARIABLES = {"s": "subject", "p": "predicate", "o": "object", "g": "graph"}


def read_fragment(engine: Engine, pattern: Pattern, number: int = 1) -> Page:
    """Return a page of the fragment; pages count from 1.

    Raises:
        RequestInvalid: the fragment has fewer pages.
        As ``Engine.answer``.
    """
    # the number comes first: an empty fragment, or a page after the last one, needs no second query
    total = 0 if pattern.matches_nothing else _total(engine, pattern)
    if number > last_page(total):
        raise RequestInvalid(
            Message(
                "There is no page %(number)s: the fragment ends with page %(last)s.",
                number=number,
                last=last_page(total),
            )
        )
    if not total:
        return Page(pattern, number, 0, ())
    rows = select(engine, page_query(pattern, number)).records()
    return Page(pattern, number, total, tuple(_quad(pattern, row) for row in rows))


def count_query(pattern: Pattern) -> str:
    """Return the query for the number of matches.

    A triple of two graphs is one triple of their union, hence ``DISTINCT``.
    """
    return f"SELECT (COUNT(*) AS ?total) {{ SELECT DISTINCT {_projection(pattern)} {_where(pattern)} }}"


def page_query(pattern: Pattern, number: int) -> str:
    """Return the query for the statements of a page, in an order that is the same for every engine.

    ``ORDER BY`` alone leaves literals of different kinds unordered (SPARQL 1.1, section 15.1); text, language and type
    distinguish all of them. Blank nodes come first and have no defined order; few engines change theirs.
    """
    free = _free(pattern)
    keys = [f"?{variable}" for variable in free if variable != "o"]
    keys += ["STR(?o)", "LANG(?o)", "STR(DATATYPE(?o))", "?o"] if "o" in free else []
    order = f"ORDER BY {' '.join(keys)} " if keys else ""
    skipped = PAGE_SIZE * (number - 1)
    return f"SELECT DISTINCT {_projection(pattern)} {_where(pattern)} {order}LIMIT {PAGE_SIZE} OFFSET {skipped}"


def _total(engine: Engine, pattern: Pattern) -> int:
    total = select(engine, count_query(pattern)).rows[0][0]
    assert isinstance(total, Literal)  # noqa: S101 - a COUNT
    return int(total.value)


def _free(pattern: Pattern) -> list[str]:
    return [short for short, position in _VARIABLES.items() if getattr(pattern, position) is None]


def _projection(pattern: Pattern) -> str:
    # a pattern without variables needs a column too: its only row says that the statement exists
    return " ".join(f"?{variable}" for variable in _free(pattern)) or "(1 AS ?one)"


def _where(pattern: Pattern) -> str:
    subject, predicate, object_ = (
        str(term) if term is not None else f"?{short}"
        for short, term in (("s", pattern.subject), ("p", pattern.predicate), ("o", pattern.object))
    )
    triple = f"{{ {subject} {predicate} {object_} }}"
    if pattern.graph == UNION:
        return triple
    return f"{{ GRAPH {pattern.graph if pattern.graph is not None else '?g'} {triple} }}"


def _quad(pattern: Pattern, row: dict[str, Term | None]) -> Quad:
    subject, predicate, object_, graph = (
        row.get(short) or getattr(pattern, position) for short, position in _VARIABLES.items()
    )
    assert isinstance(subject, NamedNode | BlankNode)  # noqa: S101 - a pattern that fits nothing is not asked
    assert isinstance(predicate, NamedNode)  # noqa: S101 - as above
    assert isinstance(graph, NamedNode)  # noqa: S101 - a graph of a release has a name
    return Quad(subject, predicate, object_, DefaultGraph() if graph == UNION else graph)


_PROPERTIES = {
    "subject": name("rdf:subject"),
    "predicate": name("rdf:predicate"),
    "object": name("rdf:object"),
    "graph": name("sd:graph"),
}


@dataclass(frozen=True)
class Source:
    """The address of a fragments interface: without query string, its form fields, and the release."""

    address: str
    positions: Sequence[str]
    release_id: str

    @property
    def template(self) -> str:
        """Return the address of any fragment as a template (RFC 6570)."""
        return f"{self.address}{{?{','.join(self.positions)}}}"

    def page(self, pattern: Pattern, number: int = 1) -> str:
        """Return the address of a page of a fragment."""
        fields = write_fields(pattern, self.positions) + ([(PAGE, str(number))] if number > 1 else [])
        return f"{self.address}?{urlencode(fields)}" if fields else self.address

    def part(self, fragment: str) -> NamedNode:
        """Return the IRI of a part that every page describes, such as the form."""
        return NamedNode(f"{self.address}#{fragment}")


def controls(source: Source, page: Page, here: str) -> list[Quad]:
    """Return the metadata and controls of the page at the address ``here``, in the order that clients read.

    The address must be exactly the requested one: clients compare it as text.
    """
    graph = NamedNode(f"{here}#metadata")
    return [
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in _triples(source, page, NamedNode(here), graph)
    ]


def _triples(source: Source, page: Page, here: NamedNode, graph: NamedNode) -> Iterator[Triple]:
    dataset = source.part("dataset")
    yield Triple(graph, name("foaf:primaryTopic"), dataset)
    yield Triple(dataset, name("void:subset"), here)
    yield from (Triple(dataset, name("rdf:type"), name(cls)) for cls in ("void:Dataset", "hydra:Collection"))
    yield from in_languages(dataset, "dcterms:title", TITLES)
    yield Triple(dataset, name("dcterms:license"), LICENSE)
    yield Triple(dataset, name("owl:versionInfo"), Literal(source.release_id))
    if "graph" in source.positions:
        yield Triple(dataset, name("sd:defaultGraph"), UNION)
    yield from _form(source, dataset)
    yield from _page(source, page, here, dataset)


def _form(source: Source, dataset: NamedNode) -> Iterator[Triple]:
    form = source.part("form")
    yield Triple(dataset, name("hydra:search"), form)
    yield Triple(form, name("rdf:type"), name("hydra:IriTemplate"))
    yield Triple(form, name("hydra:template"), Literal(source.template))
    yield Triple(form, name("hydra:variableRepresentation"), name("hydra:ExplicitRepresentation"))
    for position in (key for key in QUADS if key in source.positions):
        field = source.part(position)
        yield Triple(form, name("hydra:mapping"), field)
        yield Triple(field, name("rdf:type"), name("hydra:IriTemplateMapping"))
        yield Triple(field, name("hydra:variable"), Literal(position))
        yield Triple(field, name("hydra:property"), _PROPERTIES[position])


def _page(source: Source, page: Page, here: NamedNode, dataset: NamedNode) -> Iterator[Triple]:
    yield Triple(here, name("rdf:type"), name("hydra:PartialCollectionView"))
    yield Triple(here, name("dcterms:source"), dataset)
    yield Triple(here, name("void:triples"), _number(page.total))
    yield Triple(here, name("hydra:totalItems"), _number(page.total))
    yield Triple(here, name("hydra:itemsPerPage"), _number(PAGE_SIZE))
    for link, number in neighbours(page).items():
        yield Triple(here, name(f"hydra:{link}"), NamedNode(source.page(page.pattern, number)))


def neighbours(page: Page) -> dict[str, int]:
    """Return the numbers of the first and last page, and of the previous and next ones if they exist."""
    beside = {"previous": page.number - 1, "next": page.number + 1}
    return {
        "first": 1,
        **{link: number for link, number in beside.items() if 1 <= number <= page.last},
        "last": page.last,
    }


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=name("xsd:integer"))
