"""The #+ header of a query file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import FileUnreadable, HeaderInvalid
from kg.core.settings import PROJECT
from kg.sparql.header import read_query_file, read_query_files


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_is_read_as_strings_and_the_text_stays_whole(tmp_path: Path) -> None:
    text = "#+ id: towns\n#+ order: 010\n#+ shown: yes\n#+ of:\n#+   - a\n#+   - b\n# id: no header\nASK {}\n"
    file = read_query_file(write(tmp_path / "towns.rq", text))
    assert file.header == {"id": "towns", "order": "010", "shown": "yes", "of": ["a", "b"]}
    assert (file.slug, file.text) == ("towns", text)


def test_a_suffix_belongs_to_the_file_name_and_not_to_the_id(tmp_path: Path) -> None:
    file = read_query_file(write(tmp_path / "label-violation.rq", "#+ id: label\n"), "-violation")
    assert file.slug == "label"


@pytest.mark.parametrize("text", ["ASK {}", "", "# id: towns\nASK {}", "#+ towns\nASK {}", "#+ - id\n#+ - towns\n"])
def test_a_missing_header_is_refused_with_the_line_to_write(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "towns.rq", text)
    with pytest.raises(HeaderInvalid, match="begin the file with '#\\+ id: towns'") as caught:
        read_query_file(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("line", ["id: [", "id: towns: and more", "id: *nowhere", "id: !!python/object:os.system x"])
def test_a_header_that_is_no_plain_yaml_is_refused_with_the_file(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "towns.rq", f"#+ {line}\nASK {{}}")
    with pytest.raises(HeaderInvalid) as caught:
        read_query_file(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("line", "suffix", "message"),
    [
        ("id: villages", "", "id is 'villages'; it must be 'towns-violation'"),
        ("title: Towns", "", "id is None; it must be 'towns-violation'"),
        ("id: towns-violation", "-violation", "id is 'towns-violation'; it must be 'towns'"),
    ],
)
def test_an_id_that_is_not_the_name_of_the_file_is_refused_with_both(
    tmp_path: Path, line: str, suffix: str, message: str
) -> None:
    with pytest.raises(HeaderInvalid, match=message):
        read_query_file(write(tmp_path / "towns-violation.rq", f"#+ {line}\nASK {{}}"), suffix)


def test_a_file_that_is_not_there_or_no_utf_8_is_unreadable(tmp_path: Path) -> None:
    latin = tmp_path / "latin.rq"
    latin.write_bytes(b"#+ id: latin\n# M\xfcnchen\nASK {}")
    for path in (tmp_path / "nowhere.rq", latin):
        with pytest.raises(FileUnreadable, match=r"cannot be read: .+\.$") as caught:
            read_query_file(path)
        assert str(path) in str(caught.value)


def test_the_files_of_a_folder_come_in_order_of_name_and_only_with_the_suffix(tmp_path: Path) -> None:
    for slug in ("b", "a"):
        write(tmp_path / f"{slug}-violation.rq", f"#+ id: {slug}\n")
    write(tmp_path / "c.rq", "#+ id: c\n")
    assert [file.slug for file in read_query_files(tmp_path, "-violation")] == ["a", "b"]


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_without_query_files_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileUnreadable, match=f"{folder} holds no file \\*-violation.rq"):
        read_query_files(tmp_path / folder, "-violation")


@pytest.mark.parametrize("folder", sorted(path.name for path in (PROJECT / "queries").iterdir() if path.is_dir()))
def test_every_query_file_of_the_project_has_a_header(folder: str) -> None:
    suffix = "-violation" if folder == "checks" else ""
    assert len(read_query_files(PROJECT / "queries" / folder, suffix)) == len(
        list((PROJECT / "queries" / folder).iterdir())
    )
