"""``kg search``."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten

import click
from pyoxigraph import NamedNode

from kg.cli.options import home_option, settings
from kg.engine.embedded import EmbeddedEngine
from kg.errors import ParameterInvalid
from kg.names import LANGUAGES, curie, name
from kg.release.shelf import Shelf, open_store

_WIDEST = 1_000_000  # columns; a table is no wider than its cells
_MOST = 1_000
_LONGEST_MATCH = 80


@click.command()
@click.argument("text")
@click.option("--kind", "kinds", multiple=True, help="Only things of this class, such as fyp:Technology.")
@click.option("--plan", "plans", multiple=True, help="Only things of this plan, such as id:plan-ii.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="So many at most.")
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the labels."
)
@home_option
def search(
    text: str, kinds: tuple[str, ...], plans: tuple[str, ...], limit: int, language: str, home: Path | None
) -> None:
    """Search the names and descriptions of the current release for TEXT, in any language, script and spelling."""
    from rich.console import Console
    from rich.table import Table

    from kg.release.search import search_index  # here, as these bring what other commands need not

    chosen = settings(home=home)
    shelf = Shelf(chosen.home)
    release = shelf.current()
    engine = EmbeddedEngine(open_store(release, chosen.memory_max_quads), release.release_id, chosen.max_nesting)
    index = search_index(shelf, engine)
    found = index.find(text, kinds=_iris("kind", kinds), plans=_iris("plan", plans), limit=limit, language=language)
    table = Table("thing", "label", "matched", "how", "score")
    for hit in found.hits or index.nearest(text, language=language):
        matched = "" if hit.matched == hit.label else shorten(hit.matched, _LONGEST_MATCH, placeholder=" …")
        table.add_row(curie(hit.thing), hit.label, matched, hit.how.value, f"{hit.score:.2f}")
    index.close()
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:  # whoever reads on, such as grep, wants each row whole and on one line
        console.width = _WIDEST
    if table.row_count:
        console.print(table)
    click.echo(_told(found.total, table.row_count), err=True)


def _told(total: int, shown: int) -> str:
    if total:
        return f"{shown} of {total}"
    return "Nothing matches; these are the nearest names." if shown else "Nothing matches."


def _iris(option: str, texts: tuple[str, ...]) -> list[NamedNode]:
    try:
        return [name(text) for text in texts]
    except (KeyError, ValueError) as error:
        raise ParameterInvalid(f"--{option}", "give a compact IRI such as fyp:Technology or id:plan-ii.") from error
