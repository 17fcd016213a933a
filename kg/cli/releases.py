"""``kg releases`` and ``kg rollback``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from kg.cli.options import home_option, settings
from kg.core.errors import KgError, ReleaseMissing
from kg.release import Release
from kg.release.store import ReleaseStore


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write a list of objects in JSON, for programs.")
@home_option
def releases(as_json: bool, home: Path | None) -> None:
    """List the releases, newest first; ``*`` marks the current one."""
    store = ReleaseStore(settings(home=home).home)
    try:
        current = store.current().release_id
    except KgError:
        # a home without a usable current release still has releases to list, and to roll back to
        current = None
    stored = store.releases()
    for problem in store.broken():
        click.echo(f"! {problem}", err=True)
    if not stored:
        raise ReleaseMissing(f"There is no release in {store.home}. Run 'kg build' first.")
    if as_json:
        click.echo(json.dumps([_as_data(release, current) for release in stored], indent=2))
        return
    for release in stored:
        mark = "*" if release.release_id == current else " "
        click.echo(
            f"{mark} {release.release_id}  {_made(release):%Y-%m-%d %H:%M} UTC  {release.manifest.quads:>9} quads"
        )


def _as_data(release: Release, current: str | None) -> dict[str, object]:
    return {
        "id": release.release_id,
        "current": release.release_id == current,
        "made": f"{_made(release):%Y-%m-%dT%H:%M:%SZ}",
        "quads": release.manifest.quads,
        "graphs": len(release.manifest.graphs),
        "folder": str(release.folder),
    }


def _made(release: Release) -> datetime:
    return datetime.fromtimestamp(release.folder.stat().st_mtime, UTC)


@click.command()
@click.argument("release_id", required=False)
@home_option
def rollback(release_id: str | None, home: Path | None) -> None:
    """Make an older release the current one: the one named, or the one before the current."""
    store = ReleaseStore(settings(home=home).home)
    release = store.get(release_id) if release_id else store.previous()
    store.set_current(release)
    click.echo(f"Current release: {release.release_id}")
