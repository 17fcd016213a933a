"""The dumps of a release: written when it is built, or added to one that was built before there were dumps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kg.release import DUMPS_FOLDER, QUADS_FILE, Manifest, Release
from kg.release.dump import DumpFile
from kg.release.dump.child_process import written_apart
from kg.release.dump.write import write_dumps
from kg.release.store import ReleaseStore, verify_quads
from kg.release.verify import refuse_problems, verify_files

_APART_BYTES = 32 * 2**20  # of quads: less is written in the time that a process takes to start, or little more


def add_dumps(draft: Path, manifest: Manifest, folder: Path) -> Manifest:
    """Write the dumps of the release in a folder into a draft, and the manifest that tells of them.

    Raises:
        OSError: there is no room to write.
    """
    return _told(draft, manifest, write_dumps(folder / QUADS_FILE, _folder(draft), manifest.release_id))


@contextmanager
def adding_dumps(draft: Path, manifest: Manifest) -> Iterator[Callable[[], Manifest]]:
    """Do as ``add_dumps`` of the quads of a draft when it is told to; of many, another process begins at once.

    Raises:
        OSError: there is no room to write.
    """
    if manifest.quads_bytes < _APART_BYTES:
        yield lambda: add_dumps(draft, manifest, draft)
        return
    with written_apart(draft / QUADS_FILE, _folder(draft), manifest.release_id) as files:
        yield lambda: _told(draft, manifest, files())


def _folder(draft: Path) -> Path:
    folder = draft / DUMPS_FOLDER
    folder.mkdir()
    return folder


def _told(draft: Path, manifest: Manifest, dumps: tuple[DumpFile, ...]) -> Manifest:
    told = replace(manifest, dumps=dumps)
    told.write(draft)
    return told


def dump_again(shelf: ReleaseStore, release: Release) -> Release:
    """Add dumps to a release that has none, or not all of them; nothing else of it changes, not even its age.

    Raises:
        ReleaseBroken: other files than its dumps were changed after they were written.
        BuildRunning: a build is at work in the same home.
        WriteFailed: there is no room or no right to write.
    """
    verify_quads(release)
    refuse_problems(release, [one for one in verify_files(release) if not one.name.startswith(f"{DUMPS_FOLDER}/")])
    before = release.folder.stat()
    with shelf.draft() as draft:
        add_dumps(draft, release.manifest, release.folder)
        shelf.put_dumps(draft, release)
        os.utime(release.folder, ns=(before.st_atime_ns, before.st_mtime_ns))  # the shelf orders releases by it
    return shelf.get(release.release_id)
