"""Which statements belong together on a page; a property that no line here names stands among what is said."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from kg.core.names import name

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
