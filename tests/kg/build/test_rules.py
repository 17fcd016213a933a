"""The rules: each can add something, and together they come to an end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import example as like
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Quad, QueryTriples, RdfFormat, Triple

from kg.build.build import Graph
from kg.build.rules import INFERRED, Rule, infer, read_rules
from kg.core.errors import FileUnreadable, HeaderInvalid
from kg.core.names import PREFIXES, sparql_prologue
from kg.engine.store import Store

PROLOGUE = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
RULES = {rule.slug: rule for rule in read_rules()}

# Rule, what the ontology says, what the data say, what follows
EXAMPLES = [
    ("domain", "fyp:p rdfs:domain fyp:C", "id:a fyp:p 1", "id:a a fyp:C"),
    ("range", "fyp:p rdfs:range fyp:C", "id:a fyp:p id:b", "id:b a fyp:C"),
    ("sub-class", "fyp:C rdfs:subClassOf fyp:D", "id:a a fyp:C", "id:a a fyp:D"),
    ("sub-class", "fyp:C rdfs:subClassOf skos:Concept", "id:a a fyp:C", "id:a a skos:Concept"),
    ("sub-property", "fyp:p rdfs:subPropertyOf fyp:q", "id:a fyp:p 1", "id:a fyp:q 1"),
    ("sub-property", "fyp:p rdfs:subPropertyOf skos:note", "id:a fyp:p 1", "id:a skos:note 1"),
    ("inverse", "fyp:p owl:inverseOf fyp:q", "id:a fyp:p id:b", "id:b fyp:q id:a"),
    ("inverse", "fyp:p owl:inverseOf fyp:q", "id:a fyp:q id:b", "id:b fyp:p id:a"),
    ("transitive", "fyp:p a owl:TransitiveProperty", "id:a fyp:p id:b . id:b fyp:p id:c", "id:a fyp:p id:c"),
    ("property-chain", "fyp:p owl:propertyChainAxiom (fyp:q fyp:r)", "id:a fyp:q id:b . id:b fyp:r 1", "id:a fyp:p 1"),
]

# Must not follow: statements about a vocabulary that is not ours, about a literal, about an annotation
SILENCE = [
    ("domain", "fyp:p rdfs:domain owl:Thing", "id:a fyp:p 1"),
    ("range", "fyp:p rdfs:range fyp:C", "id:a fyp:p 1"),
    ("range", "fyp:p rdfs:range rdfs:Resource", "id:a fyp:p id:b"),
    ("sub-class", "fyp:C rdfs:subClassOf owl:Thing", "id:a a fyp:C"),
    ("sub-property", "fyp:p rdfs:subPropertyOf fyp:q . fyp:p a owl:AnnotationProperty", "id:a fyp:p 1"),
    ("sub-property", "fyp:p rdfs:subPropertyOf dcterms:title", "id:a fyp:p 1"),
    ("inverse", "fyp:p owl:inverseOf fyp:q", "id:a fyp:p 1"),
    ("transitive", "skos:broader a owl:TransitiveProperty", "id:a skos:broader id:b . id:b skos:broader id:c"),
]


def example(ontology: str, data: str, inferred: str = "") -> Store:
    text = f"{PROLOGUE} graph:ontology {{ {ontology} }} graph:plan-a {{ {data} }} graph:inferred {{ {inferred} }}"
    return Store(pyoxigraph.parse(text, format=RdfFormat.TRIG))


@pytest.mark.parametrize(("slug", "ontology", "data", "follows"), EXAMPLES)
def test_the_rule_adds_what_follows_and_nothing_else(slug: str, ontology: str, data: str, follows: str) -> None:
    store = example(ontology, data)
    assert infer(store, [RULES[slug]]) == 1
    assert set(store.graph(INFERRED)) == set(example("", "", follows))


@pytest.mark.parametrize(("slug", "ontology", "data"), SILENCE)
def test_the_rule_adds_nothing_beyond_its_purpose(slug: str, ontology: str, data: str) -> None:
    assert infer(example(ontology, data), [RULES[slug]]) == 0


def test_every_rule_has_an_example() -> None:
    assert {slug for slug, *_ in EXAMPLES} == set(RULES)


@pytest.mark.parametrize(("slug", "ontology", "data", "follows"), EXAMPLES)
def test_what_is_stated_is_not_inferred_again(slug: str, ontology: str, data: str, follows: str) -> None:
    assert infer(example(ontology, f"{data} . {follows}"), [RULES[slug]]) == 0


def test_rules_feed_one_another_until_none_adds_anything() -> None:
    ontology = "fyp:p rdfs:subPropertyOf fyp:q . fyp:q owl:inverseOf fyp:r . fyp:r a owl:TransitiveProperty"
    store = example(ontology, "id:a fyp:p id:b . id:b fyp:p id:c . id:c fyp:p id:d . id:d fyp:p id:a")
    rules = list(RULES.values())
    added = infer(store, rules)
    assert added == len(list(store.graph(INFERRED)))
    assert infer(store, rules) == 0
    assert len(list(store.graph(INFERRED))) == added


def asked_of_everything_each_time(store: Store, rules: Iterable[Rule]) -> None:
    """The fixpoint in the plain way, to compare with."""
    size = -1
    while size != len(store):
        size = len(store)
        for rule in rules:
            store.add(
                [Quad(triple.subject, triple.predicate, triple.object, INFERRED) for triple in answer(store, rule)]
            )


def answer(store: Store, rule: Rule) -> list[Triple]:
    triples = store.query(rule.text)
    assert isinstance(triples, QueryTriples)
    return list(triples)


PROPERTIES, CLASSES = st.sampled_from("pqr"), st.sampled_from("CDE")
AXIOMS = st.one_of(
    st.builds("fyp:{} rdfs:domain fyp:{}".format, PROPERTIES, CLASSES),
    st.builds("fyp:{} rdfs:range fyp:{}".format, PROPERTIES, CLASSES),
    st.builds("fyp:{} rdfs:subClassOf fyp:{}".format, CLASSES, CLASSES),
    st.builds("fyp:{} rdfs:subPropertyOf fyp:{}".format, PROPERTIES, PROPERTIES),
    st.builds("fyp:{} owl:inverseOf fyp:{}".format, PROPERTIES, PROPERTIES),
    st.builds("fyp:{} a owl:TransitiveProperty".format, PROPERTIES),
    st.builds("fyp:{} owl:propertyChainAxiom (fyp:{} fyp:{})".format, *[PROPERTIES] * 3),
)
FACTS = st.one_of(
    st.builds("id:{} fyp:{} id:{}".format, st.sampled_from("abc"), PROPERTIES, st.sampled_from("abc")),
    st.builds("id:{} a fyp:{}".format, st.sampled_from("abc"), CLASSES),
)


# what is new may be the first step of a chain, or the second
@like(
    ["fyp:p owl:propertyChainAxiom (fyp:q fyp:r)", "fyp:r a owl:TransitiveProperty"],
    ["id:a fyp:q id:b", "id:b fyp:r id:c", "id:c fyp:r id:a"],
)
@like(
    ["fyp:p owl:propertyChainAxiom (fyp:q fyp:r)", "fyp:q a owl:TransitiveProperty"],
    ["id:a fyp:q id:b", "id:b fyp:q id:c", "id:c fyp:r id:d"],
)
@given(st.lists(AXIOMS, max_size=8), st.lists(FACTS, max_size=8))
def test_what_follows_is_what_follows_when_all_is_asked_each_time(axioms: list[str], facts: list[str]) -> None:
    quick = example(" . ".join(axioms), " . ".join(facts))
    plain = Store(quick)
    added = infer(quick, list(RULES.values()))
    asked_of_everything_each_time(plain, list(RULES.values()))
    assert set(quick) == set(plain)
    assert added == len(list(plain.graph(INFERRED)))


def test_a_rule_that_can_only_be_asked_whole_also_comes_to_its_end() -> None:
    text = f"""{sparql_prologue("fyp")} CONSTRUCT {{ ?s fyp:p ?o }} WHERE {{
      {{ ?s fyp:p ?m . ?m fyp:p ?o }} UNION {{ ?s fyp:q ?o }} FILTER NOT EXISTS {{ ?s fyp:p ?o }} }}"""
    store = example("", "id:a fyp:q id:b . id:b fyp:q id:c . id:c fyp:q id:d")
    assert infer(store, [Rule("a", "A rule", 1, text)]) == 6


def test_a_rule_that_returns_what_is_there_is_refused_with_the_remedy() -> None:
    text = f"{sparql_prologue('fyp')} CONSTRUCT {{ ?s fyp:q ?o }} WHERE {{ ?s fyp:p ?o }}"
    with pytest.raises(HeaderInvalid, match=r"Rule a returns .*, which is there: add FILTER NOT EXISTS"):
        infer(example("", "id:a fyp:p id:b ; fyp:q id:b"), [Rule("a", "A rule", 1, text)])


def test_the_order_of_the_rules_does_not_change_what_follows() -> None:
    there, back = (example("fyp:p rdfs:subPropertyOf fyp:q . fyp:q rdfs:range fyp:C", "id:a fyp:p id:b") for _ in "ab")
    infer(there, list(RULES.values()))
    infer(back, list(RULES.values())[::-1])
    assert set(there) == set(back)


def test_the_rules_of_the_project_come_in_their_order_with_titles() -> None:
    rules = read_rules()
    assert [rule.order for rule in rules] == sorted(rule.order for rule in rules)
    assert all(rule.title for rule in rules)


def test_on_the_real_graph_the_fixpoint_is_reached(graph: Graph) -> None:
    store = Store(graph.store)
    assert infer(store, read_rules()) == 0
    assert len(store) == len(graph.store)


def test_on_the_real_graph_nothing_inferred_is_also_stated(graph: Graph) -> None:
    counts = Counter(quad.triple for quad in graph.store)
    inferred = [quad.triple for quad in graph.store.graph(INFERRED)]
    assert len(inferred) > 1000
    assert [triple for triple in inferred if counts[triple] > 1] == []


@pytest.mark.parametrize("head", ["#+ title: A rule", "#+ order: 1", "#+ title: A rule\n#+ order: first"])
def test_a_rule_without_title_or_order_is_refused_with_its_file(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.rq").write_text(f"#+ id: a\n{head}\nCONSTRUCT {{}} WHERE {{}}", encoding="utf-8")
    with pytest.raises(HeaderInvalid, match=r"a\.rq: the header needs title and a whole number as order"):
        read_rules(tmp_path)


def test_rules_of_one_order_run_by_name(tmp_path: Path) -> None:
    for slug, order in (("b", 1), ("a", 2), ("c", 1)):
        (tmp_path / f"{slug}.rq").write_text(f"#+ id: {slug}\n#+ title: T\n#+ order: {order}\n", encoding="utf-8")
    assert [rule.slug for rule in read_rules(tmp_path)] == ["b", "c", "a"]


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_rules(tmp_path)


@pytest.mark.parametrize("text", ["SELECT * {}", "ASK {}"])
def test_a_rule_that_makes_no_graph_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(HeaderInvalid, match="Rule a is no CONSTRUCT"):
        infer(Store(), [Rule("a", "A rule", 1, text)])


def hub(statements: int) -> Store:
    """Make a hub that links to very many others, and they to it; the class of each is known."""
    p, cls, kind = PREFIXES["fyp"] + "p", f"<{PREFIXES['fyp']}C>", "fyp:p rdfs:domain fyp:C ; rdfs:range fyp:C"
    others = (f"<x:{n}> a {cls} ; <{p}> id:hub . id:hub <{p}> <x:{n}> ." for n in range(statements))
    return example(kind, f"id:hub a {cls} . {' '.join(others)}")


def seconds(store: Store, rule: Rule) -> float:
    before = time.process_time()
    assert infer(store, [rule]) == 0
    return time.process_time() - before


@pytest.mark.parametrize("slug", ["domain", "range"])
def test_many_statements_about_one_thing_take_work_that_grows_as_they_do(slug: str) -> None:
    few, many = hub(500), hub(4000)
    least = min(seconds(few, RULES[slug]) for _ in range(3))
    assert min(seconds(many, RULES[slug]) for _ in range(2)) < 24 * least  # eight times as many; it was sixty-four
