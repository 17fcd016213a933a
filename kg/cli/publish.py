"""``kg publish``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import home_option, settings, steps
from kg.release.publish import publish as publish_release
from kg.release.shelf import Shelf


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("release_id", required=False)
@click.option(
    "--last",
    type=click.IntRange(1),
    help="Keep so many releases in the folder, and remove older ones. All are kept if this is not given.",
)
@home_option
def publish(folder: Path, release_id: str | None, last: int | None, home: Path | None) -> None:
    """Write a release, the current one unless RELEASE_ID names another, into FOLDER for others to copy.

    Any server of files can offer the folder; 'kg fetch' and 'kg serve --follow' take releases from it. What lies there
    already is not written again, and no reader sees a release that is not whole.
    """
    shelf = Shelf(settings(home=home).home)
    release = shelf.get(release_id) if release_id else shelf.current()
    with steps() as step:
        step("Publishing the release")
        pointer = publish_release(release, folder, last=last)
    click.echo(f"Release {pointer.release_id} is published in {folder}")
