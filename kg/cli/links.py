"""``kg links``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from kg.cli.options import WholeHelpGroup, data_option, settings, steps
from kg.core.errors import DataViolated, WriteFailed
from kg.core.vocabularies import VOCABULARIES
from kg.links import FIELD_PREFIXES, all_mapping_files, header, our_labels
from kg.links.check import check_files
from kg.links.propose import AUTHOR, Pair, propose
from kg.sources.sssom import read_matches, write_table


@click.group(cls=WholeHelpGroup)
def links() -> None:
    """Check the links to other vocabularies, and look for more."""


@links.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="[FILE]...")
@data_option
def check(files: tuple[Path, ...], folders: tuple[Path, ...]) -> None:
    """List everything that is wrong with mapping FILEs, or with all in the data, those with proposals too."""
    settings()
    count, findings = check_files(files or all_mapping_files(folders), our_labels(folders))
    if findings:
        noun = "finding" if len(findings) == 1 else "findings"
        raise DataViolated(f"{len(findings)} {noun} in the mapping files:\n" + "\n".join(map(str, findings)))
    click.echo(f"No finding in {count} links.")


@links.command("propose")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--vocabulary",
    "prefix",
    type=click.Choice(sorted(VOCABULARIES)),
    help="The vocabulary to link to, where a dump holds several.",
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write, in place of the terminal."
)
@data_option
def propose_links(source: Path, prefix: str | None, output: Path | None, folders: tuple[Path, ...]) -> None:
    """Propose links to resources that a dump of a vocabulary calls as we do.

    SOURCE is a local copy in Turtle, TriG, N-Triples, N-Quads or RDF/XML, perhaps packed with gzip. The proposals are
    rows for somebody to judge, and to move to the mapping file of the vocabulary. Existing links and proposals are
    left out.
    """
    settings()
    existing = _known(folders)
    with steps() as step:
        step("Reading the dump")
        proposals = propose(
            source,
            our_labels(folders),
            existing,
            today=datetime.now(UTC).date(),
            vocabulary=None if prefix is None else VOCABULARIES[prefix],
        )
    if proposals.vocabulary is not None and proposals.matches:
        metadata = {**header(proposals.vocabulary, proposed=True), "mapping_tool": AUTHOR}
        metadata["curie_map"] = metadata["curie_map"] | FIELD_PREFIXES
        _write(write_table(metadata, proposals.matches), output)
    if proposals.vocabulary is None:
        click.echo("The dump has no thing of a known vocabulary that is called as one of ours.", err=True)
    click.echo(
        f"{len(proposals.matches)} proposals; {proposals.already_linked} pairs are linked or proposed already.",
        err=True,
    )


def _known(folders: Sequence[Path]) -> set[Pair]:
    return {(match.subject, match.object) for path in all_mapping_files(folders) for match in read_matches(path)}


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WriteFailed(f"{output} cannot be written: {error}.") from error
