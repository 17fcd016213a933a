"""``kg push``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import home_option, settings, steps
from kg.core.errors import CopyFailed, ReleaseMissing, SettingInvalid
from kg.core.settings import Settings
from kg.engine.remote.quirks import GraphNames, read_access
from kg.release import Release
from kg.release.push.transfer import Contents, plan, remove
from kg.release.push.transfer import push as push_to
from kg.release.store import ReleaseStore, verify_quads

if TYPE_CHECKING:
    from kg.release.push.store import GraphStore


@click.command()
@click.argument("release_id", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--again", is_flag=True, help="Send everything anew, whatever is there.")
@click.option("--remove", "removed", metavar="RELEASE_ID", help="Remove a release from the engine instead.")
@home_option
def push(
    release_id: str | None,
    home: Path | None,
    removed: str | None,
    dry_run: bool,
    again: bool,
) -> None:
    """Bring a release, the current one unless RELEASE_ID names another, into the engine that KG_ENGINE_URL names.

    Data already in the engine are not sent again, so a push that broke off goes on. At the end everything is read back
    and compared; only then is the release marked as whole, and the service may answer from it. Other data in the same
    engine are neither read nor changed.
    """
    chosen = settings(home=home)
    store = ReleaseStore(chosen.home)
    with _stores(chosen) as stores:
        if removed is not None:
            _remove(store, removed, stores, dry_run=dry_run)
            return
        release = store.get(release_id) if release_id else store.current()
        verify_quads(release)
        _push(release, stores, dry_run=dry_run, again=again)


def _push(release: Release, stores: list[GraphStore], *, dry_run: bool, again: bool) -> None:
    contents = Contents.of(release)
    for store in stores:
        if dry_run:
            planned = plan(contents, store)
            click.echo(f"{store.graph_store}: release {release.release_id}, {contents.total} statements to be there")
            for line in planned.lines(contents):
                click.echo(f"  {line}")
            click.echo(f"  It is {'' if planned.is_whole else 'not '}there whole.")
            continue
        with steps() as step:
            mark = push_to(contents, store, step, again=again)
        result = "was there whole" if mark is None else f"is there whole, sha256 {mark.sha256[:16]}"
        click.echo(f"{store.graph_store}: release {release.release_id} {result}")


def _remove(releases: ReleaseStore, release_id: str, stores: list[GraphStore], *, dry_run: bool) -> None:
    if not releases.folder.is_dir():  # without it nobody knows which release is current, and must stay
        raise ReleaseMissing(f"There is no release in {releases.home}. Name the home of the service with --home.")
    try:
        names = list(releases.get(release_id).manifest.graphs)
        is_current = releases.current_id() == release_id
    except ReleaseMissing:
        # the engine may hold a release whose folder is gone, and its graphs are then looked for there
        names, is_current = [], False
    if is_current:
        raise CopyFailed(f"{release_id} is the current release. Make another one current first ('kg rollback').")
    for store in stores:
        if dry_run:
            click.echo(f"{store.graph_store}: would remove what is below {GraphNames(release_id).own}")
            continue
        with steps() as step:
            count = remove(GraphNames(release_id), names, store, step)
        click.echo(f"{store.graph_store}: {count} graphs of release {release_id} are removed")


@contextmanager
def _stores(chosen: Settings) -> Iterator[list[GraphStore]]:
    """Yield the graph stores; where questions are asked at more addresses than there are stores, the stores share them.

    Raises:
        SettingInvalid: there is no engine, or no address of its graph store.
    """
    if not chosen.engine_url:
        raise SettingInvalid("KG_ENGINE_URL names no engine: set it to the address where the engine answers questions.")
    access = read_access(chosen)
    if not access.graph_stores:
        raise SettingInvalid(
            f"The address of the graph store does not follow from KG_ENGINE_URL for the product {access.product.name}: "
            "set KG_ENGINE_GRAPH_STORE, or KG_ENGINE_PRODUCT."
        )
    from kg.engine.remote.engine import client_for
    from kg.release.push.store import GraphStore  # and with it httpx2, a quarter of a second of every command's start

    client = client_for(access, chosen)
    try:
        urls = (
            access.urls if len(access.urls) == len(access.graph_stores) else access.urls[:1] * len(access.graph_stores)
        )
        yield [
            GraphStore(url, store, access.product, client) for url, store in zip(urls, access.graph_stores, strict=True)
        ]
    finally:
        client.close()
