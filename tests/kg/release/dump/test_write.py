"""Dumps are the same bytes each time, with right checksums, and leave nothing beside them."""

from __future__ import annotations

import gzip
import hashlib
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from kg.release.dump import DUMP_FORMATS, SUMS_FILE, DumpFile, file_name, read_dumps, sums
from kg.release.dump import compression as module
from kg.release.dump.compression import packed
from kg.release.dump.write import write_dumps
from tests.kg.release.dump.made import QUADS, RELEASE_ID, canonical


@pytest.fixture
def quads(tmp_path: Path) -> Path:
    return canonical(tmp_path / "quads", QUADS)


def folder_in(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def test_every_format_comes_in_every_packing_under_a_name_with_the_id(tmp_path: Path, quads: Path) -> None:
    folder = folder_in(tmp_path, "dumps")
    files = write_dumps(quads, folder, RELEASE_ID)
    names = [f"fyp-kg-{RELEASE_ID}.{ending}.{packing}" for ending in DUMP_FORMATS for packing in ("gz", "zst")]
    assert [file.name for file in files] == names
    assert {path.name for path in folder.iterdir()} == {*names, SUMS_FILE}
    assert {(file.format.ending, file.packing.ending) for file in files} == {
        (ending, packing) for ending in DUMP_FORMATS for packing in ("gz", "zst")
    }


def test_sizes_and_checksums_are_those_of_the_files(tmp_path: Path, quads: Path) -> None:
    folder = folder_in(tmp_path, "dumps")
    for file in write_dumps(quads, folder, RELEASE_ID):
        body = (folder / file.name).read_bytes()
        assert (file.bytes, file.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    checked = subprocess.run(["sha256sum", "-c", SUMS_FILE], cwd=folder, capture_output=True, check=True)
    assert checked.stdout.count(b": OK\n") == 2 * len(DUMP_FORMATS)


def test_the_same_release_gives_the_same_bytes_in_another_process_and_place(tmp_path: Path, quads: Path) -> None:
    here, there = folder_in(tmp_path, "here"), folder_in(tmp_path, "there")
    write_dumps(quads, here, RELEASE_ID)
    code = (
        "from pathlib import Path; from kg.release.dump.write import write_dumps; "
        f"write_dumps(Path({str(quads)!r}), Path({str(there)!r}), {RELEASE_ID!r})"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env={"PYTHONHASHSEED": "7"}, check=True)
    assert {path.name: path.read_bytes() for path in here.iterdir()} == {
        path.name: path.read_bytes() for path in there.iterdir()
    }


def test_a_gzip_header_has_neither_time_nor_name(tmp_path: Path, quads: Path) -> None:
    write_dumps(quads, tmp_path, RELEASE_ID, [DUMP_FORMATS["nq"]])
    header = (tmp_path / file_name(RELEASE_ID, "nq", "gz")).read_bytes()[:10]
    assert (header[3], header[4:8]) == (0, bytes(4))


def test_nothing_is_written_over(tmp_path: Path, quads: Path) -> None:
    write_dumps(quads, tmp_path, RELEASE_ID, [DUMP_FORMATS["nq"]])
    with pytest.raises(FileExistsError):
        write_dumps(quads, tmp_path, RELEASE_ID, [DUMP_FORMATS["nq"]])
    assert not list(tmp_path.glob(".parts-*"))


def test_without_room_no_scratch_is_left(tmp_path: Path, quads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.Sealed, "write", full)
    with pytest.raises(OSError, match="No space left"):
        write_dumps(quads, tmp_path, RELEASE_ID)
    assert not list(tmp_path.glob(".parts-*"))


def test_what_is_packed_comes_out_again_however_it_is_cut(tmp_path: Path) -> None:
    with packed({"gz": tmp_path / "a.gz"}) as (out, sealed):
        for number in range(10_000):
            out.write(b"%d\n" % number)
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"".join(b"%d\n" % n for n in range(10_000))
    assert sealed["gz"].bytes == (tmp_path / "a.gz").stat().st_size


GOOD = {"name": f"fyp-kg-{RELEASE_ID}.nq.gz", "bytes": 1, "sha256": "0"}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "fyp-kg-0.nq.gz/x", "fyp-kg-0.nq", "fyp-kg-0.doc.gz", "fyp-kg-0.nq.rar", "", "x" * 999]
)
def test_a_file_of_no_known_format_is_left_out(name: str) -> None:
    assert read_dumps([{**GOOD, "name": name}, GOOD]) == (DumpFile(**GOOD),)  # type: ignore[arg-type]


@pytest.mark.parametrize("fields", [{}, {**GOOD, "bytes": "1"}, {**GOOD, "sha256": None}, {"name": 7}, [], "x"])
def test_what_tells_of_no_file_is_refused(fields: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        read_dumps([fields])  # type: ignore[list-item]


def test_the_checksums_are_in_the_usual_form() -> None:
    assert sums((DumpFile("a.nq.gz", 1, "00"), DumpFile("b.nq.gz", 1, "11"))) == "00  a.nq.gz\n11  b.nq.gz\n"


def many(path: Path, number: int) -> Path:
    with path.open("wb") as file:
        file.writelines(lines(number))
    return path


def lines(number: int) -> Iterator[bytes]:
    for n in range(number):
        yield b'<https://example.org/%09d> <https://example.org/p> "%d" <https://example.org/g%d> .\n' % (n, n, n % 7)


def test_memory_does_not_grow_with_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.release.dump.source._HELD_BYTES", 2**16)
    # jelly takes the longest, and what it holds is bounded by the size of its tables
    formats = [one for one in DUMP_FORMATS.values() if one.ending != "jelly"]
    write_dumps(many(tmp_path / "few", 4_000), folder_in(tmp_path, "a"), RELEASE_ID, formats)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_dumps(many(tmp_path / "many", 60_000), folder_in(tmp_path, "b"), RELEASE_ID, formats)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib * 1024 < (tmp_path / "many").stat().st_size / 2
