"""A synthetic corpus of plans, to see what size does: ``python -m tests.bench.corpus N FOLDER``.

Writes files laid out like ``graph_data``, beside which it is built: ``kg build --data graph_data --data FOLDER``. The
same number gives the same bytes. Plans are like the real ones in what they hold, a sixth as long, and share
technologies, sectors, areas and ministries with these. Only the words are senseless.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from pyoxigraph import NamedNode

from kg.build.build import DATA
from kg.core.names import PREFIXES, graph, name, slug_of
from kg.sources.files import DataFile, read_data_file
from tests.bench.blocks import Block, labels, quantity

PLANS_A_DOCUMENT = 6
PLANS_A_TECHNOLOGY = 4
PLANS_AN_INDICATOR = 2
LONGEST_PLAN = 4_000  # in the text of its document
FIRST_OFFSET = 1_000_000  # passages are called by their offsets: beyond those of the real documents
KINDS = ("Technology", "Sector", "StakeholderGroup", "CooperationArea", "CooperationMode", "Ministry", "ElementKind")
UNITS = ("PERCENT", "NUM", "CCY_CNY")


@dataclass(frozen=True)
class Shared:
    """Slugs of the real vocabulary by class, most used first."""

    slugs: dict[str, tuple[str, ...]]

    def some(self, kind: str, number: int, chance: random.Random) -> list[str]:
        """Some of a class, each once; the first are taken far more often, as in the real plans."""
        slugs = self.slugs[kind]
        weights = [1 / rank for rank in range(1, len(slugs) + 1)]
        return sorted(set(chance.choices(slugs, weights, k=number)))


def read_shared(folder: Path = DATA) -> Shared:
    """Return the terms that the plans of a folder of data share."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for path in [*sorted(folder.glob("vocabulary/*.ttl")), folder / "vocabulary.ttl"]:
        for quad in read_data_file(DataFile(path, graph("vocabulary"))):
            thing, kind = quad.subject, quad.object
            if quad.predicate == name("rdf:type") and isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
                by_kind.get(kind.value.removeprefix(PREFIXES["fyp"]), []).append(slug_of(thing) or "")
    return Shared({kind: tuple(sorted(slugs)) for kind, slugs in by_kind.items()})


class Passages:
    """The passages of one plan, one after the other in the text of its document."""

    def __init__(self, number: int) -> None:
        self._offset = FIRST_OFFSET + number * LONGEST_PLAN
        self.first = self._offset
        self.document, self.section = f"source-x{number // PLANS_A_DOCUMENT:05}", f"section-x{number:05}"
        self.blocks: list[Block] = []

    def add(self, length: int) -> tuple[str, int]:
        """The slug of a new passage, and where it starts."""
        start, end = self._offset, self._offset + length
        self._offset = end + 1
        block = Block(f"passage-{start}-{end}", "Passage")
        block.things("passageOf", self.document).things("inSection", self.section)
        block.number("lineNumber", len(self.blocks) + 1).number("startOffset", start).number("endOffset", end)
        self.blocks.append(block)
        return block.slug, start

    @property
    def end(self) -> int:
        """Where the last one ends."""
        return self._offset


class Plan:
    """One synthetic plan; its blocks by the file that they go to."""

    def __init__(self, number: int, shared: Shared) -> None:
        self.slug = f"x{number:05}"
        self._number, self._shared = number, shared
        self._chance = random.Random(f"plan {number}")  # noqa: S311 - the same each time
        self.passages = Passages(number)
        self.plan = Block(f"plan-{self.slug}", "SectoralPlan")
        self.citation = f"citation-{self.slug}-1"
        self.stated: list[Block] = [self.plan]
        self.official: list[Block] = []
        self.editorial: list[Block] = []
        self.outcome: list[Block] = []
        self.cited = [self._citation(), self._citation(2)]
        self._make()

    def _make(self) -> None:
        start = 1981 + 5 * (self._number % 9)
        self.plan.text("skos:prefLabel", *labels(self._chance, f"Plan {self._number}", languages=("en", "de")))
        self.plan.things("implementsPlan", "plan-14-fyp").number("planStartYear", start).number(
            "planEndYear", start + 4
        )
        self._element("KeyMessage", "km", "hasKeyMessage")
        for position in range(1, self._chance.randint(1, 2) + 1):
            self._element("Challenge", f"ch{position}", "hasChallenge", position)
        self._objectives()
        targets = [self._target(position) for position in range(1, self._chance.randint(1, 2) + 1)]
        self.plan.number("declaredTargetCount", len(targets) + self._number % 2).flag(
            "targetListComplete", self._number % 2 == 0
        )
        self._cooperation()
        if self._number % 3 == 0:
            self._element("Project", "pr1", "hasProject")
        self.plan.things("evidence", self.passages.add(40)[0])
        self._official(targets)
        self._notes()

    def _element(self, kind: str, ending: str, listed: str, position: int = 1) -> Block:
        """A block of an element with its label and its passage, in which it mentions a sector or a group."""
        block = Block(f"{self.slug}-{ending}", kind).text("skos:prefLabel", *labels(self._chance, kind))
        block.number("position", position).things("evidence", self.passages.add(self._chance.randint(60, 160))[0])
        if self._chance.random() < 0.4:
            block.things("mentionsSector", *self._shared.some("Sector", 1, self._chance))
        if self._chance.random() < 0.4:
            block.things("mentionsStakeholder", *self._shared.some("StakeholderGroup", 2, self._chance))
        self.plan.things(listed, block.slug)
        self.stated.append(block)
        return block

    def _objectives(self) -> None:
        for position in range(1, self._chance.randint(1, 2) + 1):
            objective = self._element("Objective", f"o{position}", "hasObjective", position).number("printedLevel", 1)
            technologies = self._shared.some("Technology", 2, self._chance)
            if position == 1:
                technologies.append(f"technology-x{self._number // PLANS_A_TECHNOLOGY:05}")
                below = self._element("Objective", "o1-1", "hasObjective").number("printedLevel", 2)
                measure = self._element("Measure", "m1", "hasMeasure")
                objective.things("hasSubObjective", below.slug).things("hasSubMeasure", measure.slug)
            passage, start = self.passages.add(40 * len(technologies) + 10)
            objective.things("evidence", passage)
            for place, technology in enumerate(technologies):
                self._mention(objective.slug, technology, passage, start + 40 * place)

    def _mention(self, element: str, technology: str, passage: str, start: int) -> None:
        words = technology.removeprefix("technology-").replace("-", " ")[:40]
        block = Block(f"mention-{technology.removeprefix('technology-')}-{start}", "Mention")
        block.things("mentionElement", element).things("mentionTechnology", technology).things(
            "mentionPassage", passage
        )
        block.number("startOffset", start).number("endOffset", start + len(words)).text("surfaceForm", (words, ""))
        self.stated.append(block)

    def _target(self, position: int) -> str:
        indicator = f"indicator-x{self._number // PLANS_AN_INDICATOR:05}"
        block = self._element("QuantitativeTarget", f"t{position}", "hasQuantitativeTarget", position)
        self._figures(block, indicator, self.stated, with_baseline=position == 2)
        return indicator

    def _figures(self, block: Block, indicator: str, home: list[Block], *, with_baseline: bool) -> None:
        unit = UNITS[self._number // PLANS_AN_INDICATOR % len(UNITS)]
        value = self._chance.randint(30, 90)
        block.things("measuredBy", indicator).terms("direction", "increase").terms("targetBasis", "level")
        block.things("targetValue", f"quantity-{block.slug}")
        home.append(quantity(f"quantity-{block.slug}", value, unit, 2025))
        if with_baseline:
            block.things("baseline", f"quantity-{block.slug}-baseline")
            home.append(quantity(f"quantity-{block.slug}-baseline", value - self._chance.randint(1, 20), unit, 2020))

    def _cooperation(self) -> None:
        block = self._element("CooperationProvision", "co1", "hasCooperationProvision")
        block.things("cooperationArea", *self._shared.some("CooperationArea", 2, self._chance))
        block.things("cooperationMode", *self._shared.some("CooperationMode", 1, self._chance))

    def _official(self, indicators: Sequence[str]) -> None:
        plan, ending = self.plan.slug, self.slug
        target = Block(f"official-{ending}-t1", "OfficialTarget").text(
            "skos:prefLabel", *labels(self._chance, "Target")
        )
        self._figures(
            target.number("position", 1).things("evidence", self.citation),
            indicators[0],
            self.official,
            with_baseline=False,
        )
        element = Block(f"official-{ending}-e1", "OfficialElement").text(
            "skos:prefLabel", *labels(self._chance, "Part")
        )
        element.things("elementKind", *self._shared.some("ElementKind", 1, self._chance)).number("position", 2)
        title = Block(f"title-plan-{ending}-zh-1", "PlanTitle").things("titleOf", plan)
        title.text("dcterms:title", labels(self._chance, "", languages=("zh",))[0])
        event = Block(f"event-plan-{ending}-issue", "Event").text("skos:prefLabel", *labels(self._chance, "Issue"))
        event.things("eventKind", "event-kind-issue").things("eventOf", plan).date("dcterms:date", self._date())
        event.things("participant", self._ministry())
        for block in (element, title, event):
            self.official.append(block.things("evidence", self.citation))
        self.official += [target, Block(plan).things("hasOfficialPart", target.slug, element.slug)]
        self._observation(indicators[0])

    def _observation(self, indicator: str) -> None:
        block = (
            Block(f"observation-{self.slug}", "Observation")
            .things("observes", indicator)
            .terms("observedBasis", "level")
        )
        block.things("observedValue", f"quantity-observation-{self.slug}").things("evidence", f"citation-{self.slug}-2")
        unit = UNITS[self._number // PLANS_AN_INDICATOR % len(UNITS)]
        value = quantity(
            f"quantity-observation-{self.slug}", self._chance.randint(20, 99), unit, 2021 + self._number % 5
        )
        self.outcome += [block, value]

    def _notes(self) -> None:
        block = Block(f"note-plan-{self.slug}-issuer", "EditorialNote").text(
            "skos:prefLabel", *labels(self._chance, "Issuer")
        )
        block.things("notesOn", self.plan.slug).terms("noteType", "inferredFact").terms("confidence", "high")
        block.text("fyp:noteText", *labels(self._chance, "", words=12)).things("evidence", self.citation)
        added = Block(self.plan.slug).text(
            "skos:prefLabel", labels(self._chance, f"{self._number}", languages=("zh",))[0]
        )
        added.things("issuedBy", self._ministry()).date("dcterms:issued", self._date())
        self.editorial += [added, block]

    def _citation(self, number: int = 1) -> Block:
        block = Block(f"citation-{self.slug}-{number}", "Citation").text(
            "dcterms:title", labels(self._chance, "", languages=("en",))[0]
        )
        block.text("publisherName", (f"publisher {self._number % 40}", "")).text("dcterms:language", ("zh", ""))
        block.address(f"https://news{self._number % 40}.example/{self.slug}/{number}").date(
            "dcterms:issued", self._date()
        )
        return block.terms("trust", ("trustMedia", "trustOfficial", "trustRehost")[self._number % 3])

    def _date(self) -> str:
        return f"2021-{1 + self._number % 12:02}-{1 + self._number % 28:02}"

    def _ministry(self) -> str:
        ministries = self._shared.slugs["Ministry"]
        return ministries[self._number % len(ministries)]


def _document(plans: Sequence[Plan]) -> Iterator[Block]:
    """The document that tells of some plans, with its sections and passages, and the pages cited."""
    chance = random.Random(plans[0].slug)  # noqa: S311 - the same each time
    document = Block(plans[0].passages.document, "SourceDocument").text("skos:prefLabel", *labels(chance, "Update"))
    document.text("dcterms:title", labels(chance, "", languages=("en",))[0]).text("dcterms:language", ("en", ""))
    document.text("textSha256", (f"{chance.getrandbits(256):064x}", "")).date("dcterms:issued", "2021-12-01")
    document.things("publishedBy", "programme-sino-german-industrie-4-0").things(
        "summarises", *(plan.plan.slug for plan in plans)
    )
    yield document
    for position, plan in enumerate(plans, 1):
        section = Block(plan.passages.section, "Section").text("skos:prefLabel", *labels(chance, "Section"))
        section.number("position", position).things("sectionOf", document.slug).things("sectionAbout", plan.plan.slug)
        yield section.number("startOffset", plan.passages.first).number("endOffset", plan.passages.end)
        yield from plan.passages.blocks
        yield from plan.cited


def _vocabulary(plans: int) -> Iterator[Block]:
    """The technologies and indicators that only synthetic plans know."""
    chance = random.Random("vocabulary")  # noqa: S311 - the same each time
    for number in range(-(-plans // PLANS_A_TECHNOLOGY)):
        block = Block(f"technology-x{number:05}", "Technology").text(
            "skos:prefLabel", *labels(chance, f"Technology {number}")
        )
        yield block.things("skos:inScheme", "scheme-technology")
    chance = random.Random("indicators")  # noqa: S311 - the same each time
    for number in range(-(-plans // PLANS_AN_INDICATOR)):
        block = Block(f"indicator-x{number:05}", "Indicator").text(
            "skos:prefLabel", *labels(chance, f"Indicator {number}")
        )
        block.text("skos:definition", labels(chance, "", languages=("en",), words=15)[0])
        yield block.units("defaultUnit", UNITS[number % len(UNITS)])


def corpus(plans: int, shared: Shared) -> Iterator[tuple[str, Iterator[Block]]]:
    """The path of each file below the folder, and what it holds; only the plans of one document are held at a time."""
    yield "vocabulary/synthetic.ttl", _vocabulary(plans)
    for first in range(0, plans, PLANS_A_DOCUMENT):
        made = [Plan(number, shared) for number in range(first, min(first + PLANS_A_DOCUMENT, plans))]
        document = f"x{first // PLANS_A_DOCUMENT:05}.ttl"
        yield f"source/{document}", _document(made)
        yield f"outcome/{document}", (block for plan in made for block in plan.outcome)
        for plan in made:
            yield f"plan/{plan.slug}.ttl", iter(plan.stated)
            yield f"official/{plan.slug}.ttl", iter(plan.official)
            yield f"editorial/{plan.slug}.ttl", iter(plan.editorial)


def write_corpus(plans: int, folder: Path) -> None:
    """Write a corpus of so many plans into a folder."""
    for path, blocks in corpus(plans, read_shared()):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Block.PROLOGUE + "\n".join(map(str, blocks)), encoding="utf-8")


@click.command()
@click.argument("plans", type=click.IntRange(1, 99_999))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(plans: int, folder: Path) -> None:
    """Write a corpus of PLANS synthetic plans into FOLDER."""
    write_corpus(plans, folder)
    click.echo(f"{plans} plans are in {folder}; build them with: kg build --data graph_data --data {folder}")


if __name__ == "__main__":
    main()
