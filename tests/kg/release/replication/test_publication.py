"""Pointers are read back as they were written, and nothing else passes for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.core.errors import CopyFailed
from kg.release.replication.publication import Blob, OlderFormat, Part, read_pointer
from tests.kg.release.replication.signed import changed, moment, pointer_to

BLOB = Blob("ab" * 32, 7)
POINTER = pointer_to("0123456789abcdef", Part("quads.nq", BLOB), Part("dumps/SHA256SUMS", BLOB), sequence=5, released=3)


def test_a_pointer_is_read_back_as_it_was_written() -> None:
    assert read_pointer(POINTER.to_json(), "here") == POINTER
    assert POINTER.size == 14
    assert POINTER.blob("quads.nq") == BLOB
    assert POINTER.blob("other") is None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"release_id": "../../etc"}, "no id of a release"),
        ({"release_id": 7}, "no text"),
        ({"release_id": None}, "no text"),
        ({"release_format": "1"}, "no whole number"),
        ({"made_with": []}, "made_with|items"),
        ({"made_with": {"a": 1}}, "no text"),
        ({"sequence": 0}, "no whole number from 1"),
        ({"sequence": 2**53}, "no whole number from 1"),
        ({"sequence": True}, "no whole number"),
        ({"sequence": 5.0}, "no whole number"),
        ({"released": 6}, "no whole number from 1 to 5"),
        ({"rolls_back": 1}, "neither true nor false"),
        ({"published_at": 0}, "no text"),
        ({"published_at": "yesterday"}, "isoformat"),
        ({"published_at": "2026-12-01T00:00:00"}, "no time in UTC"),
        ({"published_at": "2026-12-01T00:00:00+08:00"}, "no time in UTC"),
        ({"expires_at": "1990-01-01T00:00:00+00:00"}, "valid for no time"),
        ({"expires_at": moment(1000).isoformat()}, "more than 366 days"),
        ({"format": 3}, "format '3', and this program reads 2. Update this program"),
        ({"format": None}, "format 'None'"),
        ({"more": 1}, "unknown field 'more'"),
    ],
)
def test_a_pointer_that_is_not_as_it_must_be_is_refused(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(CopyFailed, match=text):
        read_pointer(changed(POINTER, **fields), "here")


@pytest.mark.parametrize("name", ["release_id", "files", "sequence", "released", "rolls_back", "expires_at"])
def test_a_pointer_without_a_field_is_refused(name: str) -> None:
    fields = json.loads(POINTER.to_json())
    del fields[name]
    with pytest.raises(CopyFailed, match=f"'{name}' is missing"):
        read_pointer(json.dumps(fields).encode(), "here")


def test_a_field_that_comes_twice_is_refused() -> None:
    body = POINTER.to_json().replace(b'"sequence": 5', b'"sequence": 5, "sequence": 6')
    with pytest.raises(CopyFailed, match="no pointer"):
        read_pointer(body, "here")


def test_a_pointer_of_before_is_refused_with_the_remedy() -> None:
    body = json.dumps({"format": 1, "release_id": "0123456789abcdef", "listing": {}, "published_at": ""}).encode()
    with pytest.raises(
        OlderFormat, match=r"published by an older program.*Publish the release again.*kg publish --key"
    ):
        read_pointer(body, "here")


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><title>Welcome</title>", b"", b"[" * 100_000, b"\xff\xfe", b"{", b'{"a":' + b"9" * 5000 + b"}"],
)
def test_a_page_in_place_of_a_pointer_is_reported_with_how_it_begins(body: bytes) -> None:
    with pytest.raises(CopyFailed, match=r"here is no pointer to a release: it begins with '.*'kg publish'"):
        read_pointer(body, "here")


def test_a_list_is_no_pointer() -> None:
    with pytest.raises(CopyFailed, match="it is no object"):
        read_pointer(b"[]", "here")


def one(name: str, sha256: str = "ab" * 32, size: object = 1) -> dict[str, object]:
    return {"name": name, "sha256": sha256, "bytes": size}


@pytest.mark.parametrize(
    "name",
    [
        *("../quads.nq", "/etc/passwd", "dumps/../../x", "dumps//x", "store/CURRENT", "", ".", "..", ".hidden"),
        *("store", "counts.nq", "dumps", "dumps/.hidden", "dumps/", "dumps/a/b", "dumps/..", "./quads.nq"),
        *("search.sqlite", "files.json", "anything", "quads.nq\n", "Quads.nq"),
        *("a\\b", "a\x00b", "a\nb", "C:x", "dumps/" + "x" * 300, "中", "dumps/中"),
    ],
)
def test_a_name_that_no_file_of_a_release_has_is_refused(name: str) -> None:
    with pytest.raises(CopyFailed, match=r"no name of a file of a release.*Have it published anew"):
        read_pointer(changed(POINTER, files=[one(name)]), "here")


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ([one("quads.nq")] * 2, "lists a file twice"),
        ([], "lists no file"),
        (None, "NoneType"),
        ("quads.nq", "keys"),
        ([7], "keys"),
        ([{"name": "quads.nq"}], "other fields than name"),
        ([{**one("quads.nq"), "link": "/etc/passwd"}], "other fields than name"),
        ([one("quads.nq", "../x")], "no SHA-256"),
        ([one("quads.nq", "AB" * 32)], "no SHA-256"),
        ([one("quads.nq", size=-1)], "no whole number"),
        ([one("quads.nq", size=True)], "no whole number"),
        ([one("quads.nq", size=2**60)], "no whole number"),
        ([one(f"dumps/f{number}") for number in range(1001)], "more than 1000 files"),
    ],
)
def test_a_pointer_lists_files_each_of_them_once(files: Any, text: str) -> None:
    with pytest.raises(CopyFailed, match=text):
        read_pointer(changed(POINTER, files=files), "here")
