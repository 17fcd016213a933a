"""``kg build`` and ``kg check``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kg.build.build import build as build_release
from kg.build.build import date_of_build, read_graph
from kg.build.reasoner import check_consistency
from kg.cli.options import data_option, home_option, settings, steps
from kg.core.errors import ReleaseBroken, ReleaseMissing
from kg.release.store import ReleaseStore
from kg.release.verify import is_listed, refuse_problems, verify_files

_CURRENT, _ALL = "current", "all"


@click.command()
@data_option
@home_option
def build(folders: tuple[Path, ...], home: Path | None) -> None:
    """Make a release from the files and make it the current one.

    The same files give the same release, on any machine. A violation of a check or a shape stops the build, and the
    current release stays as it is.
    """
    store, day = ReleaseStore(settings(home=home).home), date_of_build(os.environ)
    with steps() as step:
        release = build_release(store, folders, step, on=day)
    manifest = release.manifest
    click.echo(
        f"Release {release.release_id}: {manifest.quads} quads in {len(manifest.graphs)} graphs, in {release.folder}"
    )


def _verify(store: ReleaseStore, chosen: str) -> None:
    """Verify one release, or all.

    Raises:
        ReleaseMissing: there is none.
        ReleaseBroken: one is not as it was written.
    """
    # all releases are verified before an error ends the command, so that one message names each broken one
    problems, count = [], 0
    for release_id in store.ids() if chosen == _ALL else [store.current_id() if chosen == _CURRENT else chosen]:
        count += 1
        try:
            release = store.get(release_id)
            refuse_problems(release, verify_files(release))
        except ReleaseBroken as error:
            problems.append(str(error))
            continue
        if is_listed(release.folder):
            click.echo(f"{release_id}: every file is as it was written.")
        else:
            click.echo(
                f"{release_id}: quads and dumps are as they were written. An older program made this release and noted "
                "no hashes of its other files, so that those cannot be verified.",
                err=True,
            )
    if problems:
        raise ReleaseBroken("\n".join(problems))
    if not count:
        raise ReleaseMissing(f"There is no release in {store.home}. Run 'kg build' first.")


@click.command()
@data_option
@click.option("--hermit", is_flag=True, help="Also let HermiT look for contradictions (needs a Java runtime).")
@click.option(
    "--release",
    "chosen",
    metavar="[ID]",
    is_flag=False,
    flag_value=_CURRENT,
    help="Verify the files of a release in place of the data: the current one, the one with that id, or all.",
)
@home_option
def check(folders: tuple[Path, ...], hermit: bool, chosen: str | None, home: Path | None) -> None:
    """Run every check and shape on the files, and change nothing.

    With --release every file of a release is compared with the size and the SHA-256 that it was written with. The
    command then ends with 1 if one differs.
    """
    at = settings(home=home).home
    if chosen is not None:
        _verify(ReleaseStore(at), chosen)
        return
    with steps() as step:
        graph = read_graph(folders, step)
        for violation in graph.violations:
            if violation.severity == "warning":
                click.echo(f"Warning: {violation.describe(graph.where)}", err=True)
        graph.raise_if_violated()
        if hermit:
            step("Asking HermiT for contradictions")
            check_consistency(graph.store)
    click.echo(f"No violation in {len(graph.store)} quads.")
