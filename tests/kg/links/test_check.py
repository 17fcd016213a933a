"""The check of mapping files: it finds nothing in ours, and each possible fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build.build import DATA
from kg.core.names import name, thing
from kg.links import OurLabel, all_mapping_files, is_proposal, our_labels
from kg.links.check import check_files
from kg.sources.sssom import COLUMNS
from tests.kg.sources.mapping import NEEDED, head, table, write

LABELS = [
    OurLabel(thing(slug), name("skos:prefLabel"), text, "en", listed=True)
    for slug, text in (("technology-5g", "5G"), ("area-5g", "5G"))
]
AREA = {"subject_id": "id:area-5g"}
OTHER = {"object_id": "eurovoc:3030", "object_label": "6G"}
CLOSE = {"predicate_id": "skos:closeMatch"}


def findings_in(*paths: Path) -> list[str]:
    """Return the findings in some files, without their folder."""
    return [str(finding).replace(f"{paths[0].parent}/", "") for finding in check_files(paths, LABELS)[1]]


def test_the_mapping_files_of_the_project_have_nothing_wrong() -> None:
    count, findings = check_files(all_mapping_files([DATA]), our_labels([DATA]))
    assert [str(finding) for finding in findings] == []
    assert count > 200


def test_right_files_have_no_finding_and_their_links_are_counted(tmp_path: Path) -> None:
    rows: tuple[dict[str, str], ...] = (AREA | CLOSE, {})
    path = write(tmp_path / "links", head() + table(*rows))
    other_path = write(tmp_path / "links" / "proposed", head(proposed=True) + table(OTHER, columns=COLUMNS))
    assert check_files([path, other_path], LABELS) == (3, [])


LINE = len(head().splitlines()) + 2
ROWS: dict[str, tuple[dict[str, str], str]] = {
    "an empty cell": ({"object_label": ""}, "column object_label: the cell is empty"),
    "an unknown prefix": ({"object_id": "wd:Q1"}, "column object_id: 'wd:Q1' begins with no prefix"),
    "a confidence": ({"confidence": "93"}, "column confidence: '93' is no number from 0 to 1"),
    "a date": ({"mapping_date": "today"}, "column mapping_date: 'today' is no date"),
    "a predicate": ({"predicate_id": "skos:related"}, "column predicate_id: skos:related is none of skos:exactMatch"),
    "a justification": ({"mapping_justification": "skos:exactMatch"}, "column mapping_justification: take a term"),
    "no comment": ({"comment": " "}, "column comment: say where the identifier was seen"),
    "an identifier": ({"object_id": "eurovoc:c_1"}, "column object_id: http://eurovoc.europa.eu/c_1 has not the form"),
    "a subject": ({"subject_id": "id:technology-7g"}, "column subject_id: the graph knows no id:technology-7g"),
    "a name of ours": ({"subject_label": "5 G"}, "column subject_label: '5 G' is no label of id:technology-5g"),
}


@pytest.mark.parametrize(("row", "expected"), ROWS.values(), ids=ROWS)
def test_a_wrong_row_is_found_with_line_and_column(tmp_path: Path, row: dict[str, str], expected: str) -> None:
    (finding,) = findings_in(write(tmp_path, head() + table(row)))
    assert finding.startswith(f"eurovoc.sssom.tsv, line {LINE}, {expected}")


def in_the_head(old: str, new: str) -> str:
    assert old in head()
    return head().replace(old, new) + table({})


HEADS = {
    "the name of the set": (in_the_head("links/eurovoc", "links/euro"), "mapping_set_id in the header must be"),
    "the licence": (in_the_head("by/4.0", "by-nc/4.0"), "license in the header must be"),
    "where the objects are from": (in_the_head("object_source", "object"), "object_source in the header must be"),
    "a prefix": (in_the_head("#  eurovoc: http", "#  eurovoc: https"), "curie_map in the header must be"),
    "no title": (in_the_head("mapping_set_title", "title"), "mapping_set_title in the header must be"),
    "a column too many": (head() + table({}, columns=(*NEEDED, "remark")), "the columns must be subject_id"),
    "columns in another order": (head() + table({}, columns=(*NEEDED[1:], NEEDED[0])), "in this order"),
    "no table": (head(), "there is no table"),
    "rows in another order": (
        head() + table(OTHER | {"object_id": "eurovoc:c_83235c0f", "object_label": "5G"}, AREA | CLOSE),
        "stands too low",
    ),
}


@pytest.mark.parametrize(("text", "expected"), HEADS.values(), ids=HEADS)
def test_a_wrong_header_or_table_is_found(tmp_path: Path, text: str, expected: str) -> None:
    findings = findings_in(write(tmp_path, text))
    assert any(expected in finding for finding in findings), findings


def test_a_title_and_creators_of_ones_own_are_right(tmp_path: Path) -> None:
    text = head().replace("The FYP-KG founders", "Somebody").replace("mapping_set_title: ", "mapping_set_title: My #")
    assert findings_in(write(tmp_path, text.replace('My #"', '"My ') + table({}))) == []


TOGETHER = {
    "a match twice": ((AREA | CLOSE, AREA | CLOSE), "column object_id: the match repeats that of line"),
    "a pair in two ways": ((CLOSE, {}), "column predicate_id: the match contradicts that of line"),
    "the same as two": ((OTHER, {}), "column object_id: one thing cannot be the same as two of one vocabulary"),
    "two the same as one": ((AREA, {}), "column object_id: two things of ours cannot be the same as one"),
    "two names of one": ((AREA | CLOSE | {"object_label": "Five"}, {}), "column object_label: the object has another"),
}


@pytest.mark.parametrize(("rows", "expected"), TOGETHER.values(), ids=TOGETHER)
def test_two_rows_that_do_not_get_along_are_found_with_both_lines(
    tmp_path: Path, rows: tuple[dict[str, str], ...], expected: str
) -> None:
    (finding,) = findings_in(write(tmp_path, head() + table(*rows)))
    assert finding.startswith(f"eurovoc.sssom.tsv, line {LINE + 1}, {expected}")
    assert f"line {LINE};" in finding


def test_a_proposal_that_is_linked_already_is_found_with_the_other_file(tmp_path: Path) -> None:
    path = write(tmp_path / "links", head() + table({}))
    other_path = write(tmp_path / "links" / "proposed", head(proposed=True) + table(CLOSE))
    _, (finding,) = check_files([path, other_path], LABELS)
    assert (finding.path, finding.line) == (other_path, LINE)
    assert f"the match contradicts that of {path}, line {LINE}; keep the one that is right." in str(finding)


def test_a_proposal_may_differ_from_an_equivalent_that_is_linked(tmp_path: Path) -> None:
    path = write(tmp_path / "links", head() + table({}))
    other_path = write(tmp_path / "links" / "proposed", head(proposed=True) + table(OTHER))
    assert findings_in(path, other_path) == []


def test_a_file_that_is_named_after_no_vocabulary_is_found(tmp_path: Path) -> None:
    path = tmp_path / "eurowoc.sssom.tsv"
    path.write_text(head() + table({}), encoding="utf-8")
    findings = findings_in(path)
    assert "named after no known vocabulary (cso, dbpedia, eurovoc" in findings[0]
    assert "it belongs into eurovoc.sssom.tsv; move the row" in findings[1]


def test_all_findings_come_at_once_in_order_of_file_and_line(tmp_path: Path) -> None:
    wrong = table({"confidence": "2"}, {"mapping_date": "x", "predicate_id": "skos:x"}, AREA | {"comment": ""})
    other_path, path = write(tmp_path / "b", wrong), write(tmp_path / "a", head() + wrong)
    _, findings = check_files([other_path, path], LABELS)
    assert [finding.path for finding in findings] == [path] * (len(findings) - 1) + [other_path]
    lines = [finding.line or 0 for finding in findings[:-1]]
    assert lines == sorted(lines)
    assert {finding.column for finding in findings} >= {None, "confidence", "mapping_date", "comment"}


def test_the_files_of_a_folder_come_with_its_proposals_last(tmp_path: Path) -> None:
    for folder in ("links", "links/proposed", "links/old"):
        for prefix in ("yso", "cso"):
            write(tmp_path / folder, "", prefix)
    paths = all_mapping_files([tmp_path])
    assert [path.relative_to(tmp_path / "links").as_posix().removesuffix(".sssom.tsv") for path in paths] == [
        "cso",
        "yso",
        "proposed/cso",
        "proposed/yso",
    ]
    assert [is_proposal(path) for path in paths] == [False, False, True, True]


def test_our_labels_are_read_from_all_data_and_only_lists_count_as_listed() -> None:
    labels = list(our_labels([DATA]))
    listed = {label.thing for label in labels if label.listed}
    assert thing("technology-5g") in listed
    assert thing("country-china") in listed
    assert thing("plan-ii") in {label.thing for label in labels} - listed
    assert {label.language for label in labels} == {"en", "de", "zh"}
