"""``kg new``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.build.build import DATA
from kg.build.scaffold import write_plan
from kg.cli.options import WholeHelpGroup, settings


@click.group(cls=WholeHelpGroup)
def new() -> None:
    """Write the skeleton of something new."""


@new.command()
@click.argument("slug")
@click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=DATA,
    show_default="graph_data",
    help="Folder of data to write into.",
)
def plan(slug: str, folder: Path) -> None:
    """Write the files of a further plan: SLUG is short, such as 'rb' for robotics; nothing is overwritten."""
    settings()
    for path in write_plan(slug, folder):
        click.echo(path)
    click.echo("Fill in the files, then run 'kg check'; graph_data/README.md says how.", err=True)
