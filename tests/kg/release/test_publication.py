"""Pointers and listings are read back as they were written, and nothing else passes for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.errors import CopyFailed
from kg.release.publication import Blob, Listing, Part, Pointer, read_listing, read_pointer

BLOB = Blob("ab" * 32, 7)
POINTER = Pointer("0123456789abcdef", BLOB, "2026-12-01T00:00:00+00:00")
LISTING = Listing("0123456789abcdef", 1, {"fyp-kg": "9"}, (Part("quads.nq", BLOB), Part("dumps/SHA256SUMS", BLOB)))


def test_what_is_written_is_read_back() -> None:
    assert read_pointer(POINTER.to_json(), "here") == POINTER
    assert read_listing(LISTING.to_json(), "here") == LISTING
    assert LISTING.size == 14


def changed(body: bytes, **fields: Any) -> bytes:
    return json.dumps({**json.loads(body), **fields}).encode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"release_id": "../../etc"}, "no id of a release"),
        ({"release_id": 7}, "no text"),
        ({"release_id": None}, "no text"),
        ({"listing": {"sha256": "../x", "bytes": 1}}, "no SHA-256"),
        ({"listing": {"sha256": "ab" * 32, "bytes": -1}}, "no number of bytes"),
        ({"listing": {"sha256": "ab" * 32, "bytes": True}}, "no number of bytes"),
        ({"listing": {"sha256": "ab" * 32}}, "'bytes' is missing"),
        ({"listing": []}, "list indices"),
        ({"published_at": 0}, "no text"),
        ({"format": 2}, "format 2, and this program reads 1. Update this program"),
    ],
)
def test_a_pointer_that_is_not_as_it_must_be_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(CopyFailed, match=told):
        read_pointer(changed(POINTER.to_json(), **fields), "here")


@pytest.mark.parametrize("body", [b"<!doctype html><title>Welcome</title>", b"", b"[" * 100_000, b"\xff\xfe", b"{"])
def test_a_page_in_place_of_a_pointer_is_told_with_how_it_begins(body: bytes) -> None:
    with pytest.raises(CopyFailed, match=r"here is no pointer to a release: it begins with '.*'kg publish'"):
        read_pointer(body, "here")


def test_a_list_is_no_pointer() -> None:
    with pytest.raises(CopyFailed, match="it is no object"):
        read_pointer(b"[]", "here")


@pytest.mark.parametrize(
    "name",
    [
        *("../quads.nq", "/etc/passwd", "dumps/../../x", "dumps//x", "store/CURRENT", "", ".", "..", ".hidden"),
        *("store", "counts.nq", "dumps", "dumps/.hidden", "dumps/", "dumps/a/b"),
        *("a\\b", "a\x00b", "a\nb", "C:x", "x" * 300, "中"),
    ],
)
def test_a_name_that_leads_out_of_the_folder_or_into_the_store_is_refused(name: str) -> None:
    body = changed(LISTING.to_json(), files=[{"name": name, "sha256": "ab" * 32, "bytes": 1}])
    with pytest.raises(CopyFailed, match=r"no name of a file of a release.*Have it published anew"):
        read_listing(body, "here")


@pytest.mark.parametrize(
    "files", [[{"name": "a", "sha256": "ab" * 32, "bytes": 1}] * 2, [], None, "quads.nq", [7], [{"name": "a"}]]
)
def test_a_listing_names_files_each_of_them_once(files: Any) -> None:
    body = changed(LISTING.to_json(), files=files)
    if files == []:
        assert read_listing(body, "here").parts == ()  # whether that is enough for a release shows when it is fetched
        return
    with pytest.raises(CopyFailed):
        read_listing(body, "here")


def test_a_listing_of_very_many_files_is_refused() -> None:
    files = [{"name": f"f{number}", "sha256": "ab" * 32, "bytes": 1} for number in range(1001)]
    with pytest.raises(CopyFailed, match="more than 1000 files"):
        read_listing(changed(LISTING.to_json(), files=files), "here")
