"""Names within the engine lead there and back, and no two are alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.core.names import ROOT, graph, thing
from kg.engine.remote.quirks import PRODUCTS, GraphNames, Product
from kg.engine.remote.responses import ROWS, TRIPLES, corrected_reply

NAMING, OTHER = GraphNames("0123456789abcdef"), GraphNames("fedcba9876543210")
PLAIN = PRODUCTS["sparql"]
TEXTS = st.lists(
    st.sampled_from([ROOT, "graph/", "graph-", "0123456789abcdef/", "plan-ii", " ", NAMING.prefix, OTHER.prefix])
).map("".join)


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    assert NAMING.exchanged(NAMING.exchanged(text)) == text


def test_the_order_of_iris_is_kept() -> None:
    iris = [graph("a").value, graph("plan-ii").value, thing("plan-ii").value, ROOT + "cube#x", ROOT + "ontology#x"]
    assert sorted(iris, key=NAMING.exchanged) == sorted(iris)


def test_a_graph_that_is_not_ours_is_nowhere() -> None:
    assert NAMING.graph(graph("plan-ii")).value.endswith("/graph/plan-ii")
    assert NAMING.graph(thing("plan-ii")) == NAMING.missing_graph
    assert NAMING.graph(OTHER.graph(graph("plan-ii"))) == NAMING.missing_graph


def test_two_releases_share_no_name() -> None:
    assert not NAMING.own.startswith(OTHER.own)
    assert NAMING.graph(graph("x")) != OTHER.graph(graph("x"))
    for node in (NAMING.union, NAMING.mark, NAMING.missing_graph, NAMING.graph_of("plan-ii")):
        assert node.value.startswith(NAMING.own)


def test_a_statement_goes_in_with_its_blank_nodes_and_graphs_named() -> None:
    line = f"_:c14n0 <http://p> _:c14n1 <{ROOT}graph/meta> .\n".encode()
    name, statement = NAMING.statement(line)
    assert (name, statement) == (
        "meta",
        b"<bnode:0123456789abcdef/c14n0> <http://p> <bnode:0123456789abcdef/c14n1> .\n",
    )
    line = f'<{ROOT}graph/x> <http://p> "_:a b {ROOT}graph/y"@en <{ROOT}graph/meta> .\n'.encode()
    statement = NAMING.statement(line)[1]
    assert statement == f'<{NAMING.prefix}x> <http://p> "_:a b {NAMING.prefix}y"@en .\n'.encode()


def came(body: bytes, media_type: str, size: int, product: Product = PLAIN) -> bytes:
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(corrected_reply(chunks, NAMING, product, media_type))


@given(st.integers(1, 60))
def test_rows_come_back_in_our_names_however_they_are_cut(size: int) -> None:
    slashed = NAMING.prefix.replace("/", "\\/")
    body = (
        f'{{"a":{{"type":"uri","value":"{NAMING.prefix}x"}},"b":{{"value":"{slashed}y","type":"literal"}},'
        f'"c":{{ "type" : "uri", "value" : "{NAMING.blank}c14n7" }},'
        f'"d":{{"value":"{NAMING.blank.replace("/", chr(92) + "/")}c14n8","type":"uri"}},'
        f'"e":{{"type":"literal","value":"}} {NAMING.blank}c14n9"}}}}'
    ).encode()
    assert (
        came(body, ROWS, size)
        == (
            f'{{"a":{{"type":"uri","value":"{ROOT}graph/x"}},"b":{{"value":"{ROOT}graph/y","type":"literal"}},'
            '"c":{"type":"bnode","value":"c14n7"},"d":{"type":"bnode","value":"c14n8"},'
            f'"e":{{"type":"literal","value":"}} {NAMING.blank}c14n9"}}}}'
        ).encode()
    )


@given(st.integers(1, 60))
def test_statements_come_back_in_our_names_however_they_are_cut(size: int) -> None:
    body = f'<{NAMING.blank}c14n1> <http://p> <{NAMING.prefix}x> .\n<http://s> <http://p> "{NAMING.prefix}y" .\n'
    expected = f'_:c14n1 <http://p> <{ROOT}graph/x> .\n<http://s> <http://p> "{ROOT}graph/y" .\n'
    assert came(body.encode(), TRIPLES, size) == expected.encode()
