"""``kg ask``."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click
from pyoxigraph import Literal, NamedNode

from kg.cli.options import deadline, home_option, settings
from kg.core.errors import FileUnreadable, KgError
from kg.core.media_types import FORMS
from kg.core.names import curie
from kg.engine import Engine, Question, Term, rows_of
from kg.engine import Table as Rows
from kg.engine.embedded import EmbeddedEngine
from kg.release.store import ReleaseStore, open_store
from kg.sparql.lexer import Kind, kind_of

if TYPE_CHECKING:
    from kg.diagnostics.syntax import Advice

_TOO_LONG = (
    "The question ran longer than {:g} seconds and was stopped: add LIMIT, bind more of the pattern, "
    "or give it more time with KG_MAX_SECONDS."
)
_WIDEST = 1_000_000  # columns; a table is no wider than its cells


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("-e", "query", help="The query itself, instead of a file.")
@click.option(
    "--format",
    "ending",
    type=click.Choice(["table", *FORMS]),
    default="table",
    show_default=True,
    help="Form of the answer; 'table' shows rows on the terminal, and a graph as Turtle.",
)
@home_option
def ask(file: Path | None, query: str | None, ending: str, home: Path | None) -> None:
    """Ask the current release the SPARQL query in FILE (- for standard input), or the one after -e.

    A query that runs longer than KG_MAX_SECONDS is stopped.
    """
    if (file is None) == (query is None):
        raise click.UsageError("Give a file with a query, or the query itself after -e.")
    text = query if query is not None else _read(Path(str(file)))
    chosen = settings(home=home)
    release = ReleaseStore(chosen.home).current()
    engine = EmbeddedEngine(open_store(release, chosen.memory_max_quads), release.release_id, chosen.max_nesting)
    kind = kind_of(text)
    is_table = ending == "table" and kind is Kind.SELECT
    if ending == "table":
        ending = "ttl" if kind.makes_graph else "tsv" if kind is Kind.UNKNOWN else "srj"
    body = _answer(engine, Question(text, FORMS[ending]), chosen.max_seconds)
    if is_table:
        _show(rows_of(body))
    else:
        sys.stdout.buffer.write(body)


def _answer(engine: Engine, question: Question, seconds: float) -> bytes:
    """Return the answer to a question, in its form.

    Raises:
        click.ClickException: the question has a fault; the message shows the line, and its remedy.
        As ``Engine.answer``.
    """
    try:
        with deadline(seconds, _TOO_LONG.format(seconds)):
            return engine.answer(question).body
    except KgError as error:
        from kg.diagnostics.syntax import advise  # here, as a query without a fault would pay for it
        from kg.diagnostics.term_suggestions import terms_of

        advice = advise(error, question.text, lambda: terms_of(engine))
        if advice is None:
            raise
        raise click.ClickException(f"{error}\n{_in_words(advice, question.text)}") from error


def _in_words(advice: Advice, text: str) -> str:
    """Return the advice as plain text: the line with its caret, the remedy, and the lines that the remedy makes."""
    words = f"\n{advice.excerpt}\n\n{advice.remedy}"
    return words if advice.correction is None else f"{words}\n\n{indent(advice.correction.lines(text), '    ')}"


def _read(path: Path) -> str:
    try:
        body = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return body.decode("utf-8-sig")  # some editors begin a text with a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}.") from error


def _show(answer: Rows) -> None:
    from rich.console import Console  # here, as each command would pay for it
    from rich.table import Table

    table = Table(*answer.variables)
    for row in answer.rows:
        table.add_row(*map(_cell, row))
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:  # whoever reads on, such as grep, wants each row whole and on one line
        console.width = _WIDEST
    console.print(table)
    click.echo(f"{len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}", err=True)


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return curie(term)
    return term.value if isinstance(term, Literal) else str(term)
