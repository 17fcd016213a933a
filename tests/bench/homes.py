"""Homes with synthetic plans beside the real ones, for the other benches: ``python -m tests.bench.homes N FOLDER``."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from kg.build.build import DATA, build
from kg.release import Release
from kg.release.store import ReleaseStore
from tests.bench.corpus import write_corpus


def make_home(plans: int, home: Path) -> Release:
    """Build the real data and so many synthetic plans into a home, by the ordinary build."""
    with TemporaryDirectory() as folder:
        if plans:
            write_corpus(plans, Path(folder))
        folders = [DATA, Path(folder)] if plans else [DATA]
        return build(ReleaseStore(home), folders, click.echo)


@click.command()
@click.argument("plans", type=click.IntRange(0, 99_999))
@click.argument("home", type=click.Path(path_type=Path, file_okay=False))
def main(plans: int, home: Path) -> None:
    """Build a HOME with PLANS synthetic plans beside the real ones."""
    computed = time.process_time()
    release = make_home(plans, home)
    seconds = time.process_time() - computed
    click.echo(f"{plans} plans, {release.manifest.quads:,} quads in {home}, {seconds:.0f} s of the processor")


if __name__ == "__main__":
    main()
