"""``kg evidence``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option, settings, source_option
from kg.core.errors import EvidenceWrong
from kg.core.names import slug_of
from kg.engine.store import Store
from kg.graph.evidence import SourceText, declare, find, passages, problems, read_source_text, undeclared_passages
from kg.sources.files import find_data_files, read_data_file


@click.command()
@source_option
@data_option
@click.option("--find", "phrase", help="Show where a phrase stands, with the slug of its passage.")
@click.option("--declare", "declaring", is_flag=True, help="Write Turtle for passages that are named and not declared.")
def evidence(source: Path, folders: tuple[Path, ...], phrase: str | None, declaring: bool) -> None:
    """Show every passage of the data beside a local copy of the source text, and verify them all.

    The text stays on this machine: the graph holds places, never sentences.
    """
    settings()
    store = Store(quad for file in find_data_files(folders) for quad in read_data_file(file))
    text = read_source_text(source, store)
    if phrase is not None:
        _show_places(text, phrase)
    elif declaring:
        click.echo("\n".join(declare(store, text, undeclared_passages(store))), nl=False)
    else:
        _show_all(store, text)


def _show_places(text: SourceText, phrase: str) -> None:
    places = find(text, phrase)
    for line, start, end in places:
        click.echo(f"line {line}: id:passage-{start}-{end}")
    if not places:
        raise EvidenceWrong(f"The text does not hold {phrase!r}.")


def _show_all(store: Store, text: SourceText) -> None:
    found_passages = passages(store, text.document)
    for passage in found_passages:
        click.echo(f"{slug_of(passage.iri)}  line {passage.line}: {text.cut(passage.start, passage.end)}")
    wrong = problems(store, text)
    if wrong:
        raise EvidenceWrong("The source text and the data disagree:\n" + "\n".join(wrong))
    click.echo(f"{len(found_passages)} passages lie where the data say.", err=True)
