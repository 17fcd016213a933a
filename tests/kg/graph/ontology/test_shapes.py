"""Shapes in words: every rule of ours is described, and each kind of demand has its words."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, name, short
from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import Constraint, Phrase, ontology_version_of, read_constraints
from tests.kg.graph.ontology.small import fyp, triples

FRAME = {name(item) for item in ("rdf:type", "sh:targetClass", "sh:property", "sh:targetSubjectsOf")}


def words(phrase: Phrase) -> str:
    return "".join(short(item) if isinstance(item, NamedNode) else getattr(item, "value", str(item)) for item in phrase)


def rule(turtle: str) -> Constraint:
    """The only rule of a property shape with these demands."""
    text = f"shape:A a sh:NodeShape ; sh:targetClass fyp:A ; sh:property shape:B . shape:B {turtle} ."
    [group] = read_constraints(triples(text))
    [item] = group.constraints
    return item


def test_every_named_rule_of_ours_is_described_with_severity_message_and_what_it_is_about(
    engine: EmbeddedEngine,
) -> None:
    edition = ontology_version_of(engine)
    named = {
        triple.subject
        for triple in edition.shapes
        if triple.predicate == name("sh:message")
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(PREFIXES["shape"])
    }
    rules = [rule for group in edition.constraints for rule in group.constraints]
    assert {rule.iri for rule in rules} == named
    assert len(rules) == len(named) == 99
    assert all(rule.message.endswith((".", ")")) and rule.severity in ("violation", "warning") for rule in rules)
    assert all(all(words(condition).strip() for condition in rule.conditions) for rule in rules)
    assert all(group.classes or group.subjects_of for group in edition.constraints if group.constraints)


@pytest.mark.parametrize(
    ("demand", "text"),
    [
        ("sh:minCount 1", "1 or more values"),
        ("sh:minCount 1 ; sh:maxCount 1", "exactly 1 value"),
        ("sh:minCount 1 ; sh:maxCount 3", "1 to 3 values"),
        ("sh:maxCount 1", "at most 1 value"),
        ("sh:maxCount 0", "no value"),
        ("sh:datatype xsd:integer", "each value is a whole number"),
        ("sh:datatype xsd:gYear", "each value is of the type xsd:gYear"),
        ("sh:nodeKind sh:Literal", "each value is a text, number or date"),
        ("sh:class fyp:A", "each value is of the class fyp:A"),
        ("sh:minInclusive 1", "each value is 1 or more"),
        ("sh:minInclusive 1 ; sh:maxInclusive 12", "each value is 1 to 12"),
        ("sh:minLength 1 ; sh:maxLength 80", "each value has 1 to 80 characters"),
        ("sh:maxLength 60", "each value has at most 60 characters"),
        ("sh:pattern '^a$'", "each value fits the pattern ^a$"),
        ("sh:languageIn ( 'en' 'zh' )", "each value is in one of the languages en, zh"),
        ("sh:uniqueLang true", "no language occurs twice"),
        ("sh:lessThan fyp:q", "each value is less than that of fyp:q"),
        ("sh:lessThanOrEquals fyp:q", "no value is more than that of fyp:q"),
        ("sh:equals fyp:q", "the values are the same as those of fyp:q"),
        ("sh:disjoint fyp:q", "no value is also a value of fyp:q"),
        ("sh:hasValue fyp:A", "one value is fyp:A"),
        ("sh:not [ sh:hasValue 1 ]", "this does not hold: one value is 1"),
        ("sh:or ( [ sh:minCount 1 ] [ sh:path fyp:q ; sh:hasValue true ] )",
         "at least one of these holds: 1 or more values; or fyp:q: one value is true"),
        ("sh:xone ( [ sh:minCount 2 ] [ sh:property [ sh:path fyp:q ; sh:maxCount 0 ] ] )",
         "one of these holds, and no more: 2 or more values; or fyp:q: no value"),
        ("sh:qualifiedValueShape [ sh:class fyp:A ] ; sh:qualifiedMinCount 1",
         "for 1 or more of the values: it is of the class fyp:A"),
        ("sh:sparql [ sh:select 'SELECT $this {}' ]", "the query finds nothing wrong"),
    ],
)  # fmt: skip
def test_a_demand_has_its_words(demand: str, text: str) -> None:
    item = rule(f"sh:path fyp:p ; {demand}")
    assert words(item.path) == "fyp:p"
    assert [words(condition) for condition in item.conditions] == [text]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fyp:p", "fyp:p"),
        ("[ sh:inversePath fyp:p ]", "what points here with fyp:p"),
        ("( fyp:p fyp:q )", "fyp:p, and from there fyp:q"),
        ("[ sh:alternativePath ( fyp:p [ sh:inversePath fyp:q ] [ sh:inversePath fyp:r ] fyp:s ) ]",
         "fyp:p, or what points here with fyp:q, or fyp:r, or fyp:s"),
        ("'text'", ""),
        ("[ sh:zeroOrMorePath fyp:p ]", ""),
    ],
)  # fmt: skip
def test_a_path_has_its_words(path: str, text: str) -> None:
    assert words(rule(f"sh:path {path} ; sh:minCount 1").path) == text


def test_a_query_is_shown_without_the_indentation_of_its_file() -> None:
    item = rule("sh:sparql [ sh:select '''\n    SELECT $this {\n      ?s ?p ?o\n    }''' ] ; sh:severity sh:Warning")
    assert item.query == "SELECT $this {\n  ?s ?p ?o\n}"
    assert (item.severity, item.path, item.message) == ("warning", (), "")


def test_a_shape_without_demands_is_no_rule_and_foreign_ones_are_left_alone() -> None:
    groups = read_constraints(triples("shape:A a sh:NodeShape . foaf:B a sh:NodeShape ; sh:minCount 1 ."))
    assert [(group.local, group.constraints) for group in groups] == [("A", ())]


def test_a_value_that_is_no_iri_is_kept_as_the_literal_that_it_is() -> None:
    assert rule("sh:path fyp:p ; sh:hasValue 'a'@en").conditions[0][-1] == Literal("a", language="en")
    assert rule("sh:path fyp:p ; sh:hasValue fyp:A").conditions[0][-1] == fyp("A")
