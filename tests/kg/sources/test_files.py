"""The files of data: found by name, read with their places, and each subject declared once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal

from kg.build.build import DATA
from kg.core.errors import FileUnreadable, ThingDeclaredTwice, TurtleInvalid
from kg.core.names import PREFIXES, graph, graph_name_of, name, thing
from kg.core.settings import PROJECT
from kg.sources.files import DataFile, Declarations, declarations, find_data_files, read_data_file
from tests.kg.sources.mapping import head, table
from tests.kg.sources.mapping import write as write_mapping

PROLOGUE = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("fyp", "id"))


def write(path: Path, text: str) -> DataFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PROLOGUE + text, encoding="utf-8")
    return DataFile(path, graph("links"))


def declared(*files: DataFile) -> Declarations:
    return declarations([(file, read_data_file(file)) for file in files])


def test_the_path_of_a_file_below_its_folder_makes_the_name_of_its_graph(tmp_path: Path) -> None:
    paths = {"editorial": "editorial.ttl", "plan-ii": "plan/ii.ttl", "a-b-c-d": "a/b-c/d.ttl"}
    for path in paths.values():
        write(tmp_path / path, "")
    result = {graph_name_of(file.graph): file.path for file in find_data_files([tmp_path])}
    assert result.pop("ontology").parent == result.pop("shapes").parent == PROJECT / "ontology"
    assert result == {graph_name: tmp_path / path for graph_name, path in paths.items()}


def test_files_come_in_order_of_graph_and_path_whatever_the_order_of_the_folders(tmp_path: Path) -> None:
    for path in ("one/plan/ii.ttl", "two/plan/ii.ttl", "two/editorial.ttl"):
        write(tmp_path / path, "")
    item, two = tmp_path / "one", tmp_path / "two"
    assert find_data_files([item, two]) == find_data_files([two, item])


def test_mapping_files_right_in_links_make_one_graph_and_those_below_or_elsewhere_none(tmp_path: Path) -> None:
    write(tmp_path / "a.ttl", "")
    for path in ("links/yso", "links/cso", "links/proposed/yso", "more/links/yso", "yso"):
        write(tmp_path / f"{path}.sssom.tsv", "")
    data_files = [file for file in find_data_files([tmp_path]) if file.graph == graph("links")]
    assert [file.path for file in data_files] == [tmp_path / "links" / f"{name}.sssom.tsv" for name in ("cso", "yso")]


@pytest.mark.parametrize(
    "path", ["Plan.ttl", "my plan.ttl", "plan_ii.ttl", "plan--ii.ttl", "Plan/ii.ttl", "plan/ä.ttl"]
)
def test_a_file_whose_name_makes_no_graph_name_is_refused(tmp_path: Path, path: str) -> None:
    file = write(tmp_path / path, "")
    with pytest.raises(FileUnreadable, match=r"rename it; .* a-z, 0-9 and single hyphens only") as caught:
        find_data_files([tmp_path])
    assert str(file.path) in str(caught.value)


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_without_turtle_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").touch()
    with pytest.raises(FileUnreadable, match=rf"{folder} holds no \.ttl file"):
        find_data_files([tmp_path / folder])


def test_a_file_is_read_in_the_order_of_its_text_into_its_named_graph(tmp_path: Path) -> None:
    quads = read_data_file(write(tmp_path / "links.ttl", 'id:b fyp:says "2" . id:a fyp:says "1" .'))
    assert [(quad.subject, quad.object) for quad in quads] == [(thing("b"), Literal("2")), (thing("a"), Literal("1"))]
    assert {quad.graph_name for quad in quads} == {graph("links")}


def test_blank_nodes_of_two_files_are_two_nodes(tmp_path: Path) -> None:
    first, second = (write(tmp_path / f"{stem}.ttl", '_:x fyp:says "1" .') for stem in ("one", "two"))
    assert read_data_file(first)[0].subject != read_data_file(second)[0].subject


def test_malformed_turtle_is_reported_with_file_line_and_column(tmp_path: Path) -> None:
    file = write(tmp_path / "links.ttl", 'id:a fyp:says "1" .\nid:b fyp:says ] .\n')
    with pytest.raises(TurtleInvalid) as caught:
        read_data_file(file)
    assert (caught.value.path, caught.value.line, caught.value.column) == (file.path, 4, 15)
    assert str(caught.value).startswith(f"{file.path}, line 4, column 15: ")


def test_an_undeclared_prefix_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(TurtleInvalid, match=r"line 3.*nowhere"):
        read_data_file(write(tmp_path / "links.ttl", "nowhere:a fyp:says 1 ."))


def test_a_file_that_is_no_utf_8_is_reported_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttl"
    path.write_bytes(PROLOGUE.encode() + b'id:a fyp:says "M\xfcnchen" .')
    with pytest.raises(TurtleInvalid, match=r"latin\.ttl, line 3.*UTF-8"):
        read_data_file(DataFile(path, graph("latin")))


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"nowhere\.ttl cannot be read"):
        read_data_file(DataFile(tmp_path / "nowhere.ttl", graph("nowhere")))


def test_a_slug_declared_in_two_files_is_refused_with_both_files(tmp_path: Path) -> None:
    item, two = (write(tmp_path / f"{stem}.ttl", "id:a a fyp:Plan .") for stem in ("one", "two"))
    with pytest.raises(ThingDeclaredTwice) as caught:
        declared(item, two)
    assert str(caught.value) == f"a is declared in {item.path} and in {two.path}; give one of them another slug."


def test_a_slug_declared_by_two_blocks_of_a_file_is_refused_with_both_lines(tmp_path: Path) -> None:
    file = write(tmp_path / "one.ttl", 'id:a a fyp:Plan .\nid:b a fyp:Plan ;\n  fyp:says "id:a" .\nid:a a fyp:Plan .\n')
    with pytest.raises(ThingDeclaredTwice, match=r"one\.ttl: a is declared twice \(lines 3 and 6\)"):
        declared(file)


def test_a_term_of_the_ontology_may_be_declared_only_once_too(tmp_path: Path) -> None:
    with pytest.raises(ThingDeclaredTwice, match=r"lines 3 and 5"):
        declared(write(tmp_path / "one.ttl", "fyp:A a fyp:Class .\nid:b a fyp:A .\nfyp:A a fyp:Class .\n"))


@pytest.mark.parametrize(
    "text",
    [
        'id:a a fyp:Plan .\nid:b a fyp:Plan .\nid:a fyp:says "more" .',
        'id:a fyp:says "more" .\nid:b a fyp:Plan .\nid:a a fyp:Plan .',
        "id:a a fyp:Plan , fyp:SectoralPlan ; fyp:next id:b . id:b a fyp:Plan .",
        "id:a fyp:of [ fyp:of [ a fyp:Thing ] ] ; a fyp:Plan , fyp:SectoralPlan .",
        "id:a a fyp:Plan ; fyp:of ( 1 [ a fyp:Thing ] ) ; a fyp:SectoralPlan .",
        "<https://example.org/a> a fyp:Plan . id:a a fyp:Plan . <https://example.org/a> a fyp:Plan .",
    ],
    ids=["class first", "class last", "two classes", "blank node", "list", "no thing of ours"],
)
def test_a_thing_may_have_further_blocks_without_a_class_and_blank_nodes_within(tmp_path: Path, text: str) -> None:
    assert thing("a") in declared(write(tmp_path / "one.ttl", text)).files


@pytest.mark.parametrize("spelling", ["id:b a fyp:Plan", f"<{PREFIXES['id']}b> a fyp:Plan", "id:b\n  a fyp:Plan"])
def test_the_place_of_a_thing_is_its_file_and_line(tmp_path: Path, spelling: str) -> None:
    file = write(tmp_path / "one.ttl", f"id:a a fyp:Plan ;\n  fyp:next id:b .\n\n{spelling} .\n")
    assert declared(file).place(thing("b")) == f"{file.path}:6"


def test_the_place_of_a_link_is_the_row_of_its_mapping_file(tmp_path: Path) -> None:
    path = write_mapping(tmp_path, head() + table({"subject_id": "id:area-5g"}, {}))
    where = declared(DataFile(path, graph("links")))
    places = {
        path.read_text("utf-8").splitlines()[int(where.place(link).rpartition(":")[2]) - 1] for link in where.files
    }
    assert places == set(table({"subject_id": "id:area-5g"}, {}).splitlines()[1:])


def test_the_place_of_an_unusually_written_thing_is_its_file(tmp_path: Path) -> None:
    file = write(tmp_path / "one.ttl", "  id:a a fyp:Plan .")
    assert declared(file).place(thing("a")) == str(file.path)


def test_the_place_of_a_thing_that_no_file_declares_says_so() -> None:
    assert Declarations({}).place(thing("a")) == "(declared in no file)"


def test_every_thing_of_the_project_has_a_line() -> None:
    where = declared(*find_data_files([DATA]))
    assert len(where.files) > 500
    some = [name("fyp:Plan"), *sorted(where.files, key=lambda iri: iri.value)[::100]]
    assert [place for place in map(where.place, some) if not place.rpartition(":")[2].isdigit()] == []
