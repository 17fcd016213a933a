"""``kg evidence``: the passages beside the text that they lie in."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from tests.kg.cli.run import kg, told
from tests.kg.graph.test_evidence import BLOCKS, DATA_TEXT, PREFIXES, TEXT, slug, span

WORDS = ("机器人 plan", "Robots help nurses", "half of them talk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a text and the data about it."""
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    (tmp_path / "data").mkdir()
    write(tmp_path, DATA_TEXT, *BLOCKS)
    return tmp_path


def write(folder: Path, *texts: str) -> None:
    (folder / "data" / "source.ttl").write_text("".join(texts), encoding="utf-8")


def words(folder: Path, *more: str) -> list[object]:
    return ["evidence", "--source", folder / "text.txt", "--data", folder / "data", *more]


def test_every_passage_is_shown_beside_its_words(folder: Path) -> None:
    result = kg(*words(folder))
    assert result.exit_code == 0
    shown = [f"{slug(passage)}  line {line}: {passage}" for passage, line in zip(WORDS, (1, 3, 4), strict=True)]
    assert result.stdout.splitlines() == shown
    assert result.stderr == "3 passages lie where the data say.\n"


def test_a_passage_that_lies_elsewhere_is_reported_after_all_are_shown(folder: Path) -> None:
    write(folder, DATA_TEXT, *BLOCKS[:2], BLOCKS[2].replace("lineNumber 4", "lineNumber 9"))
    result = kg(*words(folder))
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 3
    assert result.stderr == (
        f"Error: The source text and the data disagree:\n{slug('half of them talk')}: lies in line 4, the data say 9.\n"
    )


def test_a_phrase_is_found_with_the_slug_of_its_passage(folder: Path) -> None:
    start, end = span("later")
    assert kg(*words(folder, "--find", "later")).stdout == f"line 3: id:passage-{start}-{end}\n"
    assert told(kg(*words(folder, "--find", "never"))) == "The text does not hold 'never'."


def test_what_is_declared_parses_and_makes_the_data_whole(folder: Path) -> None:
    write(folder, DATA_TEXT)
    declared = kg(*words(folder, "--declare"))
    assert declared.exit_code == 0
    assert len(list(pyoxigraph.parse(PREFIXES + declared.stdout, format=RdfFormat.TURTLE))) == 18
    write(folder, DATA_TEXT, declared.stdout)
    assert kg(*words(folder)).stderr == "3 passages lie where the data say.\n"
    assert kg(*words(folder, "--declare")).stdout == ""


def test_another_text_is_refused(folder: Path) -> None:
    (folder / "text.txt").write_text("another text", encoding="utf-8")
    assert "is no text that the passages count in" in told(kg(*words(folder)))


def test_a_text_that_cannot_be_read_is_reported(folder: Path) -> None:
    (folder / "text.txt").write_bytes(b"\xff")
    assert "cannot be read as a UTF-8 text" in told(kg(*words(folder)))
    (folder / "text.txt").unlink()
    assert "cannot be read as a UTF-8 text" in told(kg(*words(folder)))


def test_without_a_source_the_usage_is_reported() -> None:
    result = kg("evidence")
    assert result.exit_code == 2
    assert "Missing option '--source'" in result.stderr


def test_the_real_passages_lie_where_the_data_say(source_path: Path) -> None:
    result = kg("evidence", "--source", source_path)
    assert result.exit_code == 0
    assert result.stderr == f"{len(result.stdout.splitlines())} passages lie where the data say.\n"
