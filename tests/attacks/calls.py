"""Texts that try to hide a SERVICE clause, for hypothesis: from pieces that lexers read in different ways."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

PROLOGUES = [
    "PREFIX a: <urn:a:> PREFIX b: <http://x:> PREFIX : <urn:d:> PREFIX service: <urn:s:> ",
    "PREFIX a: <urn:a:>\nPREFIX b: <http://x:>\nPREFIX : <#>BASE <http://b/>",
    "VERSION '1.2' PREFIX a:<urn:a> PREFIX b:<http://x:> PREFIX :<urn:'> ",
    "prefix a:<urn:a>prefix b:<http://x:>prefix :<>#'\n",
    "PREFIX a: <urn:a:> PREFIX b: <http://x:> PREFIX : <urn:d:> {}".format(
        " ".join(f"PREFIX {name}: <urn:s:>" for name in ("SERVICEz", "trueSERVICEz", "aSERVICEz", "webservice"))
    ),
]
HEADS = ["SELECT * {", "SELECT*WHERE{", "ASK{", "CONSTRUCT{}WHERE{", "SELECT (1 AS ?n) {", "DESCRIBE ?s {"]
NAMES = ["a:b", "a:b.1", "a:b.1.", "a:b.1.2.", "a:b..c..", "a:", ":", ":b.c.", "b:x.", "b:", r"a:b\.", r"a:\'", "a:%27"]
NAMES += ["a:b:c.d.", "a.b:c", "_:b", "_:b.1.2", "_:b.", "a:é.", "a:\U00010000", "a:b-", "service:", "service:x.y."]
NAMES += ["webservice:x", "SERVICEz:", "trueSERVICEz:", "trueSERVICEz:x", "aSERVICEz:", "aSERVICEz:true", "b:true"]
IRIS = ["<urn:x>", "<urn:x'>", "<x#>", "<#'>", "<\\u0027'>", "<urn:\\u0041'>", "<urn:x\\U00000041#'>", "<'>", "<a>"]
IRIS += ["<<( a:b a:b a:b )>>", "<< a:b a:b a:b >>", "<http://x/'y#>", "<urn:(>", "<a b>", "<x:%zz'>", "<http://y:z'>"]
STRINGS = ["'x'", '"x"', "'''x'''", '"""x"""', "''", '""', "'\\''", "'''it's'''", '"""a"', "'''", "'", '"', "'\\q'"]
STRINGS += ["'''a\\q' '''", '"x"@en', '"x"@en--ltr', "'x'@en-1.", "'x'^^a:b.c.", "'\\u0027'", "'\\ud800'", '"""\\"""']
NUMBERS = ["1", "1.", ".5", "1.5.", "1.e3", "1e5", "-1", "+1.", "1E", "0x1", "true", "false.", "TRUE", "a", "UNDEF"]
SIGNS = [".", ";", ",", "{", "}", "(", ")", "[", "]", "[]", "()", "<", ">", "<=", "<<", ">>", "?", "*", "+", "/", "|"]
SIGNS += ["^", "^^", "!", "=", "&&", "||", "-", "~", "{|", "|}", "<<(", ")>>", "@", "$", "%", "\\", "_", "\\u0020"]
GAPS = ["", " ", "\n", "\t", "\r", "#\n", "#'\n", '#"""\n', "# SERVICE\n", "#>\r", "\x00", "\ufeff", "\xa0", "\x0c"]
WORDS = ["FILTER", "FILTER(", "BIND(", "AS ?v)", "OPTIONAL{", "UNION{", "GRAPH ?g{", "GRAPH", "MINUS{", "EXISTS{"]
WORDS += ["?s", "?p", "?o", "$o", "?service", "?s ?p ", "SELECT * {", "VALUES ?v {", "IN(", "isIRI(", "STR(", "SILENT"]
CLAUSES = ["SERVICE<@>{}", "SERVICE <@> { ?x ?y ?z }", "sErViCe#\n<@>{}", "SERVICE SILENT<@>{}", "SERVICE\\u0020<@>{}"]
CLAUSES += ["\\u0053ERVICE<@>{}", "SERVICE?u{}", "SERVICEz:{}", "SERVICE z: {}", "SERVICESILENTz:{}", "SERVICE~<@>{}"]

PIECES = st.sampled_from([*NAMES, *IRIS, *STRINGS, *NUMBERS, *SIGNS, *GAPS, *WORDS])
OBJECTS = st.sampled_from([*NAMES, *IRIS, *STRINGS, *NUMBERS])
_VERBS = st.sampled_from(["a", " a:p ", " a:p*", " a:p+", " ^a:p ", " ?p ", "<urn:p>", " b:", " (a:p|!a:q)* ", " a:p?"])


def _joined(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def calls(address: str, *others: str) -> SearchStrategy[str]:
    """Texts, most of them nearly SPARQL, that may call the address, and some that call others too."""
    first = st.sampled_from(CLAUSES).map(lambda text: text.replace("@", address))
    allowed = st.sampled_from([f"SERVICE <{other}> {{ ?s ?p ?o }}" for other in others] or [""])
    clause = _joined(allowed, st.sampled_from(["", ".", " "]), first, st.sampled_from(["", "."])) | first
    gap = st.sampled_from(GAPS[:10])
    triple = _joined(st.sampled_from(["?s", "<urn:x>", "a:b ", "[]", "_:b "]), _VERBS, OBJECTS, gap)
    comparison = _joined(st.just("FILTER(?o"), st.sampled_from(["<", "<=", " < ", "=", "<<"]), OBJECTS, st.just(")"))
    before = st.one_of(triple, _joined(triple, comparison), st.lists(PIECES, max_size=6).map("".join), comparison)
    after = st.one_of(st.just(""), triple, st.lists(PIECES, max_size=4).map("".join), comparison)
    dot = st.sampled_from(["", "", ".", " .", ". ", "}", ") ", "'"])
    prologue = st.sampled_from(PROLOGUES).map(lambda text: text.replace("PREFIX a:", f"PREFIX z:<{address}> PREFIX a:"))
    return _joined(prologue, st.sampled_from(HEADS), before, dot, clause, gap, after, st.just("}"))
