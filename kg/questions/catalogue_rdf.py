"""The catalogue as RDF: SHACL executables with parameters and columns, so that questions can be queried.

Terms: https://www.w3.org/TR/shacl-af/ (parameters and executables), and schema.org's ``target`` and ``keywords`` as in
the SPARQL examples of the SIB (https://github.com/sib-swiss/sparql-examples), which other editors read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.core.errors import HeaderInvalid
from kg.core.names import ENDPOINT, LANGUAGES, graph, name, question_page, slug_of, thing
from kg.core.settings import PROJECT
from kg.questions.catalogue import CannedQuestion, Catalogue, Column, Parameter, Texts, term_of
from kg.sources.files import DataFile
from kg.sparql.lexer import Kind

QUESTIONS = graph("questions")
SUBJECTS = thing("question-subjects")

_SUBJECTS_LABELS = {"en": "Subjects of the questions", "de": "Themen der Fragen", "zh": "问题主题"}
_SUBJECTS_DEFINITION = "The headings under which the canned questions are listed, in their order."
_ONE_OF = {"en": ("One of: ", "; "), "de": ("Eines von: ", "; "), "zh": ("可选值：", "；")}
_EXECUTABLES = {
    Kind.SELECT: ("sh:SPARQLSelectExecutable", "sh:select"),
    Kind.ASK: ("sh:SPARQLAskExecutable", "sh:ask"),
    Kind.CONSTRUCT: ("sh:SPARQLConstructExecutable", "sh:construct"),
}
_HUMP = re.compile(r"_|(?<=[a-z0-9])(?=[A-Z])")


def question_thing(slug: str) -> NamedNode:
    """Return the IRI of a canned question."""
    return thing(f"question-{slug}")


def parameter_thing(slug: str, parameter: str) -> NamedNode:
    """Return the IRI of a parameter of a canned question."""
    return thing(f"question-{slug}-{_hyphened(parameter)}")


def column_thing(slug: str, column: str) -> NamedNode:
    """Return the IRI of a column of a canned question; a parameter may have the same name."""
    return thing(f"question-{slug}-column-{_hyphened(column)}")


def subject_thing(subject: str) -> NamedNode:
    """Return the IRI of a subject of questions."""
    return thing(f"question-subject-{subject}")


def describe_catalogue(catalogue: Catalogue, folder: Path = PROJECT / "queries") -> list[tuple[DataFile, list[Quad]]]:
    """Return the quads of graph ``questions`` by source file in the catalogue's folder.

    Raises:
        HeaderInvalid: a query is neither SELECT nor ASK nor CONSTRUCT.
    """
    described = [(folder / "subjects.yaml", describe_subjects(catalogue.subjects))]
    described += [
        (folder / "pages" / f"{question.slug}.rq", describe_question(question))
        for question in catalogue.questions.values()
    ]
    return [
        (
            DataFile(path, QUESTIONS),
            [Quad(question.subject, question.predicate, question.object, QUESTIONS) for question in triples],
        )
        for path, triples in described
    ]


def describe_subjects(subjects: Mapping[str, Texts]) -> Iterator[Triple]:
    """Yield the subjects as concepts of one scheme; ``sh:order`` is the order of the file."""
    yield Triple(SUBJECTS, name("rdf:type"), name("skos:ConceptScheme"))
    yield from _worded(SUBJECTS, "skos:prefLabel", _SUBJECTS_LABELS)
    yield Triple(SUBJECTS, name("skos:definition"), Literal(_SUBJECTS_DEFINITION, language="en"))
    for order, (subject, labels) in enumerate(subjects.items()):
        concept = subject_thing(subject)
        yield Triple(concept, name("rdf:type"), name("skos:Concept"))
        yield Triple(concept, name("skos:inScheme"), SUBJECTS)
        yield from _worded(concept, "skos:prefLabel", labels)
        yield Triple(concept, name("sh:order"), Literal(order))


def describe_question(question: CannedQuestion) -> Iterator[Triple]:
    """Yield a question with its parameters and columns.

    The query has its default values in the slots, so it runs unchanged.

    Raises:
        HeaderInvalid: the query is neither SELECT nor ASK nor CONSTRUCT, or two names make one slug.
    """
    yield from _itself(question)
    seen: set[NamedNode] = set()
    for order, parameter in enumerate(question.parameters):
        yield from _parameter(question.slug, parameter, order)
        _refuse_twice(question, parameter_thing(question.slug, parameter.name), seen)
    for order, column in enumerate(question.columns):
        yield from _column(question.slug, column, order)
        _refuse_twice(question, column_thing(question.slug, column.name), seen)


def _refuse_twice(question: CannedQuestion, own: NamedNode, seen: set[NamedNode]) -> None:
    if own in seen:
        raise HeaderInvalid(
            f"{question.slug}: two of its parameters and columns would be called {slug_of(own)}; rename one of them."
        )
    seen.add(own)


def _itself(question: CannedQuestion) -> Iterator[Triple]:
    if question.kind not in _EXECUTABLES:
        raise HeaderInvalid(f"{question.slug}: the query must be a SELECT, an ASK or a CONSTRUCT.")
    executable, text = _EXECUTABLES[question.kind]
    own = question_thing(question.slug)
    for cls in ("fyp:CannedQuestion", "sh:SPARQLExecutable", executable):
        yield Triple(own, name("rdf:type"), name(cls))
    yield from _worded(own, "skos:prefLabel", question.title)
    yield from _worded(own, "dcterms:title", question.title)
    yield from _worded(own, "rdfs:comment", question.question)
    yield from _worded(own, "dcterms:description", question.description)
    yield from _worded(own, "skos:scopeNote", question.limits)
    yield Triple(own, name("dcterms:subject"), subject_thing(question.subject))
    for tag in question.tags:
        yield Triple(own, name("schema:keywords"), Literal(tag))
    yield Triple(own, name(text), Literal(question.text))
    yield Triple(own, name("schema:target"), ENDPOINT)
    yield Triple(own, name("foaf:page"), question_page(question.slug))
    for parameter in question.parameters:
        yield Triple(own, name("sh:parameter"), parameter_thing(question.slug, parameter.name))
    for column in question.columns:
        yield Triple(own, name("fyp:hasColumn"), column_thing(question.slug, column.name))
    for facet in question.facets:
        yield Triple(own, name("fyp:hasFacet"), column_thing(question.slug, facet))


def _parameter(slug: str, parameter: Parameter, order: int) -> Iterator[Triple]:
    own = parameter_thing(slug, parameter.name)
    yield Triple(own, name("rdf:type"), name("sh:Parameter"))
    # the local name of the path is the name of the variable (SHACL Advanced Features, section 4)
    yield Triple(own, name("sh:path"), question_page(slug, parameter.name))
    yield Triple(own, name("fyp:variableName"), Literal(parameter.name))
    yield from _worded(own, "skos:prefLabel", parameter.labels)
    yield from _worded(own, "sh:name", parameter.labels)
    if parameter.fixed_options:
        yield from _worded(own, "sh:description", _choices(parameter))
    yield Triple(own, name("sh:order"), Literal(order))
    # a default makes a parameter optional for the client, even if the query needs a value
    yield Triple(own, name("sh:optional"), Literal(not parameter.required or bool(parameter.default)))
    yield Triple(own, *_value_type(parameter))
    if not parameter.multiple:
        yield Triple(own, name("sh:maxCount"), Literal(1))
    for predicate, bound in (("sh:minInclusive", parameter.least), ("sh:maxInclusive", parameter.most)):
        if bound:
            yield Triple(own, name(predicate), term_of(parameter, bound))
    for value in parameter.default:
        yield Triple(own, name("sh:defaultValue"), term_of(parameter, value))


def _value_type(parameter: Parameter) -> tuple[NamedNode, NamedNode]:
    """Return the statement of the type of the values."""
    if parameter.type != "iri":
        return name("sh:datatype"), name(f"xsd:{parameter.type}")
    if parameter.member_of is not None:
        return name("sh:class"), parameter.member_of
    return name("sh:nodeKind"), name("sh:IRI")


def _choices(parameter: Parameter) -> Texts:
    """Return the fixed values with their labels, in words."""
    texts = {}
    for language, (begin, between) in _ONE_OF.items():
        words = (f"{option.value.value} ({option.labels[language]})" for option in parameter.fixed_options)
        texts[language] = begin + between.join(words)
    return texts


def _column(slug: str, column: Column, order: int) -> Iterator[Triple]:
    own = column_thing(slug, column.name)
    yield Triple(own, name("rdf:type"), name("fyp:AnswerColumn"))
    yield Triple(own, name("fyp:variableName"), Literal(column.name))
    yield from _worded(own, "skos:prefLabel", column.labels)
    yield Triple(own, name("fyp:columnKind"), name(f"fyp:column{column.kind.capitalize()}"))
    yield Triple(own, name("sh:order"), Literal(order))


def _worded(own: NamedNode, predicate: str, texts: Texts) -> Iterator[Triple]:
    for language in LANGUAGES:
        yield Triple(own, name(predicate), Literal(texts[language], language=language))


def _hyphened(variable: str) -> str:
    """Return a variable's name as part of a slug: ``printedComparator`` gives ``printed-comparator``."""
    return _HUMP.sub("-", variable).lower()
