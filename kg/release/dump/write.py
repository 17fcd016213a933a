"""Write the dumps of a release, in this process or in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from kg.release import DUMPS_FOLDER, QUADS_FILE, Manifest, Release
from kg.release.dump.formats import (
    DUMP_FORMATS,
    PACKINGS,
    SUMS_FILE,
    DumpFile,
    DumpFormat,
    Source,
    file_name,
    packed,
    read_dumps,
    sums,
)
from kg.release.store import ReleaseStore, verify_quads
from kg.release.verify import refuse_problems, verify_files


def write_dumps(
    quads: Path, folder: Path, release_id: str, formats: Iterable[DumpFormat] = tuple(DUMP_FORMATS.values())
) -> tuple[DumpFile, ...]:
    """Write the canonical quads in each format and compression, with checksums, into an existing folder.

    It makes a few passes over the quads; memory does not grow with them, and the disk holds a second copy meanwhile.

    Raises:
        OSError: there is no room or right to write, or one of the files exists.
    """
    # a hidden folder is no part of the list of files, if a kill leaves it behind
    with TemporaryDirectory(prefix=".parts-", dir=folder) as scratch:
        source = Source(quads, Path(scratch))
        files = tuple(
            file for dump_format in formats for file in _write_format(source, dump_format, folder, release_id)
        )
    # the checksums come last, so that they never name a dump that is incomplete
    (folder / SUMS_FILE).write_text(sums(files), encoding="utf-8")
    return files


def _write_format(source: Source, dump_format: DumpFormat, folder: Path, release_id: str) -> list[DumpFile]:
    names = {ending: file_name(release_id, dump_format.ending, ending) for ending in PACKINGS}
    with packed({ending: folder / name for ending, name in names.items()}) as (out, sealed):
        dump_format.write(source, out)
    return [DumpFile(names[ending], file.bytes, file.sha256) for ending, file in sealed.items()]


@contextmanager
def write_in_process(quads: Path, folder: Path, release_id: str) -> Iterator[Callable[[], tuple[DumpFile, ...]]]:
    """Start ``write_dumps`` in a child process; yield a function that waits and returns the files.

    The child process ends when the block is left early, or when this process dies.

    Raises:
        OSError: there is no room or right to write, or the other process was ended.
    """
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "kg.release.dump.write", str(quads), str(folder), release_id],
        stdin=subprocess.PIPE,  # its end tells the child process that this one died
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C ends this process only
    ) as process:
        try:
            yield partial(_files, process)
        finally:
            # the child has ended if its files were read, and a kill then has no effect
            process.kill()


def _files(process: subprocess.Popen[bytes]) -> tuple[DumpFile, ...]:
    assert process.stdout is not None  # noqa: S101 - it is piped
    # the output is read before the wait: a full pipe would block the child, and both would wait forever
    output = process.stdout.read()
    if process.wait() != 0:
        raise OSError(f"the process that writes the dumps ended with code {process.returncode}")
    answer = json.loads(output)
    if "error" in answer:
        raise OSError(*answer["error"])
    return read_dumps(answer["files"])


def _write_or_error(quads: Path, folder: Path, release_id: str) -> dict[str, object]:
    try:
        return {"files": [asdict(file) for file in write_dumps(quads, folder, release_id)]}
    except OSError as error:
        # exceptions do not cross a process boundary, so the parent makes the same OSError of these three values
        return {"error": [error.errno, error.strerror, error.filename]}


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # unbuffered: a lock held at interpreter exit would block
    # `sys.exit` would end this thread alone, while the main thread goes on with a dump
    os._exit(1)


_APART_BYTES = 32 * 2**20  # fewer quads are written in about the time that a process takes to start


def add_dumps(draft: Path, manifest: Manifest, folder: Path) -> Manifest:
    """Write the dumps of the release in a folder into a draft, and a manifest that lists them.

    Raises:
        OSError: there is no room to write.
    """
    return _with_dumps(draft, manifest, write_dumps(folder / QUADS_FILE, _dumps_folder(draft), manifest.release_id))


@contextmanager
def adding_dumps(draft: Path, manifest: Manifest) -> Iterator[Callable[[], Manifest]]:
    """Yield a function that does as ``add_dumps``; for many quads, a child process starts at once.

    Raises:
        OSError: there is no room to write.
    """
    if manifest.quads_bytes < _APART_BYTES:
        yield lambda: add_dumps(draft, manifest, draft)
        return
    with write_in_process(draft / QUADS_FILE, _dumps_folder(draft), manifest.release_id) as files:
        yield lambda: _with_dumps(draft, manifest, files())


def _dumps_folder(draft: Path) -> Path:
    folder = draft / DUMPS_FOLDER
    folder.mkdir()
    return folder


def _with_dumps(draft: Path, manifest: Manifest, dumps: tuple[DumpFile, ...]) -> Manifest:
    updated = replace(manifest, dumps=dumps)
    updated.write(draft)
    return updated


def dump_again(release_store: ReleaseStore, release: Release) -> Release:
    """Add dumps to a release that lacks some; nothing else of it changes, not even its modification time.

    Raises:
        ReleaseBroken: other files than its dumps were changed after they were written.
        BuildRunning: a build is at work in the same home.
        WriteFailed: there is no room or no right to write.
    """
    # dumps of changed quads would have valid checksums, so all other files must be intact first
    verify_quads(release)
    refuse_problems(
        release, [problem for problem in verify_files(release) if not problem.name.startswith(f"{DUMPS_FOLDER}/")]
    )
    before = release.folder.stat()
    with release_store.draft() as draft:
        add_dumps(draft, release.manifest, release.folder)
        release_store.put_dumps(draft, release)
        os.utime(release.folder, ns=(before.st_atime_ns, before.st_mtime_ns))  # releases are sorted by it
    return release_store.get(release.release_id)


if __name__ == "__main__":
    Thread(target=_end_with_parent, daemon=True).start()
    print(json.dumps(_write_or_error(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
