"""Replacing: put a finished draft in the place of a release that is broken, or whose files cannot be verified."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from kg.release import DUMPS_FOLDER, Release, read_release
from kg.release.replication.atomic_files import link
from kg.release.verify import has_whole_dumps, hashes_in, write_file_list


def carry_over(release: Release, draft: Path) -> None:
    """Give a draft the day of the release that it replaces, and its dumps if they are right: citations name both.

    Raises:
        OSError: there is no room for the dumps.
    """
    manifest = read_release(draft).manifest
    dumps = manifest.dumps
    if has_whole_dumps(release):
        shutil.rmtree(draft / DUMPS_FOLDER, ignore_errors=True)
        shutil.copytree(release.folder / DUMPS_FOLDER, draft / DUMPS_FOLDER, copy_function=_link)
        dumps = release.manifest.dumps
    manifest = replace(manifest, built_on=release.manifest.built_on or manifest.built_on, dumps=dumps)
    manifest.write(draft)
    write_file_list(draft, manifest.release_id, hashes_in(manifest))


def swap(place: Path, draft: Path, aside: Path) -> None:
    """Move a draft to its place. What is there goes to ``aside`` first, which takes less time than to remove it.

    Raises:
        OSError: a folder cannot be moved.
    """
    if place.exists():
        shutil.rmtree(aside, ignore_errors=True)
        place.replace(aside)
    draft.replace(place)
    shutil.rmtree(aside, ignore_errors=True)


def _link(path: str, place: str) -> None:
    link(Path(path), Path(place))
