"""The questions can be queried: the graph ``questions`` says of each what it asks, takes and answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Triple

from kg.core.errors import HeaderInvalid, ThingDeclaredTwice
from kg.core.names import ENDPOINT, PREFIXES, name, question_page, sparql_prologue, thing
from kg.engine import Term, construct, select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.questions.catalogue import CannedQuestion, Catalogue, Column, Option, Parameter, bind
from kg.questions.catalogue_rdf import (
    QUESTIONS,
    column_thing,
    describe_catalogue,
    describe_question,
    describe_subjects,
    parameter_thing,
    question_thing,
    subject_thing,
)
from kg.sources.files import declarations
from kg.sparql.lexer import Token, tokens
from kg.sparql.slots import slots
from tests.catalogue import project_catalogue

PROLOGUE = sparql_prologue("fyp", "graph", "id", "rdfs", "sh", "skos", "schema", "dcterms", "foaf")
YES, NO = Literal("true", datatype=name("xsd:boolean")), Literal("false", datatype=name("xsd:boolean"))
TEXTS = {"en": "one", "de": "eins", "zh": "一"}

PLAIN = Parameter(
    name="plainOne",
    labels=TEXTS,
    type="string",
    multiple=False,
    required=True,
    default=(),
    fixed_options=(),
    options_query=None,
    member_of=None,
)
QUESTION = CannedQuestion(
    slug="words",
    title=TEXTS,
    question=TEXTS,
    description=TEXTS,
    limits=TEXTS,
    parameters=(PLAIN,),
    columns=(Column("word", TEXTS, "text"), Column("nOf_it", TEXTS, "number")),
    tests=(),
    text="SELECT ?word ?nOf_it { VALUES $plainOne { UNDEF } }",
    subject="plans",
    tags=("a", "b"),
    facets=("word",),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


def said(triples: Iterable[Triple], subject: NamedNode, predicate: str) -> list[Term]:
    return [triple.object for triple in triples if (triple.subject, triple.predicate) == (subject, name(predicate))]


def of_parameter(parameter: Parameter, predicate: str) -> list[Term]:
    question = replace(QUESTION, parameters=(parameter,))
    return said(describe_question(question), parameter_thing("words", parameter.name), predicate)


def test_a_question_says_what_it_asks_in_three_languages_and_where_it_is_answered() -> None:
    output = list(describe_question(QUESTION))
    own = question_thing("words")
    in_three = {Literal(text, language=language) for language, text in TEXTS.items()}
    for predicate in ("skos:prefLabel", "dcterms:title", "rdfs:comment", "dcterms:description", "skos:scopeNote"):
        assert set(said(output, own, predicate)) == in_three
    executables = {name("fyp:CannedQuestion"), name("sh:SPARQLExecutable"), name("sh:SPARQLSelectExecutable")}
    assert set(said(output, own, "rdf:type")) == executables
    assert said(output, own, "sh:select") == [Literal(QUESTION.text)]
    assert said(output, own, "schema:keywords") == [Literal("a"), Literal("b")]
    assert said(output, own, "dcterms:subject") == [subject_thing("plans")]
    assert said(output, own, "schema:target") == [ENDPOINT]
    assert said(output, own, "foaf:page") == [question_page("words")]


@pytest.mark.parametrize(
    ("text", "executable", "predicate"),
    [
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "sh:SPARQLConstructExecutable", "sh:construct"),
        ("ASK {}", "sh:SPARQLAskExecutable", "sh:ask"),
    ],
)
def test_each_kind_of_query_is_an_executable_of_its_own(text: str, executable: str, predicate: str) -> None:
    output = list(describe_question(replace(QUESTION, text=text)))
    assert name(executable) in said(output, question_thing("words"), "rdf:type")
    assert said(output, question_thing("words"), predicate) == [Literal(text)]


@pytest.mark.parametrize("text", ["DESCRIBE <urn:x>", "INSERT DATA {}", "words"])
def test_any_other_text_is_refused_with_its_question(text: str) -> None:
    with pytest.raises(HeaderInvalid, match=r"^words: the query must be a SELECT, an ASK or a CONSTRUCT\.$"):
        list(describe_question(replace(QUESTION, text=text)))


def test_a_parameter_has_a_name_a_place_and_a_path_whose_local_name_is_its_variable() -> None:
    text = list(describe_question(QUESTION))
    own = thing("question-words-plain-one")
    assert said(text, question_thing("words"), "sh:parameter") == [own]
    assert said(text, own, "rdf:type") == [name("sh:Parameter")]
    assert said(text, own, "sh:path") == [NamedNode(question_page("words").value + "#plainOne")]
    assert said(text, own, "fyp:variableName") == [Literal("plainOne")]
    assert said(text, own, "sh:order") == [Literal(0)]
    assert said(text, own, "sh:name") == said(text, own, "skos:prefLabel")
    assert said(text, own, "sh:description") == []


@pytest.mark.parametrize(
    ("parameter", "predicate", "objects"),
    [
        (PLAIN, "sh:datatype", [name("xsd:string")]),
        (replace(PLAIN, type="date"), "sh:datatype", [name("xsd:date")]),
        (replace(PLAIN, type="iri"), "sh:nodeKind", [name("sh:IRI")]),
        (replace(PLAIN, type="iri"), "sh:datatype", []),
        (replace(PLAIN, type="iri", member_of=name("fyp:Plan")), "sh:class", [name("fyp:Plan")]),
        (PLAIN, "sh:maxCount", [Literal(1)]),
        (replace(PLAIN, multiple=True), "sh:maxCount", []),
        (PLAIN, "sh:optional", [NO]),
        (replace(PLAIN, required=False), "sh:optional", [YES]),
        (replace(PLAIN, default=("a",)), "sh:optional", [YES]),
        (replace(PLAIN, default=("a", "b")), "sh:defaultValue", [Literal("a"), Literal("b")]),
        (replace(PLAIN, type="iri", default=("id:x",)), "sh:defaultValue", [thing("x")]),
        (replace(PLAIN, type="integer", least="1", most="6"), "sh:minInclusive", [Literal(1)]),
        (replace(PLAIN, type="integer", least="1", most="6"), "sh:maxInclusive", [Literal(6)]),
        (PLAIN, "sh:minInclusive", []),
    ],
)
def test_a_parameter_says_what_values_it_takes(parameter: Parameter, predicate: str, objects: list[Term]) -> None:
    assert of_parameter(parameter, predicate) == objects


def test_fixed_values_are_described_in_words() -> None:
    options = (Option(Literal("a"), TEXTS), Option(Literal("b"), TEXTS))
    assert of_parameter(replace(PLAIN, fixed_options=options), "sh:description") == [
        Literal("One of: a (one); b (one)", language="en"),
        Literal("Eines von: a (eins); b (eins)", language="de"),
        Literal("可选值：a (一)；b (一)", language="zh"),
    ]


def test_a_column_has_a_name_a_place_and_a_kind_and_a_facet_is_one_of_the_columns() -> None:
    text = list(describe_question(QUESTION))
    word, number = thing("question-words-column-word"), thing("question-words-column-n-of-it")
    assert said(text, question_thing("words"), "fyp:hasColumn") == [word, number]
    assert said(text, question_thing("words"), "fyp:hasFacet") == [word]
    assert said(text, word, "fyp:columnKind") == [name("fyp:columnText")]
    assert said(text, number, "fyp:columnKind") == [name("fyp:columnNumber")]
    assert said(text, number, "fyp:variableName") == [Literal("nOf_it")]
    assert said(text, number, "sh:order") == [Literal(1)]


def test_subjects_are_concepts_of_one_scheme_in_their_order() -> None:
    text = list(describe_subjects({"first": TEXTS, "second": TEXTS}))
    for order, subject in enumerate(("first", "second")):
        concept = thing(f"question-subject-{subject}")
        assert said(text, concept, "skos:inScheme") == [thing("question-subjects")]
        assert said(text, concept, "sh:order") == [Literal(order)]
        assert said(text, concept, "rdf:type") == [name("skos:Concept")]


@pytest.mark.parametrize("names", [("column_word",), ("aB", "a_b")])
def test_two_names_of_a_question_that_make_one_slug_are_refused(names: tuple[str, ...]) -> None:
    twice = replace(QUESTION, parameters=tuple(replace(PLAIN, name=item) for item in names))
    with pytest.raises(HeaderInvalid, match=r"^words: two of .* would be called question-words-[a-z-]*; rename one"):
        list(describe_question(twice))


def test_two_questions_that_make_one_slug_are_refused_with_their_files() -> None:
    other = replace(QUESTION, slug="words-plain-one", parameters=())
    both = Catalogue({"words": QUESTION, "words-plain-one": other}, {})
    with pytest.raises(ThingDeclaredTwice, match=r"question-words-plain-one is declared in .*words\.rq and in "):
        declarations(describe_catalogue(both))


def test_the_graph_is_the_same_each_time_and_every_quad_is_in_it_once(catalogue: Catalogue, store: Store) -> None:
    quads = [quad for _, quads in describe_catalogue(catalogue) for quad in quads]
    assert quads == [quad for _, quads in describe_catalogue(project_catalogue()) for quad in quads]
    assert len(quads) == len(set(quads))
    assert set(store.graph(QUESTIONS)) == set(quads)


def test_nothing_in_the_graph_is_without_a_name(store: Store) -> None:
    assert not [quad for quad in store.graph(QUESTIONS) if BlankNode in (type(quad.subject), type(quad.object))]


def test_the_files_of_the_catalogue_are_described_as_the_home_of_what_they_declare(catalogue: Catalogue) -> None:
    where = declarations(describe_catalogue(catalogue))
    assert where.place(column_thing("key-messages", "plan")).endswith("queries/pages/key-messages.rq")
    assert where.place(subject_thing("plans")).endswith("queries/subjects.yaml")


def slot_values(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return for each slot the values in it, as plain text with compact IRIs written out."""
    result = []
    for slot in slots(text):
        values = [token for token in tokens(text[slot.start : slot.end]) if token.kind != "space"]
        bare = [value.text for value, before in zip(values, [None, *values], strict=False) if not typing(value, before)]
        result.append((slot.name, tuple(written_out(item).strip('"') for item in bare)))
    return result


