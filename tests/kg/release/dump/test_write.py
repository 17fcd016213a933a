"""Dumps are the same bytes each time, with right checksums, and leave nothing beside them."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.core.errors import ReleaseBroken, WriteFailed
from kg.core.settings import PROJECT
from kg.release import DUMPS_FOLDER, Release, read_release
from kg.release.dump import formats
from kg.release.dump.formats import DUMP_FORMATS, SUMS_FILE, DumpFile, file_name, packed, read_dumps, sums
from kg.release.dump.write import dump_again, write_dumps, write_in_process
from kg.release.store import ReleaseStore
from kg.release.verify import remove_file_list
from tests.kg.release.dump.made import QUADS, RELEASE_ID, canonical
from tests.kg.release.small import small_build, write_data


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

    monkeypatch.setattr(formats.HashedFile, "write", full)
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
    monkeypatch.setattr("kg.release.dump.formats._HELD_BYTES", 2**16)
    # jelly takes the longest, and what it holds is bounded by the size of its tables
    formats = [dump_formats for dump_formats in DUMP_FORMATS.values() if dump_formats.ending != "jelly"]
    write_dumps(many(tmp_path / "few", 20_000), folder_in(tmp_path, "a"), RELEASE_ID, formats)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_dumps(many(tmp_path / "many", 150_000), folder_in(tmp_path, "b"), RELEASE_ID, formats)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib * 1024 < (tmp_path / "many").stat().st_size / 2


def without_dumps(release: Release) -> Release:
    """As it was built before there were dumps: its manifest does not tell of them."""
    before = release.folder.stat()
    shutil.rmtree(release.folder / DUMPS_FOLDER)
    fields = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    del fields["dumps"]
    (release.folder / "manifest.json").write_text(json.dumps(fields), encoding="utf-8")
    remove_file_list(release.folder)
    os.utime(release.folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    return read_release(release.folder)


def bytes_of(release: Release) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (release.folder / DUMPS_FOLDER).iterdir()}


def test_a_build_makes_dumps_and_its_manifest_tells_of_them(old: Release) -> None:
    assert old.has_dumps
    assert len(old.manifest.dumps) == 10
    for dump in old.manifest.dumps:
        assert old.release_id in dump.name
        assert hashlib.sha256(old.path_of(dump).read_bytes()).hexdigest() == dump.sha256


def test_the_same_quads_give_the_same_dumps_in_another_home(
    old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "old"))
    assert bytes_of(again) == bytes_of(old)
    assert again.manifest.dumps == old.manifest.dumps


def test_a_release_without_dumps_is_whole_and_gets_them_once(release_store: ReleaseStore, old: Release) -> None:
    wanted = bytes_of(old)
    bare = without_dumps(old)
    assert not bare.has_dumps
    assert release_store.releases() == [bare]
    made = dump_again(release_store, bare)
    assert bytes_of(made) == wanted
    assert made.manifest == replace(bare.manifest, dumps=old.manifest.dumps)
    assert sorted(path.name for path in release_store.folder.iterdir()) == [old.release_id]


def test_dumps_that_come_later_do_not_make_a_release_younger(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert [release.release_id for release in release_store.releases()] == [new.release_id, old.release_id]
    dump_again(release_store, without_dumps(old))
    assert release_store.previous().release_id == old.release_id


def test_a_build_of_the_same_quads_adds_them_too_and_writes_over_none(
    release_store: ReleaseStore, old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built_again() -> Release:
        replace(release_store.current().manifest, inputs_sha256="another program").write(old.folder)
        return small_build(monkeypatch, release_store.home, write_data(tmp_path / "data", "old"))

    without_dumps(old)
    added = built_again()
    assert added.release_id == old.release_id
    assert added.has_dumps
    inode = added.path_of(added.manifest.dumps[0]).stat().st_ino
    remaining = built_again()
    assert remaining.path_of(remaining.manifest.dumps[0]).stat().st_ino == inode


def test_a_dump_that_is_gone_is_reported_and_can_be_made_again(release_store: ReleaseStore, old: Release) -> None:
    wanted = bytes_of(old)
    dump = old.manifest.dumps[0]
    old.path_of(dump).write_bytes(b"short")
    with pytest.raises(ReleaseBroken, match=rf"The dump {dump.name} is not here .* \('kg dump {old.release_id}'\)"):
        old.path_of(dump)
    (old.folder / DUMPS_FOLDER / dump.name).unlink()
    with pytest.raises(ReleaseBroken):
        old.path_of(dump)
    assert release_store.releases() == [old]  # it can be asked all the same
    assert not old.has_dumps
    assert bytes_of(dump_again(release_store, old)) == wanted


def test_quads_that_were_changed_are_not_dumped(release_store: ReleaseStore, old: Release) -> None:
    bare = without_dumps(old)
    path = bare.folder / "quads.nq"
    path.write_bytes(path.read_bytes().replace(b"old 7", b"odd 7"))
    with pytest.raises(ReleaseBroken, match="was changed after it was written"):
        dump_again(release_store, bare)
    assert not (bare.folder / DUMPS_FOLDER).exists()


def test_without_room_it_is_said_and_the_release_stays(
    release_store: ReleaseStore, old: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = without_dumps(old)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.release.dump.formats.HashedFile.write", full)
    with pytest.raises(WriteFailed, match="No space left"):
        dump_again(release_store, bare)
    assert [path.name for path in release_store.folder.iterdir()] == [old.release_id]
    assert release_store.current() == bare


def test_the_dumps_of_many_quads_are_those_that_another_process_writes(
    old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.release.dump.write._APART_BYTES", 0)
    again = small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "old"))
    assert bytes_of(again) == bytes_of(old)
    assert again.manifest.dumps == old.manifest.dumps


def test_without_room_for_what_another_process_writes_the_build_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.release.dump.write._APART_BYTES", 0)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.release.dump.write._files", full)
    with pytest.raises(WriteFailed, match="No space left"):
        small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "new"))
    assert ReleaseStore(tmp_path / "elsewhere").releases() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "apart").mkdir()
    return tmp_path / "apart"


def test_another_process_writes_the_same_files(tmp_path: Path, quads: Path, folder: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    with write_in_process(quads, folder, RELEASE_ID) as files:
        assert files() == write_dumps(quads, here, RELEASE_ID)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in here.iterdir()
    }


def test_what_goes_wrong_there_is_reported_here(quads: Path, tmp_path: Path) -> None:
    missing = tmp_path / "no such folder"
    with (
        pytest.raises(FileNotFoundError, match="no such folder"),
        write_in_process(quads, missing, RELEASE_ID) as files,
    ):
        files()


def test_a_process_that_is_killed_is_no_success(quads: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OSError, match="ended with code 1"), write_in_process(quads, folder, RELEASE_ID) as files:
        files()


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """Quads for which a reader waits without end."""
    os.mkfifo(tmp_path / "endless")
    return tmp_path / "endless"


def test_it_ends_when_the_block_fails(endless: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __enter__(self) -> Noted:
            begun.append(self)
            return self

    monkeypatch.setattr(subprocess, "Popen", Noted)
    with pytest.raises(KeyError), write_in_process(endless, folder, RELEASE_ID):
        raise KeyError
    assert begun[0].returncode is not None


def test_it_ends_when_the_process_that_asked_is_no_more(endless: Path, folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kg.release.dump.write", str(endless), str(folder), RELEASE_ID],
        stdin=subprocess.DEVNULL,  # as a pipe of which nobody holds the other end
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
