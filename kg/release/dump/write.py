"""Write the dumps of a release into a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.release.dump import DUMP_FORMATS, SUMS_FILE, DumpFile, DumpFormat, file_name, sums
from kg.release.dump.compression import PACKINGS, packed
from kg.release.dump.source import Source


def write_dumps(
    quads: Path, folder: Path, release_id: str, formats: Iterable[DumpFormat] = tuple(DUMP_FORMATS.values())
) -> tuple[DumpFile, ...]:
    """Write the canonical quads in each format and packing, with a file of checksums, into a folder that exists.

    It takes a few passes over the quads; memory does not grow with them, and the disk holds them once more meanwhile.

    Raises:
        OSError: there is no room or right to write, or one of the files exists.
    """
    with TemporaryDirectory(prefix=".parts-", dir=folder) as scratch:
        source = Source(quads, Path(scratch))
        files = tuple(file for one in formats for file in _write(source, one, folder, release_id))
    (folder / SUMS_FILE).write_text(sums(files), encoding="utf-8")
    return files


def _write(source: Source, dump_format: DumpFormat, folder: Path, release_id: str) -> list[DumpFile]:
    names = {ending: file_name(release_id, dump_format.ending, ending) for ending in PACKINGS}
    with packed({ending: folder / name for ending, name in names.items()}) as (out, sealed):
        dump_format.write(source, out)
    return [DumpFile(names[ending], one.bytes, one.sha256) for ending, one in sealed.items()]
