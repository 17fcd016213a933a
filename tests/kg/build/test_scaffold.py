"""The skeleton of a plan: three files that parse, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build.scaffold import write_plan
from kg.core.errors import FileUnreadable, WriteFailed
from kg.core.names import graph, thing
from kg.sources.files import find_data_files, read_data_file


def test_three_files_are_written_and_parse(tmp_path: Path) -> None:
    paths = list(write_plan("rb-2", tmp_path))
    assert paths == [tmp_path / kind / "rb-2.ttl" for kind in ("plan", "editorial", "source")]
    files = [file for file in find_data_files([tmp_path]) if file.path in paths]
    assert {file.graph for file in files} == {graph("plan-rb-2"), graph("editorial-rb-2"), graph("source-rb-2")}
    assert {quad.subject for file in files for quad in read_data_file(file)} == {thing("plan-rb-2")}


def test_every_example_in_a_skeleton_parses_once_it_is_uncommented(tmp_path: Path) -> None:
    for path in write_plan("rb", tmp_path):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        prefixes = [line for line in head.splitlines() if line.startswith("@prefix")]
        path.write_text(
            "\n".join(
                [
                    *prefixes,
                    body.replace("# ", "").replace("id:indicator-...", "id:i").replace("id:citation-...", "id:c"),
                ]
            ),
            encoding="utf-8",
        )
        file = next(data_file for data_file in find_data_files([tmp_path]) if data_file.path == path)
        assert len(read_data_file(file)) > 4


@pytest.mark.parametrize("slug", ["", "RB", "rb ", "r_b", "-rb", "rb-", "r--b", "../rb", "rb/x", "机器人", "rb.ttl"])
def test_an_ill_formed_slug_is_refused_and_nothing_is_written(tmp_path: Path, slug: str) -> None:
    with pytest.raises(FileUnreadable, match=r"is no slug: use a-z, 0-9 and single hyphens, such as 'rb'\."):
        list(write_plan(slug, tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["plan", "editorial", "source"])
def test_one_file_that_exists_stops_all_three(tmp_path: Path, kind: str) -> None:
    (tmp_path / kind).mkdir()
    (tmp_path / kind / "rb.ttl").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(FileUnreadable, match=rf"{kind}/rb\.ttl exists already; choose another slug"):
        list(write_plan("rb", tmp_path))
    assert [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.ttl")] == ["# mine\n"]


def test_a_file_in_the_place_of_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("", encoding="utf-8")
    with pytest.raises(WriteFailed, match=r"plan/rb\.ttl cannot be written"):
        list(write_plan("rb", tmp_path))
