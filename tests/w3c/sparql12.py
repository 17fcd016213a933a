"""SPARQL 1.2 as far as the engine has it: each feature as a question that is true, or an error that says it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from kg.core.names import PREFIXES, graph
from tests.w3c.http import send

_EXAMPLE = "http://example.org/"
PREFIX = f"PREFIX : <{_EXAMPLE}> PREFIX xsd: <{PREFIXES['xsd']}> "
DATA = f"""@prefix : <{_EXAMPLE}> .
:a :p 1 ; :q "z"@en--ltr ; :r <<( :s :p :o )>> .
<< :a :p 1 >> :says :bob .
:a :p 2 ~ :claim {{| :says :eve |}} ."""


_WORDS = {200: "yes", 400: "no: does not parse", 403: "no: refused"}


@dataclass(frozen=True)
class Feature:
    """Something that is new in SPARQL 1.2, and a question that is true where it works."""

    name: str
    question: str


FEATURES = (
    Feature("version declaration", 'VERSION "1.2" ASK {}'),
    Feature("triple terms in patterns", "ASK { :a :r <<( :s ?p :o )>> FILTER(?p = :p) }"),
    Feature("triple terms in expressions", "ASK { BIND(<<( :a :b 1 )>> AS ?t) FILTER(OBJECT(?t) = 1) }"),
    Feature("triple terms in VALUES", "ASK { VALUES ?t { <<( :a :b 1 )>> } FILTER(isTRIPLE(?t)) }"),
    Feature("triple terms in triple terms", "ASK { FILTER(isTRIPLE(<<( :a :b <<( :c :d :e )>> )>>)) }"),
    Feature("reified triples", "ASK { << :a :p 1 >> :says :bob }"),
    Feature("reified triples with a reifier", "ASK { << :a :p 2 ~ ?claim >> :says :eve FILTER(?claim = :claim) }"),
    Feature("annotations", "ASK { :a :p 2 {| :says :eve |} }"),
    Feature("annotations with a reifier", "ASK { :a :p 2 ~ ?claim {| :says :eve |} FILTER(?claim = :claim) }"),
    Feature("TRIPLE", "ASK { FILTER(TRIPLE(:a, :b, 1) = <<( :a :b 1 )>>) }"),
    Feature(
        "SUBJECT, PREDICATE, OBJECT",
        "ASK { BIND(TRIPLE(:a, :b, 1) AS ?t) FILTER(SUBJECT(?t) = :a && PREDICATE(?t) = :b && OBJECT(?t) = 1) }",
    ),
    Feature("isTRIPLE", "ASK { FILTER(isTRIPLE(<<( :a :b 1 )>>) && !isTRIPLE(:a)) }"),
    Feature("base direction: LANGDIR", 'ASK { :a :q ?z FILTER(LANG(?z) = "en" && LANGDIR(?z) = "ltr") }'),
    Feature("base direction: STRLANGDIR", 'ASK { FILTER(STRLANGDIR("a", "ar", "rtl") = "a"@ar--rtl) }'),
    Feature("hasLANG, hasLANGDIR", 'ASK { FILTER(hasLANG("a"@ar) && hasLANGDIR("a"@ar--rtl) && !hasLANG("a")) }'),
    Feature("sameTerm of directed literals", 'ASK { FILTER(!sameTerm("a"@ar--rtl, "a"@ar)) }'),
    Feature("sameValue", "ASK { FILTER(sameValue(1, 1.0)) }"),
    Feature("order of triple terms", "SELECT * { VALUES ?t { <<( :a :b 2 )>> <<( :a :b 1 )>> } } ORDER BY ?t"),
    Feature("CONSTRUCT with annotations", "CONSTRUCT { :a :b :c {| :says :eve |} } {}"),
    Feature("codepoint escapes outside strings and IRIs", "ASK { \\u003Fs ?p ?o }"),
)


def data() -> list[Quad]:
    """A graph with reified triples, a triple term and a directed literal."""
    parsed = pyoxigraph.parse(DATA, format=RdfFormat.TURTLE)
    return [Quad(quad.subject, quad.predicate, quad.object, graph("other")) for quad in parsed]


def try_features(port: int) -> dict[str, str]:
    """Test which features a server has: it answers, and a yes-or-no question with yes."""
    works = {}
    for feature in FEATURES:
        response = send(port, "GET", f"/sparql?query={quote(PREFIX + feature.question)}", {})
        works[feature.name] = _WORDS.get(response.status, f"no: {response.status}")
        if b'"boolean":false' in response.body:
            works[feature.name] = "no: another answer"
    return works


def table(works: dict[str, str]) -> Sequence[str]:
    """The rows of the page."""
    return [
        f"| {feature.name} | {works[feature.name]} | `{feature.question.replace('|', chr(92) + '|')}` |"
        for feature in FEATURES
    ]
