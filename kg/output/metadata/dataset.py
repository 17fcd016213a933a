"""The dataset: its titles, descriptions, licence and makers, and the site that serves it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import name

DATASET = name("dataset:dataset")
UNION = name("dataset:union")
FOUNDERS = name("dataset:founders")
CATALOGUE = name("catalog:catalog")

AUTHOR = "The FYP-KG founders"

TITLES = {
    "en": "Knowledge graph of China's Five-Year Plans",
    "de": "Wissensgraph der chinesischen Fünfjahrespläne",
    "zh": "中国五年规划知识图谱",
}
DESCRIPTIONS = {
    "en": (
        "Six sectoral plans of China's 14th Five-Year Plan period (2021 to 2025) as a graph: objectives, measures, "
        "targets with figures, challenges, technologies and offers of cooperation. What a policy update prints, what "
        "the plans themselves say and what was measured since stand apart, and each statement leads to its source."
    ),
    "de": (
        "Sechs Branchenpläne des 14. chinesischen Fünfjahresplans (2021 bis 2025) als Graph: Ziele, Maßnahmen, "
        "Kennzahlen, Herausforderungen, Technologien und Angebote zur Zusammenarbeit. Was ein Bericht druckt, was "
        "die Pläne selbst sagen und was seither gemessen wurde, steht getrennt, und jede Aussage führt zur Quelle."
    ),
    "zh": (
        "中国“十四五”时期（2021至2025年）六部行业规划的知识图谱：目标、措施、具体目标、挑战、技术与合作领域。"
        "政策通讯所载、规划原文所述和此后实测的结果分别存放，每条陈述均可追溯到出处。"
    ),
}
KEYWORDS = {
    "en": ("China", "Five-Year Plan", "industrial policy", "policy targets", "knowledge graph"),
    "de": ("China", "Fünfjahresplan", "Industriepolitik", "politische Ziele", "Wissensgraph"),
    "zh": ("中国", "五年规划", "产业政策", "政策目标", "知识图谱"),
}
CATALOGUE_TITLES = {
    "en": "Data of China's Five-Year Plans",
    "de": "Daten zu den chinesischen Fünfjahresplänen",
    "zh": "中国五年规划数据",
}

LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
LICENSE_NAME = "CC BY 4.0"

_THEME = "http://publications.europa.eu/resource/authority/data-theme/"
THEMES = tuple(NamedNode(_THEME + code) for code in ("ECON", "GOVE", "INTR", "TECH"))

_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
LANGUAGE_TERMS = {tag: NamedNode(_LANGUAGE + code) for tag, code in (("en", "ENG"), ("de", "DEU"), ("zh", "ZHO"))}

# GeoNames: the People's Republic of China, as in graph_data/links/geonames.sssom.tsv
CHINA = NamedNode("https://sws.geonames.org/1814991/")

FIRST_DAY, LAST_DAY = "2021-01-01", "2025-12-31"


@dataclass(frozen=True)
class Dump:
    """A file with a complete release.

    ``media_type`` is that of the uncompressed file, ``compression`` the media type of its compression (empty for none).
    ``bytes`` is the compressed size, ``sha256`` the hash of the compressed bytes.
    """

    address: NamedNode
    media_type: str
    compression: str
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        """Return the name of the file, the last part of its address."""
        return self.address.value.rpartition("/")[2]


@dataclass(frozen=True)
class Edition:
    """A release that a server answers from, at its pinned address; ``built_on`` is its day, if known."""

    release_id: str
    address: NamedNode
    built_on: datetime.date | None = None


@dataclass(frozen=True)
class Access:
    """An interface of a server: title, address, description, and the specification that it conforms to."""

    key: str
    title: str
    address: NamedNode
    description: NamedNode
    conforms_to: NamedNode | None = None


@dataclass(frozen=True)
class Site:
    """A server with a release.

    ``page`` describes the dataset for people, ``home`` is the home page, ``document`` the VoID description. ``union``
    has all statements in one graph as Turtle; ``search`` is an OpenSearch description, if there is a search.
    ``editions`` are all releases, the newest first; ``current_id`` is the one served without a pin.
    """

    home: NamedNode
    page: NamedNode
    document: NamedNode
    endpoint: NamedNode
    union: NamedNode
    example: NamedNode
    built_on: datetime.date | None = None
    search: NamedNode | None = None
    dumps: tuple[Dump, ...] = ()
    editions: tuple[Edition, ...] = ()
    current_id: str = ""
    access: tuple[Access, ...] = ()


def in_languages(subject: NamedNode, predicate: str, texts: Mapping[str, str]) -> Iterator[Triple]:
    """Yield a text in each language as a statement; ``predicate`` is a compact IRI."""
    yield from (Triple(subject, name(predicate), Literal(text, language=tag)) for tag, text in texts.items())
