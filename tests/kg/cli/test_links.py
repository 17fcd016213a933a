"""``kg links``."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build.build import DATA
from kg.links import all_mapping_files
from kg.sources.sssom import read_matches
from tests.kg.cli.run import kg, told
from tests.kg.sources.mapping import head, table, write

SKOS_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
DUMP = f'<http://www.yso.fi/onto/yso/p1> <{SKOS_LABEL}> "Smart grids"@en , "算法"@zh .'


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "yso.ttl"
    path.write_text(DUMP, encoding="utf-8")
    return path


def test_a_check_of_the_data_finds_nothing_and_counts_links_and_proposals() -> None:
    result = kg("links", "check")
    count = sum(len(read_matches(path)) for path in all_mapping_files([DATA]))
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"No finding in {count} links.\n", "")


def test_a_check_of_a_file_lists_all_findings_and_fails(tmp_path: Path) -> None:
    path = write(tmp_path, head() + table({"confidence": "2"}, {"subject_id": "id:technology-7g", "comment": ""}))
    first, *findings = told(kg("links", "check", path)).splitlines()
    assert first == "3 findings in the mapping files:"
    assert all(finding.startswith(f"{path}, line ") for finding in findings)
    assert [finding.split("column ")[1].split(":")[0] for finding in findings] == [
        "confidence",
        "comment",
        "subject_id",
    ]


def test_one_finding_is_one(tmp_path: Path) -> None:
    path = write(tmp_path, head() + table({"confidence": "2"}))
    assert told(kg("links", "check", path)).startswith("1 finding in the mapping files:\n")


def test_a_right_file_has_no_finding(tmp_path: Path) -> None:
    assert kg("links", "check", write(tmp_path, head() + table({}))).stdout == "No finding in 1 links.\n"


def test_proposals_are_printed_as_a_mapping_file_that_the_check_accepts(dump: Path, tmp_path: Path) -> None:
    result = kg("links", "propose", dump)
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[-1] == "1 proposals; 0 pairs are linked or proposed already."
    assert "#mapping_tool: " in result.stdout
    path = write(tmp_path / "proposed", result.stdout, "yso")
    assert kg("links", "check", path).stdout == "No finding in 1 links.\n"


@pytest.mark.parametrize(
    ("property_", "field"),
    [
        ("http://www.w3.org/2000/01/rdf-schema#label", "rdfs:label"),
        ("http://schema.org/name", "schema:name"),
        ("https://schema.org/name", "schema:name"),
    ],
)
def test_a_proposal_names_each_property_that_gives_a_name(
    dump: Path, tmp_path: Path, property_: str, field: str
) -> None:
    dump.write_text(DUMP.replace(SKOS_LABEL, property_), encoding="utf-8")
    result = kg("links", "propose", dump)
    assert result.exit_code == 0, result.output
    assert f"\t{field}\t" in result.stdout
    assert kg("links", "check", write(tmp_path / "proposed", result.stdout, "yso")).stdout == "No finding in 1 links.\n"


def test_proposals_are_written_to_a_file(dump: Path, tmp_path: Path) -> None:
    result = kg("links", "propose", dump, "--output", tmp_path / "yso.sssom.tsv", "--vocabulary", "yso")
    assert result.stdout == ""
    (match,) = read_matches(tmp_path / "yso.sssom.tsv")
    assert (match.subject_label, match.match_strings) == ("Algorithms", ("算法",))


def test_a_file_that_cannot_be_written_is_reported(dump: Path, tmp_path: Path) -> None:
    message = told(kg("links", "propose", dump, "--output", tmp_path / "nowhere" / "yso.sssom.tsv"))
    assert "yso.sssom.tsv cannot be written" in message


def test_a_dump_without_candidates_writes_nothing(dump: Path, tmp_path: Path) -> None:
    result = kg("links", "propose", dump, "--vocabulary", "stw", "--output", tmp_path / "stw.sssom.tsv")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == "0 proposals; 0 pairs are linked or proposed already."
    assert not (tmp_path / "stw.sssom.tsv").exists()


def test_a_dump_of_an_unknown_vocabulary_is_reported(dump: Path) -> None:
    dump.write_text(DUMP.replace("www.yso.fi", "example.org"), encoding="utf-8")
    assert kg("links", "propose", dump).stderr.splitlines()[1].startswith("The dump has no thing of a known vocabulary")


def test_a_malformed_dump_is_reported_with_its_place(dump: Path) -> None:
    dump.write_text(DUMP + "\nx", encoding="utf-8")
    assert f"{dump}, line 2" in told(kg("links", "propose", dump))