def typing(token: Token, before: Token | None) -> bool:
    """Return True if a token belongs to the datatype of a literal."""
    return token.text == "^" or (before is not None and before.text == "^")


def written_out(text: str) -> str:
    prefix, _, local = text.partition(":")
    return f"<{PREFIXES[prefix]}{local}>" if prefix in PREFIXES else text


def test_each_file_has_the_defaults_of_its_header_in_its_slots(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    for question in catalogue.questions.values():
        assert slot_values(question.text) == slot_values(bind(question, {}, engine)), question.slug


def asked(engine: EmbeddedEngine, text: str) -> list[tuple[Term | None, ...]]:
    return list(select(engine, PROLOGUE + text).rows)


def test_every_default_is_declared_in_the_data(engine: EmbeddedEngine) -> None:
    strangers = """SELECT ?parameter ?value {
      GRAPH graph:questions { ?parameter sh:class ?class ; sh:defaultValue ?value }
      FILTER NOT EXISTS { ?value a/rdfs:subClassOf* ?class }
    }"""
    assert asked(engine, strangers) == []


def test_which_questions_take_a_technology_can_be_asked(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    text = """SELECT DISTINCT ?question ?title {
      GRAPH graph:questions {
        ?question a fyp:CannedQuestion ; skos:prefLabel ?title ; sh:parameter ?parameter .
        ?parameter sh:class fyp:Technology .
      }
      FILTER(LANG(?title) = "de")
    } ORDER BY ?question"""
    expected = [
        (question_thing(question.slug), Literal(question.title["de"], language="de"))
        for question in catalogue.questions.values()
        if any(parameter.member_of == name("fyp:Technology") for parameter in question.parameters)
    ]
    assert len(expected) >= 3
    assert asked(engine, text) == expected


def answer_of(engine: EmbeddedEngine, question: CannedQuestion, text: str) -> object:
    """The rows in their order, or the statements, which have none."""
    return set(construct(engine, text)) if question.kind.makes_graph else select(engine, text)


def test_the_query_of_every_question_is_there_and_runs_as_it_is(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    # as the SIB's editor looks for examples
    text = """SELECT ?question ?comment ?query {
      ?question a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query .
      FILTER(LANG(?comment) = "en")
    } ORDER BY ?question"""
    rows = asked(engine, text)
    assert [row[0] for row in rows] == sorted(map(question_thing, catalogue.questions), key=str)
    for row, question in zip(rows, catalogue.questions.values(), strict=True):
        assert isinstance(row[2], Literal)
        assert row[1:] == (Literal(question.question["en"], language="en"), Literal(question.text))
        assert answer_of(engine, question, row[2].value) == answer_of(engine, question, bind(question, {}, engine))


def test_the_quads_of_a_graph_without_questions_have_none() -> None:
    quads: list[Quad] = [quad for _, result in describe_catalogue(Catalogue({}, {})) for quad in result]
    query = Store(quads).query("SELECT ?scheme { GRAPH ?g { ?scheme a ?class } }")
    assert isinstance(query, QuerySolutions)
    assert [solution["scheme"] for solution in query] == [thing("question-subjects")]
