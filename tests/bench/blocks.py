"""Blocks of Turtle as ``graph_data`` has them: a resource, its class, and its statements."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import ClassVar

from kg.core.names import PREFIXES

_USED = ("dcterms", "fyp", "id", "skos", "unit", "xsd")
_WORDS = {
    "en": "green digital smart industrial open joint regional basic secure rural advanced shared training network "
    "skill platform standard chain park service energy data software quality export market research design",
    "de": "grüne digitale kluge industrielle offene gemeinsame regionale sichere ländliche moderne Schulung Netz Norm "
    "Plattform Kette Park Dienst Energie Daten Software Güte Fähigkeit Ausfuhr Markt Forschung Entwurf",
    "zh": "绿色 数字 智能 工业 开放 联合 区域 基础 安全 农村 先进 共享 培训 网络 平台 标准 链 园区 服务 能源 数据 软件 "
    "质量 技能 出口 市场 研究 设计",
}


class Block:
    """A resource with its statements; without a class it only adds statements to one that is declared elsewhere."""

    PROLOGUE: ClassVar[str] = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in _USED) + "\n"

    def __init__(self, slug: str, kind: str = "") -> None:
        self.slug = slug
        self._kind = kind
        self._said: dict[str, list[str]] = {}

    def things(self, property_: str, *slugs: str) -> Block:
        """Add objects of this project."""
        return self._say(property_, *(f"id:{slug}" for slug in slugs))

    def terms(self, property_: str, *terms: str) -> Block:
        """Say terms of the ontology."""
        return self._say(property_, *(f"fyp:{term}" for term in terms))

    def units(self, property_: str, unit: str) -> Block:
        """Say a unit."""
        return self._say(property_, f"unit:{unit}")

    def number(self, property_: str, number: int) -> Block:
        """Say a whole number."""
        return self._say(property_, str(number))

    def decimal(self, property_: str, number: int) -> Block:
        """Say a whole number as a decimal."""
        return self._say(property_, f"{number}.0")

    def flag(self, property_: str, flag: bool) -> Block:
        """Say yes or no."""
        return self._say(property_, str(flag).lower())

    def text(self, property_: str, *texts: tuple[str, str]) -> Block:
        """Say texts, each with its language or none."""
        return self._say(property_, *(f'"{text}"@{language}' if language else f'"{text}"' for text, language in texts))

    def date(self, property_: str, date: str) -> Block:
        """Say a day."""
        return self._say(property_, f'"{date}"^^xsd:date')

    def address(self, address: str) -> Block:
        """Say where a page is."""
        return self._say("address", f'"{address}"^^xsd:anyURI')

    def _say(self, property_: str, *values: str) -> Block:
        self._said.setdefault(property_ if ":" in property_ else f"fyp:{property_}", []).extend(values)
        return self

    def __str__(self) -> str:
        """The block in Turtle."""
        lines = [f"{property_} {' , '.join(values)}" for property_, values in self._said.items()]
        if self._kind:
            lines.insert(0, f"a fyp:{self._kind}")
        return f"id:{self.slug} " + " ;\n    ".join(lines) + " .\n"


def labels(
    chance: random.Random, beginning: str, languages: Sequence[str] = ("en", "de", "zh"), words: int = 4
) -> list[tuple[str, str]]:
    """Return senseless texts in some languages, each with its language."""

    def text(language: str) -> str:
        chosen = chance.choices(_WORDS[language].split(), k=words)
        return f"{beginning} {('' if language == 'zh' else ' ').join(chosen)}".strip()

    return [(text(language), language) for language in languages]


def quantity(slug: str, value: int, unit: str, year: int) -> Block:
    """A figure of a year."""
    block = Block(slug, "Quantity").decimal("numericValue", value).units("unit", unit).terms("comparator", "exactly")
    return block.number("year", year).terms("yearBasis", "stated").text("asPrinted", (str(value), ""))
