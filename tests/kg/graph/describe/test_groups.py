"""Groups: every property of ours that things have is thought of, and each stands in one group."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import PREFIXES, curie, graph, name
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.graph.describe import GROUPS, group_of, rank_of
from kg.graph.describe.groups import _LISTED


def test_no_property_stands_in_two_groups() -> None:
    listed = [one for group in _LISTED.values() for one in group.split()]
    assert len(listed) == len(set(listed))


def test_every_listed_property_of_ours_is_one(engine: EmbeddedEngine) -> None:
    text = f"SELECT DISTINCT ?property {{ GRAPH {graph('ontology')} {{ ?property ?p ?o }} }}"
    known = {curie(one) for one in select(engine, text).column("property") if isinstance(one, NamedNode)}
    listed = {one for group in _LISTED.values() for one in group.split() if one.startswith("fyp:")}
    assert listed <= known


def test_groups_and_ranks_of_some_properties() -> None:
    assert group_of(name("fyp:targetValue")) == "figures"
    assert group_of(name("fyp:subElementOf")) == "stands"
    assert group_of(name("skos:exactMatch")) == "links"
    assert group_of(NamedNode(PREFIXES["fyp"] + "neverHeardOf")) == GROUPS[0] == "says"
    assert rank_of(name("fyp:measuredBy")) < rank_of(name("fyp:targetValue"))
    assert rank_of(NamedNode("https://example.org/p")) > rank_of(name("sh:defaultValue"))
