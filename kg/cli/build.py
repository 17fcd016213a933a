"""``kg build`` and ``kg check``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kg.cli.options import data_option, home_option, settings, steps
from kg.reason import check_consistency
from kg.release.build import build as build_release
from kg.release.build import date_of_build, read_graph
from kg.release.shelf import Shelf


@click.command()
@data_option
@home_option
def build(folders: tuple[Path, ...], home: Path | None) -> None:
    """Make a release from the files and make it the current one.

    The same files give the same release, on any machine. A violation of a check or a shape stops the build, and the
    current release stays as it is.
    """
    shelf, day = Shelf(settings(home=home).home), date_of_build(os.environ)
    with steps() as step:
        release = build_release(shelf, folders, step, on=day)
    manifest = release.manifest
    click.echo(
        f"Release {release.release_id}: {manifest.quads} quads in {len(manifest.graphs)} graphs, in {release.folder}"
    )


@click.command()
@data_option
@click.option("--hermit", is_flag=True, help="Also let HermiT look for contradictions (needs a Java runtime).")
def check(folders: tuple[Path, ...], hermit: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Run every check and shape on the files, and change nothing."""
    settings()
    with steps() as step:
        graph = read_graph(folders, step)
        for violation in graph.violations:
            if violation.severity == "warning":
                click.echo(f"Warning: {violation.told(graph.where)}", err=True)
        graph.raise_if_violated()
        if hermit:
            step("Asking HermiT for contradictions")
            check_consistency(graph.store)
    click.echo(f"No violation in {len(graph.store)} quads.")
