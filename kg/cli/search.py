"""``kg search``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click
from pyoxigraph import NamedNode

from kg.cli.options import home_option, settings
from kg.core.errors import ParameterInvalid
from kg.core.names import LANGUAGES, curie, name
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import Budget, CancellationToken
from kg.release.store import ReleaseStore, open_store

if TYPE_CHECKING:
    from kg.search import Hit

_WIDEST = 1_000_000  # columns; a table is no wider than its cells
_MOST = 1_000
_LONGEST_MATCH = 80
_FORMATS = ("table", "csv", "tsv", "json")
_COLUMNS = ("iri", "thing", "label", "language", "matched", "how", "score")


@click.command()
@click.argument("text")
@click.option("--kind", "kinds", multiple=True, help="Only things of this class, such as fyp:Technology.")
@click.option("--plan", "plans", multiple=True, help="Only things of this plan, such as id:plan-ii.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="So many at most.")
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the labels."
)
@click.option(
    "--format",
    "ending",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="Form of the list; 'table' is for the terminal, the others are for programs.",
)
@home_option
def search(
    text: str,
    kinds: tuple[str, ...],
    plans: tuple[str, ...],
    limit: int,
    language: str,
    ending: str,
    home: Path | None,
) -> None:
    """Search the names and descriptions of the current release for TEXT, in any language, script and spelling."""
    from kg.release.store import search_index

    chosen = settings(home=home)
    store = ReleaseStore(chosen.home)
    release = store.current()
    engine = EmbeddedEngine(open_store(release, chosen.memory_max_quads), release.release_id, chosen.max_nesting)
    # SQLite has no limit of time of its own, so a search gets that of queries
    index = search_index(store, engine).within(Budget(CancellationToken(), chosen.max_seconds))
    result = index.find(text, kinds=_iris("kind", kinds), plans=_iris("plan", plans), limit=limit, language=language)
    hits = result.hits or index.nearest(text, language=language)
    index.close()
    if ending == "table":
        _show(hits)
    else:
        click.echo(_written(hits, ending), nl=False)
    click.echo(_summary_line(result.total, len(hits)), err=True)


def _show(hits: Sequence[Hit]) -> None:
    from rich.console import Console  # here, as each command would pay for it
    from rich.table import Table

    table = Table("thing", "label", "matched", "how", "score")
    for hit in hits:
        matched = "" if hit.matched == hit.label else shorten(hit.matched, _LONGEST_MATCH, placeholder=" …")
        table.add_row(curie(hit.thing), hit.label, matched, hit.how.value, f"{hit.score:.2f}")
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:  # whoever reads on, such as grep, wants each row whole and on one line
        console.width = _WIDEST
    if hits:
        console.print(table)


def _written(hits: Sequence[Hit], ending: str) -> str:
    """Return the hits for programs: all columns whole, in the same order."""
    rows = [
        (hit.thing.value, curie(hit.thing), hit.label, hit.language, hit.matched, hit.how.value, hit.score)
        for hit in hits
    ]
    if ending == "json":
        objects = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if ending == "tsv" else ",", lineterminator="\n")
    writer.writerows([_COLUMNS, *rows])
    return text.getvalue()


def _summary_line(total: int, shown: int) -> str:
    if total:
        return f"{shown} of {total}"
    return "Nothing matches; these are the nearest names." if shown else "Nothing matches."


def _iris(option: str, texts: tuple[str, ...]) -> list[NamedNode]:
    try:
        return [name(text) for text in texts]
    except (KeyError, ValueError) as error:
        raise ParameterInvalid(f"--{option}", "give a compact IRI such as fyp:Technology or id:plan-ii.") from error
