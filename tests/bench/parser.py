"""A hundred thousand mutated texts for the SPARQL parser: ``make bench-parser``.

Each text ends in a tree or in a SyntaxFault, with positions inside the text; the time grows linearly with the length.
Prints the findings, and ends with 1 if there are any. ``--texts`` and ``--seed`` choose another number and other texts.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator

from kg.core.settings import PROJECT
from kg.sparql.parser import SyntaxFault, parse
from tests.w3c.manifest import FOLDER

TEXTS = 100_000
MOST_CHARACTERS = 2000
"""Longer seeds are left out, so that the run takes minutes, not hours."""

PIECES = [
    *("{", "}", "(", ")", "[", "]", "<", ">", "<<", "<<(", ")>>", "{|", "|}", "?", "$", '"', "'", '"""', "'''", "\\"),
    *("#", "\n", "\r", ".", ";", ",", "a", "@", "@en", "^", "^^", "|", "/", "*", "+", "-", "!", "=", "&&", "||", "~"),
    *("1", "1.e3", "_:b", "x:", ":", "a:b.1.2", "\\u0041", "\\U00110000", "é", "\x00", "\ud800", "\U0001f600", "\xa0"),
    *("SELECT", "UNION", "FILTER", "VALUES", "SERVICE", "NOT", "EXISTS", "GRAPH", "AS", "UNDEF", "INSERT", "DATA"),
]
_REPEATED = ["?s ?p ?o . ", "?s ?p ?o{n} . ", "FILTER(?a < {n}) ", "BIND(1 AS ?v{n}) ", "VALUES ?x { 1 } ", "{} UNION "]
_REPEATED += ["'", '"""', "<", "a:", "?", "# x\n", "_:b{n} a [] . ", "( 1 2 ) a 1 . ", "OPTIONAL { ?s ?p ?o } "]
_SHORT, _LONG = 1_000, 8_000
MOST_GROWTH = 3.0
"""How much more a text may take than in proportion to its length: memory and the clock are not exact."""


def seeds() -> list[str]:
    """Return the query files of the project and the syntax tests of the W3C, the short ones of each."""
    paths = [*(PROJECT / "queries").rglob("*.rq")]
    paths += [path for ending in ("*.rq", "*.ru") for path in FOLDER.parent.rglob(ending) if "syntax" in str(path)]
    texts = (path.read_text("utf-8") for path in sorted(paths))
    return [text for text in texts if len(text) <= MOST_CHARACTERS]


def mutated(chance: random.Random, texts: list[str]) -> str:
    """Return a text with one to four changes: a piece put in, a part left out, doubled, or taken from another text."""
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 1, 3, 20)))
        other = chance.choice(texts)
        place = chance.randrange(len(other) + 1)
        part = chance.choice((chance.choice(PIECES), "", text[start:end] * 2, other[place : place + 20]))
        text = text[:start] + part + text[end:]
    return text


def fault_of(text: str) -> str:
    """Return what is wrong with the parser's answer to a text, or the empty text."""
    try:
        nodes = parse(text).walk()
    except SyntaxFault as fault:
        return "" if 0 <= fault.start <= len(text) and fault.expected else f"a fault at {fault.start}"
    except Exception as error:  # noqa: BLE001 - the benchmark reports whatever it is
        return f"{type(error).__name__}: {error}"
    outside = (node for node in nodes if not 0 <= node.start <= node.end <= len(text))
    return "".join(f"{type(node).__name__} at {node.start} to {node.end} " for node in outside)


def growth(unit: str) -> float:
    """Return the time of a long text over that of a short one, in proportion to their lengths: 1 is linear."""
    times = []
    for number in (_SHORT, _LONG):
        text = "SELECT * { " + "".join(unit.replace("{n}", str(place)) for place in range(number)) + "}"
        times.append(min(_seconds(text) for _ in range(2)))
    return times[1] / max(times[0], 0.002) / (_LONG / _SHORT)


def _seconds(text: str) -> float:
    began = time.process_time()
    fault_of(text)
    return time.process_time() - began


def findings(texts: int, seed: int) -> Iterator[str]:
    """Yield the texts that the parser answers wrongly, and the units that take more than linear time."""
    chance, originals = random.Random(seed), seeds()  # noqa: S311 - no secret
    for _ in range(texts):
        text = mutated(chance, originals)
        if fault := fault_of(text):
            yield f"{fault}: {text!r}"
    for unit in _REPEATED:
        if (factor := growth(unit)) > MOST_GROWTH:
            yield f"{unit!r} takes {factor:.1f} times its share"


def main() -> None:
    """Parse, check and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began, wrong = time.monotonic(), list(findings(options.texts, options.seed))
    sys.stdout.write(f"{options.texts} texts in {time.monotonic() - began:.0f} s; {len(wrong)} findings.\n")
    sys.stdout.writelines(f"{finding}\n" for finding in wrong)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
