"""``kg releases`` and ``kg rollback``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kg.cli.options import home_option, settings
from kg.errors import KgError
from kg.release.shelf import Shelf


@click.command()
@home_option
def releases(home: Path | None) -> None:
    """List the releases, newest first; ``*`` marks the current one."""
    shelf = Shelf(settings(home=home).home)
    try:
        current = shelf.current().release_id
    except KgError:
        current = None
    for release in shelf.releases():
        mark = "*" if release.release_id == current else " "
        made = datetime.fromtimestamp(release.folder.stat().st_mtime, UTC)
        click.echo(f"{mark} {release.release_id}  {made:%Y-%m-%d %H:%M} UTC  {release.manifest.quads:>9} quads")
    for problem in shelf.broken():
        click.echo(f"! {problem}", err=True)
    if not shelf.releases():
        click.echo(f"There is no release in {shelf.home}. Run 'kg build' first.", err=True)


@click.command()
@click.argument("release_id", required=False)
@home_option
def rollback(release_id: str | None, home: Path | None) -> None:
    """Make an older release the current one: the one named, or the one before the current."""
    shelf = Shelf(settings(home=home).home)
    release = shelf.get(release_id) if release_id else shelf.previous()
    shelf.point_to(release)
    click.echo(f"Current release: {release.release_id}")
