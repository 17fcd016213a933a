"""Texts that look like SPARQL, for hypothesis: from a loose grammar, and from its words in any order."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kg.core.names import sparql_prologue


def joined(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


def _terms() -> SearchStrategy[str]:
    quoted = st.text(max_size=8).map(lambda text: '"' + text + '"')
    terms = ["?a", "?b", "?c", "$a", "_:x", "[]", "()", "<urn:x>", "<a b>", "<http://127.0.0.1:1/>", "fyp:Objective"]
    terms += ["id:technology-big-data", "skos:prefLabel", "none:x", "1", "-1.5e300", "true", "'人'@zh", '"1"^^xsd:date']
    terms += ['"x"@en--ltr', "<< ?a ?b ?c >>", "<<( ?a ?b ?c )>>", "( ?a 1 )", "[ ?b ?c ]", "UNDEF", "9" * 40]
    return st.sampled_from(terms) | quoted


def _paths(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["/", "|"]), inner).map(lambda parts: f"({''.join(parts)})"),
        st.tuples(st.sampled_from(["^", "!", ""]), inner, st.sampled_from(["*", "+", "?", ""])).map("".join),
    )


def _expressions(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    names = [
        "STR",
        "LANG",
        "DATATYPE",
        "IRI",
        "BNODE",
        "STRLEN",
        "UCASE",
        "ABS",
        "YEAR",
        "isIRI",
        "MD5",
        "COUNT",
        "SUM",
    ]
    pairs = ["REGEX", "STRBEFORE", "CONTAINS", "CONCAT", "SUBSTR", "STRDT", "STRLANG", "COALESCE", "sameTerm", "urn:f"]
    operators = ["+", "-", "*", "/", "&&", "||", "=", "!=", "<", ">=", "IN", "NOT IN", "^", ","]
    return st.one_of(
        st.tuples(st.sampled_from(names), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(st.sampled_from(pairs), inner, inner).map(lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"),
        st.tuples(inner, st.sampled_from(operators), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(["!", "-", "+", "EXISTS", "NOT EXISTS"]), inner).map("".join),
        st.sampled_from(
            ["RAND()", "NOW()", "UUID()", "COUNT(*)", "GROUP_CONCAT(?a; SEPARATOR=',')", "EXISTS { ?a ?b 1 }"]
        ),
    )


TERMS = _terms()
PATHS = st.recursive(TERMS | st.just("a"), _paths, max_leaves=4)
EXPRESSIONS = st.recursive(TERMS, _expressions, max_leaves=6)
_NODES = st.sampled_from(["?a", "?b", "?c", "<urn:x>", "id:technology-big-data", "[]", "( ?a 1 )", "<< ?a ?b ?c >>"])
_PROPERTIES = st.sampled_from(["?b", "a", "skos:prefLabel", "fyp:inPlan/skos:prefLabel", "^fyp:inPlan?", "!(a|^a)"])
TRIPLES = joined(_NODES, _PROPERTIES, _NODES | TERMS, st.just(".")) | joined(
    TERMS, PATHS, TERMS, st.sampled_from([".", ";", ",", ""])
)


def _patterns(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    group = inner.map(lambda text: f"{{ {text} }}")
    before = [
        "OPTIONAL",
        "MINUS",
        "GRAPH ?g",
        "GRAPH <urn:x>",
        "SERVICE ?s",
        "SERVICE SILENT <http://127.0.0.1:1/>",
        "",
    ]
    return st.one_of(
        joined(inner, inner),
        joined(st.sampled_from([*before, "FILTER EXISTS", "FILTER NOT EXISTS", "LATERAL"]), group),
        joined(group, st.just("UNION"), group),
        EXPRESSIONS.map(lambda text: f"FILTER({text})"),
        st.tuples(EXPRESSIONS, st.sampled_from("abcd")).map(lambda parts: f"BIND({parts[0]} AS ?{parts[1]})"),
        st.lists(TERMS, max_size=4).map(lambda terms: f"VALUES ?a {{ {' '.join(terms)} }}"),
        group.map(lambda text: f"{{ SELECT * WHERE {text} LIMIT 3 }}"),
    )


PATTERNS = st.recursive(TRIPLES | st.just(""), _patterns, max_leaves=6)
_HEADS = [
    *["SELECT *"] * 4,
    "SELECT DISTINCT ?a",
    "SELECT (COUNT(*) AS ?n)",
    "SELECT (?a AS ?b) ?a",
    "ASK",
    "DESCRIBE ?a",
]
_HEADS += ["CONSTRUCT { ?a ?b ?c }", "CONSTRUCT", "DELETE", "INSERT { ?a ?b ?c }", "SELECT", "LOAD <urn:x> ;"]
_FROM = [*[""] * 6, "FROM <urn:x>", "FROM NAMED <https://w3id.org/fyp-kg/graph/plan-ii>"]
_TAILS = [
    *["", "LIMIT 5"] * 4,
    "LIMIT 0",
    "OFFSET 99999999999999999999",
    "GROUP BY ?a",
    "GROUP BY ?a HAVING(COUNT(*) > 1)",
]
_TAILS += ["ORDER BY DESC(?a) ?b LIMIT 2", "VALUES ?a { 1 }", "LIMIT -1", "; SELECT * {}", "#", "}"]
_PROLOGUE = sparql_prologue("fyp", "id", "skos", "xsd")
_PROLOGUES = [
    *[_PROLOGUE] * 6,
    "",
    "BASE <x>",
    "PREFIX",
    "PREFIX : <urn:> BASE <urn:b>",
    "\ufeff",
]
_TOKENS = [
    "SELECT",
    "*",
    "WHERE",
    "{",
    "}",
    "(",
    ")",
    "?a",
    "a",
    ".",
    ";",
    "<",
    ">",
    "<urn:x>",
    '"',
    "'''",
    "\\",
    "#",
    "\n",
]
_TOKENS += [
    "SERVICE",
    "FILTER",
    "\\u0041",
    "\\U00110000",
    "^^",
    "@",
    "_:",
    "||",
    "&&",
    "!",
    "\0",
    "\x0c",
    "é",
    "𝄞",
    "1e",
    "-",
]


def sparql_texts() -> SearchStrategy[str]:
    """Texts that are queries, or nearly."""
    grammatical = joined(
        st.sampled_from(_PROLOGUES),
        st.sampled_from(_HEADS),
        st.sampled_from(_FROM),
        PATTERNS.map(lambda text: f"WHERE {{ {text} }}"),
        st.sampled_from(_TAILS),
    )
    soup = st.lists(st.sampled_from(_TOKENS) | st.text(max_size=4), max_size=25)
    return st.one_of(grammatical, grammatical, soup.map(" ".join), soup.map("".join), st.text(max_size=60))
