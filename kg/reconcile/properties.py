"""Properties that tables need and the ontology has only as paths: names by language, plan, year, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode

from kg.core.errors import N_
from kg.core.names import name
from kg.core.vocabularies import VOCABULARIES, Vocabulary


class ValueKind(StrEnum):
    """The kind of a property's values: terms of the graph, classes, or the IRI or the page of the resource itself."""

    TERM = "term"
    KIND = "kind"
    IRI = "iri"
    PAGE = "page"


@dataclass(frozen=True)
class Property:
    """A property as tables know it.

    ``path`` leads to its values in SPARQL; ``text_language`` keeps the texts of one language; ``vocabulary`` keeps the
    links to it. ``domains`` are the classes whose instances may have it, empty if any may; ``range`` is the class of
    its values if they are resources.
    """

    id: str
    labels: Mapping[str, str]
    meaning: str = ""
    path: str = ""
    gives: ValueKind = ValueKind.TERM
    text_language: str = ""
    vocabulary: Vocabulary | None = None
    domains: frozenset[NamedNode] = frozenset()
    range: NamedNode | None = None


def _path(text: str) -> str:
    """Return a path with its prefixed names expanded; spaces separate the names from the signs."""
    return "".join(str(name(part)) if ":" in part else part for part in text.split())


def _kinds(*local: str) -> frozenset[NamedNode]:
    return frozenset(name(f"fyp:{local_name}") for local_name in local)


def _labels(en: str, de: str, zh: str) -> Mapping[str, str]:
    return {"en": en, "de": de, "zh": zh}


_NAMED = _path("( skos:prefLabel | rdfs:label | dcterms:title )")
_FIGURE = "( fyp:targetValue | fyp:observedValue | fyp:statedQuantity | fyp:achievedValue )"
_WITH_FIGURE = _kinds("TargetClaim", "Observation", "OfficialElement", "Achievement")

_OWN = (
    Property("nameEn", _labels("Name in English", "Name auf Englisch", "英文名称"), "", _NAMED, text_language="en"),
    Property("nameDe", _labels("Name in German", "Name auf Deutsch", "德文名称"), "", _NAMED, text_language="de"),
    Property("nameZh", _labels("Name in Chinese", "Name auf Chinesisch", "中文名称"), "", _NAMED, text_language="zh"),
    Property(
        "otherName",
        _labels("Other name", "Anderer Name", "别名"),
        N_("Another name or an abbreviation."),
        _path("skos:altLabel"),
    ),
    Property(
        "type",
        _labels("Type", "Art", "类型"),
        N_("The classes of the resource, the most special ones only."),
        gives=ValueKind.KIND,
    ),
    Property(
        "definition",
        _labels("Definition", "Definition", "定义"),
        N_("What the resource is, in a sentence."),
        _path("skos:definition"),
    ),
    Property(
        "plan",
        _labels("Plan", "Plan", "规划"),
        N_("The plan that the resource is a part of, as the briefing or the plan has it."),
        _path("fyp:inPlan | fyp:officialPartOf +"),
        domains=_kinds("PlanElement", "OfficialStatement"),
        range=name("fyp:Plan"),
    ),
    Property(
        "year",
        _labels("Year", "Jahr", "年份"),
        N_("The year that a target is set for, or that an observation is of."),
        _path(f"fyp:year | fyp:milestoneYear | fyp:goalYear | {_FIGURE} / fyp:year"),
        domains=_kinds("Milestone", "Quantity") | _WITH_FIGURE,
    ),
    Property(
        "valueAsPrinted",
        _labels("Value as printed", "Wert wie gedruckt", "原文数值"),
        N_("The figure as the source gives it, with its unit."),
        _path(f"{_FIGURE} / fyp:asPrinted"),
        domains=_WITH_FIGURE,
    ),
    Property(
        "value",
        _labels("Value", "Wert", "数值"),
        N_("The figure as a plain number in its unit; none where the source gives a range."),
        _path(f"{_FIGURE} / fyp:numericValue"),
        domains=_WITH_FIGURE,
    ),
    Property(
        "unitOfValue",
        _labels("Unit", "Einheit", "单位"),
        N_("The unit of the figure."),
        _path(f"{_FIGURE} / fyp:unit"),
        domains=_WITH_FIGURE,
    ),
    Property(
        "baselineAsPrinted",
        _labels("Starting value as printed", "Ausgangswert wie gedruckt", "原文基期值"),
        N_("The figure that a target starts from, as the source gives it."),
        _path("fyp:baseline / fyp:asPrinted"),
        domains=_kinds("TargetClaim"),
    ),
    Property(
        "issueDate",
        _labels("Date of issue", "Datum der Herausgabe", "发布日期"),
        N_("The day, month or year when a document was issued."),
        _path("dcterms:issued"),
        domains=_kinds("Plan", "Citation", "SourceDocument"),
    ),
    Property("broader", _labels("Broader concept", "Oberbegriff", "上位概念"), "", _path("skos:broader")),
    Property(
        "iri",
        _labels("IRI", "IRI", "IRI"),
        N_("The lasting identifier of the resource in linked data."),
        gives=ValueKind.IRI,
    ),
    Property(
        "page",
        _labels("Page", "Seite", "网页"),
        N_("The address of the page of the resource on this server, with its evidence."),
        gives=ValueKind.PAGE,
    ),
)


class Closeness(StrEnum):
    """The links that count: exact ones, close ones too, or all."""

    EXACT = "exact"
    CLOSE = "close"
    ALL = "all"


LINK_PATHS = {
    Closeness.EXACT: _path("skos:exactMatch"),
    Closeness.CLOSE: _path("skos:exactMatch | skos:closeMatch"),
    Closeness.ALL: _path("skos:exactMatch | skos:closeMatch | skos:broadMatch | skos:narrowMatch | skos:relatedMatch"),
}


def _link(vocabulary: Vocabulary) -> Property:
    title = vocabulary.title.removeprefix("the ")
    return Property(
        vocabulary.prefix,
        _labels(f"Link to {title}", f"Link zu {title}", f"链接：{title}"),
        f"The matching things in {vocabulary.title}.",
        LINK_PATHS[Closeness.CLOSE],
        vocabulary=vocabulary,
    )


DERIVED = (*_OWN, *map(_link, VOCABULARIES.values()))
"""In the order of proposals: first what describes a resource, then its links."""
