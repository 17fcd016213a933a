"""The dumps of a release: written when it is built, or added to one that was built before there were dumps."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from kg.dump.write import write_dumps
from kg.release import DUMPS_FOLDER, QUADS_FILE, Manifest, Release
from kg.release.shelf import Shelf, verify_quads


def add_dumps(draft: Path, manifest: Manifest, folder: Path) -> Manifest:
    """Write the dumps of the release in a folder into a draft, and the manifest that tells of them.

    Raises:
        OSError: there is no room to write.
    """
    dumps = draft / DUMPS_FOLDER
    dumps.mkdir()
    told = replace(manifest, dumps=write_dumps(folder / QUADS_FILE, dumps, manifest.release_id))
    told.write(draft)
    return told


def dump_again(shelf: Shelf, release: Release) -> Release:
    """Add dumps to a release that has none, or not all of them; nothing else of it changes, not even its age.

    Raises:
        ReleaseBroken: its quads were changed after they were written.
        BuildRunning: a build is at work in the same home.
        WriteFailed: there is no room or no right to write.
    """
    verify_quads(release)
    before = release.folder.stat()
    with shelf.draft() as draft:
        add_dumps(draft, release.manifest, release.folder)
        shelf.put_dumps(draft, release)
        os.utime(release.folder, ns=(before.st_atime_ns, before.st_mtime_ns))  # the shelf orders releases by it
    return shelf.get(release.release_id)
