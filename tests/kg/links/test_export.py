"""The links of a release as mapping files: what was read from the files is written again."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kg.build.build import DATA
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.links.export import exported_matches, exported_tables, exported_vocabularies
from kg.sources.files import mapping_files
from kg.sources.sssom import Match, read_matches, read_table
from tests.conftest import SSSOM
from tests.kg.sources.test_sssom import VALIDATE

FILES = {path.name.partition(".")[0]: path for path in mapping_files(DATA)}


def comparable(matches: list[Match]) -> set[Match]:
    """Reduce matches to what the graph keeps: any label of the subject is as good as another."""
    return {replace(match, subject_label="", confidence=match.confidence.normalize()) for match in matches}


@pytest.fixture(scope="module")
def tables(engine: EmbeddedEngine) -> dict[str, str]:
    return exported_tables(engine)


@pytest.fixture(scope="module")
def matches(engine: EmbeddedEngine) -> list[Match]:
    return exported_matches(engine)


def test_a_release_holds_the_matches_of_the_files(matches: list[Match]) -> None:
    assert exported_vocabularies(matches) == {
        prefix: len(read_matches(FILES[prefix])) for prefix in exported_vocabularies(matches)
    }
    assert comparable(matches) == comparable([match for path in FILES.values() for match in read_matches(path)])


@pytest.mark.parametrize("prefix", FILES)
def test_the_file_of_a_vocabulary_is_written_as_we_write_it(
    engine: EmbeddedEngine, tables: dict[str, str], prefix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{prefix}.sssom.tsv"
    path.write_text(tables[prefix], "utf-8", newline="")
    assert comparable(read_matches(path)) == comparable(read_matches(FILES[prefix]))
    header = dict(read_table(path).metadata)
    assert header.pop("mapping_set_version") == engine.release_id
    assert header == read_table(FILES[prefix]).metadata


def test_the_file_of_all_links_has_each_vocabulary_and_the_release(
    engine: EmbeddedEngine, tables: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "links.sssom.tsv"
    path.write_text(tables[""], "utf-8", newline="")
    assert comparable(read_matches(path)) == comparable(exported_matches(engine))
    table = read_table(path)
    assert set(FILES) < set(table.prefixes)
    assert table.metadata["mapping_set_version"] == engine.release_id
    assert set(tables) == {"", *FILES}
    assert exported_tables(engine) == tables


def test_a_release_without_links_has_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "links.sssom.tsv"
    tables = exported_tables(EmbeddedEngine(Store(), "empty", 50))
    path.write_text(tables.pop(""), "utf-8", newline="")
    assert read_matches(path) == []
    assert tables == {}


@pytest.mark.sssom
def test_the_validator_of_sssom_accepts_what_is_published(tables: dict[str, str], tmp_path: Path) -> None:
    paths = {prefix: tmp_path / f"{prefix or 'all'}.sssom.tsv" for prefix in tables}
    for prefix, path in paths.items():
        path.write_text(tables[prefix], "utf-8", newline="")
    done = subprocess.run([SSSOM, "-c", VALIDATE, *paths.values()], capture_output=True, text=True, check=False)
    assert (done.returncode, "error" in done.stderr.lower()) == (0, False), done.stderr
