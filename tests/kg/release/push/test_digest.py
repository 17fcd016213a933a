"""The hash of statements is that of the set: no order and no cut changes it, and every change does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from kg.release.push.digest import Digest

LINES = st.lists(st.binary(min_size=1), min_size=1)


def of(*lines: bytes) -> Digest:
    digest = Digest()
    digest.add(lines)
    return digest


@given(LINES, st.randoms())
def test_the_order_does_not_matter(lines: list[bytes], random: object) -> None:
    mixed = list(lines)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert of(*mixed) == of(*lines)


@given(LINES, st.integers(0))
def test_it_is_added_up_in_any_pieces(lines: list[bytes], place: int) -> None:
    digest = of(*lines[: place % len(lines)])
    digest.add(lines[place % len(lines) :])
    assert digest == of(*lines)


@given(LINES)
def test_another_statement_or_a_missing_one_shows(lines: list[bytes]) -> None:
    assert of(*lines[1:]) != of(*lines)
    assert of(*lines[1:], lines[0] + b"x").hex() != of(*lines).hex()


def test_a_triple_counts_as_its_line() -> None:
    digest = Digest()
    digest.add_triples([Triple(NamedNode("http://s"), NamedNode("http://p"), Literal("a\nb"))])
    assert digest == of(b'<http://s> <http://p> "a\\nb" .\n')
