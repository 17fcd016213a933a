"""The description of a resource: its statements with their graphs, by group of properties; links and retirement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import graph, name, sparql_prologue
from kg.engine import Engine, Term, select

_PROLOGUE = sparql_prologue("dcterms", "fyp", "graph", "owl", "rdf", "skos", "xsd")
_INFERRED, _QUESTIONS = graph("inferred"), graph("questions")

MOST_AT_ONCE = 600
"""A resource with at most so many statements is read with two queries, a larger one property by property."""


@dataclass(frozen=True)
class Statement:
    """One statement with its named graph; ``other`` is the subject if ``inverse``."""

    property: NamedNode
    other: Term
    graph: NamedNode
    inverse: bool = False


@dataclass(frozen=True)
class Property:
    """A property with a resource as subject, or as object (``inverse``), and its number of statements."""

    iri: NamedNode
    inverse: bool
    count: int


@dataclass(frozen=True)
class Description:
    """The statements about a resource as subject and as object, up to a limit for each property.

    ``properties`` has the full count of each. Inferred statements and those of canned questions are left out of
    ``inverse``, since the first are also stated the other way round.
    """

    thing: NamedNode
    statements: tuple[Statement, ...] = ()
    inverse: tuple[Statement, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def all(self) -> tuple[Statement, ...]:
        """Return the statements of both directions."""
        return self.statements + self.inverse

    @property
    def all_classes(self) -> frozenset[NamedNode]:
        """Return the classes of the resource, including inferred ones."""
        # ``_is_class`` has checked that it is an IRI, which mypy does not see in a comprehension
        return frozenset(statement.other for statement in self.statements if _is_class(statement))  # type: ignore[misc]


def describe(engine: Engine, thing: NamedNode, most: int | None = None) -> Description | None:
    """Return what the graph states about a resource, or None if it states nothing.

    ``most`` limits the statements of each property; None reads all of them.

    Raises:
        As ``Engine.answer``.
    """
    properties = _properties(engine, thing)
    if not properties:
        return None
    if most is None or sum(entry.count for entry in properties) <= MOST_AT_ONCE:
        statements = [*_read(engine, thing, inverse=False), *_read(engine, thing, inverse=True)]
        statements = statements if most is None else _first(statements, most)
    else:
        statements = [entry for property_ in properties for entry in statements_of(engine, thing, property_, most)]
    straight = tuple(entry for entry in statements if not entry.inverse)
    classes = tuple(entry.other for entry in straight if _is_class(entry) and entry.graph != _INFERRED)
    inverse = tuple(entry for entry in statements if entry.inverse)
    # the classes are IRIs, as ``_is_class`` has checked
    return Description(thing, straight, inverse, classes, tuple(properties))  # type: ignore[arg-type]


def statements_of(
    engine: Engine, thing: NamedNode, property_: Property, most: int, skipped: int = 0
) -> list[Statement]:
    """Return at most ``most`` statements with a property in order of IRI, after the first ``skipped``.

    Raises:
        As ``Engine.answer``.
    """
    return _read(engine, thing, inverse=property_.inverse, iri=property_.iri, window=f"LIMIT {most} OFFSET {skipped}")


def _read(
    engine: Engine, thing: NamedNode, *, inverse: bool, iri: NamedNode | None = None, window: str = ""
) -> list[Statement]:
    only = f"VALUES ?property {{ {iri} }} " if iri is not None else ""
    text = (
        # LIMIT and OFFSET need a total order, or a page could repeat statements of the page before
        f"SELECT ?graph ?property ?other WHERE {{ {only}{_pattern(thing, inverse=inverse)} }} "
        f"ORDER BY ?property ?other ?graph {window}"
    )
    return [
        Statement(property_, other, graph_, inverse)
        for graph_, property_, other in select(engine, _PROLOGUE + text).rows
        if isinstance(graph_, NamedNode) and isinstance(property_, NamedNode) and other is not None
    ]


def _properties(engine: Engine, thing: NamedNode) -> list[Property]:
    properties = []
    for inverse in (False, True):
        text = (
            f"SELECT ?property (COUNT(*) AS ?n) WHERE {{ {_pattern(thing, inverse=inverse)} }} "
            "GROUP BY ?property ORDER BY ?property"
        )
        properties += [
            Property(iri, inverse, int(count.value))
            for iri, count in select(engine, _PROLOGUE + text).rows
            if isinstance(iri, NamedNode) and isinstance(count, Literal)
        ]
    return properties


def _pattern(thing: NamedNode, *, inverse: bool) -> str:
    """Return the graph pattern for one direction.

    The parts of a canned question refer to each other, so their statements are kept.
    """
    if not inverse:
        return f"GRAPH ?graph {{ {thing} ?property ?other }}"
    return (
        f"GRAPH ?graph {{ ?other ?property {thing} }} FILTER(?graph != {_INFERRED}) "
        f"FILTER(?graph != {_QUESTIONS} || EXISTS {{ GRAPH {_QUESTIONS} {{ {thing} a ?class }} }})"
    )


def _first(statements: Iterable[Statement], most: int) -> list[Statement]:
    # the query sorts, so the first statements of each property are the same each time
    counts: dict[tuple[NamedNode, bool], int] = {}
    first = []
    for statement in statements:
        key = (statement.property, statement.inverse)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= most:
            first.append(statement)
    return first


def _is_class(statement: Statement) -> bool:
    return statement.property.value.endswith("#type") and isinstance(statement.other, NamedNode)


_LISTED: Mapping[str, str] = {
    "says": """
        skos:altLabel skos:definition skos:scopeNote skos:example dcterms:title dcterms:description dcterms:date
        dcterms:issued dcterms:language dcterms:creator fyp:issuedBy fyp:issued fyp:presentedBy fyp:surfaceForm
        fyp:eventKind fyp:elementKind fyp:participant fyp:mentionsTechnology fyp:coversTechnology fyp:mentionedIn
        fyp:coveredBy""",  # unlisted properties also belong here
    "figures": """
        fyp:measuredBy fyp:measures fyp:baseline fyp:targetValue fyp:achievedValue fyp:quantifies fyp:quantifiedBy
        fyp:direction fyp:targetBasis fyp:targetNature fyp:milestoneYear fyp:goalYear fyp:declaredTargetCount
        fyp:targetListComplete fyp:declaredPartCount fyp:statedQuantity fyp:asPrinted fyp:comparator fyp:numericValue
        fyp:lowerBound fyp:upperBound fyp:unit fyp:defaultUnit fyp:year fyp:month fyp:firstYear fyp:yearBasis
        fyp:approxConversion fyp:observes fyp:observedBy fyp:observedValue fyp:observedBasis fyp:suggestedValue
        fyp:planStartYear fyp:planEndYear fyp:ordinalOfKind""",
    "stands": """
        fyp:inPlan fyp:subElementOf fyp:hasSubObjective fyp:hasSubMeasure fyp:hasSubTarget fyp:hasKeyMessage
        fyp:hasTrend fyp:hasChallenge fyp:hasAchievement fyp:hasObjective fyp:hasMeasure fyp:hasQuantitativeTarget
        fyp:hasMilestone fyp:hasProject fyp:hasApplication fyp:hasCooperationProvision fyp:hasOfficialPart
        fyp:officialPartOf fyp:position fyp:printedLevel fyp:implicit fyp:renders fyp:renderedBy fyp:implementsPlan
        fyp:implementedBy fyp:precededBy fyp:succeededBy fyp:basedOn fyp:hasTitle fyp:titleOf fyp:unitOf
        fyp:hasOrganisationalUnit fyp:memberOrganisation fyp:sectionOf fyp:subSectionOf fyp:sectionAbout
        fyp:broaderTechnology fyp:narrowerTechnology skos:broader skos:narrower skos:inScheme skos:topConceptOf
        fyp:mentionElement fyp:mentionTechnology fyp:eventOf fyp:hasEvent dcterms:subject""",
    "evidence": """
        fyp:evidence fyp:isEvidenceFor fyp:passageOf fyp:inSection fyp:lineNumber fyp:pageNumber fyp:startOffset
        fyp:endOffset fyp:mentionPassage fyp:hasMention fyp:address fyp:publisherName fyp:trust fyp:undated
        fyp:evidenceUrl fyp:summarises fyp:summarisedIn fyp:publishedBy""",
    "links": """
        skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch owl:sameAs rdfs:seeAlso
        foaf:page fyp:linkSubject fyp:linkPredicate fyp:linkTarget fyp:linkConfidence fyp:linkAuthor fyp:linkDate
        fyp:linkComment fyp:justification""",
    "notes": "fyp:hasNote fyp:notesOn fyp:noteText fyp:noteType fyp:confidence skos:editorialNote",
    "technical": """
        skos:prefLabel rdf:type fyp:pinyinKey fyp:textSha256 fyp:partOf fyp:hasPart fyp:hasElement fyp:hasSubElement
        fyp:hasTarget fyp:targetOf fyp:coversTechnologyBroadly fyp:variableName fyp:columnKind owl:deprecated
        dcterms:isReplacedBy rdfs:isDefinedBy schema:target sh:select sh:construct sh:ask sh:order sh:path sh:datatype
        sh:class sh:nodeKind sh:optional sh:maxCount sh:minInclusive sh:maxInclusive sh:defaultValue""",
}

GROUPS = tuple(_LISTED)
"""The groups in the order of a page."""

_GROUP = {name(curie): group for group, listed in _LISTED.items() for curie in listed.split()}
_ORDER = {iri: place for place, iri in enumerate(_GROUP)}


def group_of(property_: NamedNode) -> str:
    """Return the group of a property, one of ``GROUPS``."""
    return _GROUP.get(property_, GROUPS[0])


def rank_of(property_: NamedNode) -> int:
    """Return the position of a property within its group; unlisted properties come last."""
    return _ORDER.get(property_, len(_ORDER))


@dataclass(frozen=True)
class Confidence:
    """The confidence of a match, from 0 to 1 as the data write it, and the link that states it."""

    link: NamedNode
    confidence: str


def confidences_of(engine: Engine, thing: NamedNode) -> dict[NamedNode, Confidence]:
    """Return the confidence of each match of a resource, by the matched external resource.

    Raises:
        As ``Engine.answer``.
    """
    text = (
        f"SELECT ?target ?link ?confidence {{ ?link fyp:linkSubject {thing} ; fyp:linkTarget ?target ; "
        "fyp:linkConfidence ?confidence } ORDER BY ?target ?link"
    )
    return {
        # the order of the query makes the choice the same each time, if several links have one target
        target: Confidence(link, confidence.value)
        for target, link, confidence in select(engine, _PROLOGUE + text).rows
        if isinstance(target, NamedNode) and isinstance(link, NamedNode) and isinstance(confidence, Literal)
    }


@dataclass(frozen=True)
class Retirement:
    """A retired resource, its successors if any, and the reason in English.

    The IRI of a retired resource is never given to another one.
    """

    thing: NamedNode
    successors: tuple[NamedNode, ...] = ()
    reason: str = ""


def retirement_of(engine: Engine, thing: NamedNode) -> Retirement | None:
    """Return why a resource was retired and what replaces it, or None if it is in use.

    Raises:
        As ``Engine.answer``.
    """
    text = (
        f"SELECT ?successor ?reason {{ {thing} owl:deprecated true . OPTIONAL {{ {thing} dcterms:isReplacedBy "
        f"?successor }} OPTIONAL {{ {thing} skos:editorialNote ?reason FILTER(LANGMATCHES(LANG(?reason), 'en')) }} }} "
        "ORDER BY ?successor ?reason"
    )
    rows = select(engine, _PROLOGUE + text).rows
    if not rows:
        return None
    successors = dict.fromkeys(term for term, _ in rows if isinstance(term, NamedNode))
    reason = next((term.value for _, term in rows if isinstance(term, Literal)), "")
    return Retirement(thing, tuple(successors), reason)
