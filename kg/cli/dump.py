"""``kg dump``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from kg.cli.options import home_option, settings, steps
from kg.core.disk import write_failed
from kg.release import QUADS_FILE, Release
from kg.release.dump.formats import DUMP_FORMATS, SUMS_FILE, DumpFile
from kg.release.dump.write import dump_again, write_dumps
from kg.release.store import ReleaseStore, verify_quads
from kg.release.verify import has_whole_dumps


@click.command()
@click.argument("release_id", required=False)
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option(
    "--format",
    "endings",
    type=click.Choice(sorted(DUMP_FORMATS)),
    multiple=True,
    help="With --to, a format to write in place of all; may be given several times.",
)
@home_option
def dump(release_id: str | None, folder: Path | None, endings: tuple[str, ...], home: Path | None) -> None:
    """Write a release, the current one unless RELEASE_ID names another, as files to load elsewhere.

    With --to they go to a folder. Without it they are added to the release, for the service to offer. A release with
    complete dumps is not changed.
    """
    store = ReleaseStore(settings(home=home).home)
    release = store.get(release_id) if release_id else store.current()
    if endings and folder is None:
        raise click.UsageError("--format goes with --to: a release is given all formats or none.")
    if folder is None and has_whole_dumps(release):
        click.echo(f"Release {release.release_id} has its dumps; with --to they are written elsewhere.")
        return
    with steps() as step:
        step("Writing the dumps")
        if folder is None:
            _list_files(dump_again(store, release).manifest.dumps)
        else:
            _list_files(_write(release, folder, endings))


def _write(release: Release, folder: Path, endings: Iterable[str]) -> tuple[DumpFile, ...]:
    verify_quads(release)
    formats = [DUMP_FORMATS[ending] for ending in dict.fromkeys(endings)] or DUMP_FORMATS.values()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write_dumps(release.folder / QUADS_FILE, folder, release.release_id, formats)
    except OSError as error:
        raise write_failed("The dumps", error, "Make room or choose another folder.") from error


def _list_files(files: Iterable[DumpFile]) -> None:
    for file in files:
        click.echo(f"{file.bytes:>12}  {file.name}")
    click.echo(f"Checksums: {SUMS_FILE}", err=True)
