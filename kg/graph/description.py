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
"""A thing with at most so many statements is read with two questions, a larger one property by property."""


@dataclass(frozen=True)
class Statement:
    """One statement with the named graph that makes it; ``other`` is the subject when ``inverse``."""

    property: NamedNode
    other: Term
    graph: NamedNode
    inverse: bool = False


@dataclass(frozen=True)
class Property:
    """A property that a thing has, or that others have with it (``inverse``), and in how many statements."""

    iri: NamedNode
    inverse: bool
    count: int


@dataclass(frozen=True)
class Description:
    """What is stated of a thing and what is stated with it as object, for each property up to some number.

    ``properties`` has the whole number of each. What follows by rule of a thing as object, and what questions about
    the graph say of it, is left out: the first is stated the other way round as well.
    """

    thing: NamedNode
    statements: tuple[Statement, ...] = ()
    inverse: tuple[Statement, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def all(self) -> tuple[Statement, ...]:
        """Both kinds of statements."""
        return self.statements + self.inverse

    @property
    def all_classes(self) -> frozenset[NamedNode]:
        """The classes of the thing, those that follow by rule among them."""
        return frozenset(one.other for one in self.statements if _is_class(one))  # type: ignore[misc]


def describe(engine: Engine, thing: NamedNode, most: int | None = None) -> Description | None:
    """What the graph says of a thing, or None when it says nothing; ``most`` statements of each property, or all.

    Raises:
        As ``Engine.answer``.
    """
    properties = _properties(engine, thing)
    if not properties:
        return None
    if most is None or sum(one.count for one in properties) <= MOST_AT_ONCE:
        found = [*_read(engine, thing, inverse=False), *_read(engine, thing, inverse=True)]
        found = found if most is None else _first(found, most)
    else:
        found = [one for property_ in properties for one in statements_of(engine, thing, property_, most)]
    straight = tuple(one for one in found if not one.inverse)
    classes = tuple(one.other for one in straight if _is_class(one) and one.graph != _INFERRED)
    inverse = tuple(one for one in found if one.inverse)
    return Description(thing, straight, inverse, classes, tuple(properties))  # type: ignore[arg-type]


def statements_of(
    engine: Engine, thing: NamedNode, property_: Property, most: int, skipped: int = 0
) -> list[Statement]:
    """At most so many of the statements with a property, from the one after ``skipped`` on, in the order of IRIs.

    Raises:
        As ``Engine.answer``.
    """
    return _read(engine, thing, inverse=property_.inverse, iri=property_.iri, window=f"LIMIT {most} OFFSET {skipped}")


def _read(
    engine: Engine, thing: NamedNode, *, inverse: bool, iri: NamedNode | None = None, window: str = ""
) -> list[Statement]:
    only = f"VALUES ?property {{ {iri} }} " if iri is not None else ""
    text = (
        f"SELECT ?graph ?property ?other WHERE {{ {only}{_pattern(thing, inverse=inverse)} }} "
        f"ORDER BY ?property ?other ?graph {window}"
    )
    return [
        Statement(property_, other, graph_, inverse)
        for graph_, property_, other in select(engine, _PROLOGUE + text).rows
        if isinstance(graph_, NamedNode) and isinstance(property_, NamedNode) and other is not None
    ]


def _properties(engine: Engine, thing: NamedNode) -> list[Property]:
    found = []
    for inverse in (False, True):
        text = (
            f"SELECT ?property (COUNT(*) AS ?n) WHERE {{ {_pattern(thing, inverse=inverse)} }} "
            "GROUP BY ?property ORDER BY ?property"
        )
        found += [
            Property(iri, inverse, int(count.value))
            for iri, count in select(engine, _PROLOGUE + text).rows
            if isinstance(iri, NamedNode) and isinstance(count, Literal)
        ]
    return found


def _pattern(thing: NamedNode, *, inverse: bool) -> str:
    """The statements of one direction; the parts of a question name each other, so those are kept."""
    if not inverse:
        return f"GRAPH ?graph {{ {thing} ?property ?other }}"
    return (
        f"GRAPH ?graph {{ ?other ?property {thing} }} FILTER(?graph != {_INFERRED}) "
        f"FILTER(?graph != {_QUESTIONS} || EXISTS {{ GRAPH {_QUESTIONS} {{ {thing} a ?class }} }})"
    )


def _first(statements: Iterable[Statement], most: int) -> list[Statement]:
    counts: dict[tuple[NamedNode, bool], int] = {}
    kept = []
    for one in statements:
        key = (one.property, one.inverse)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= most:
            kept.append(one)
    return kept


def _is_class(statement: Statement) -> bool:
    return statement.property.value.endswith("#type") and isinstance(statement.other, NamedNode)


_LISTED: Mapping[str, str] = {
    "says": """
        skos:altLabel skos:definition skos:scopeNote skos:example dcterms:title dcterms:description dcterms:date
        dcterms:issued dcterms:language dcterms:creator fyp:issuedBy fyp:issued fyp:presentedBy fyp:surfaceForm
        fyp:eventKind fyp:elementKind fyp:participant fyp:mentionsTechnology fyp:coversTechnology fyp:mentionedIn
        fyp:coveredBy""",  # and whatever is not listed
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
"""The groups, in the order in which a page shows them."""

_GROUP = {name(curie): group for group, listed in _LISTED.items() for curie in listed.split()}
_ORDER = {iri: place for place, iri in enumerate(_GROUP)}


def group_of(property_: NamedNode) -> str:
    """The group of a property, one of ``GROUPS``."""
    return _GROUP.get(property_, GROUPS[0])


def rank_of(property_: NamedNode) -> int:
    """Where a property stands within its group; what is not listed comes last."""
    return _ORDER.get(property_, len(_ORDER))


@dataclass(frozen=True)
class Confidence:
    """How sure a match is, from 0 to 1 as the data write it, and the link that says so."""

    link: NamedNode
    confidence: str


def confidences_of(engine: Engine, thing: NamedNode) -> dict[NamedNode, Confidence]:
    """How sure the matches of a thing are, by the thing elsewhere.

    Raises:
        As ``Engine.answer``.
    """
    text = (
        f"SELECT ?target ?link ?confidence {{ ?link fyp:linkSubject {thing} ; fyp:linkTarget ?target ; "
        "fyp:linkConfidence ?confidence } ORDER BY ?target ?link"
    )
    return {
        target: Confidence(link, confidence.value)
        for target, link, confidence in select(engine, _PROLOGUE + text).rows
        if isinstance(target, NamedNode) and isinstance(link, NamedNode) and isinstance(confidence, Literal)
    }


@dataclass(frozen=True)
class Retirement:
    """A thing that is no more: what took its place, if anything did, and why, in English."""

    thing: NamedNode
    successors: tuple[NamedNode, ...] = ()
    reason: str = ""


def retirement_of(engine: Engine, thing: NamedNode) -> Retirement | None:
    """What became of a retired thing; None for every other one.

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
    successors = dict.fromkeys(one for one, _ in rows if isinstance(one, NamedNode))
    reason = next((one.value for _, one in rows if isinstance(one, Literal)), "")
    return Retirement(thing, tuple(successors), reason)
