"""Groups of commands whose list shows the whole first sentence of each command."""

from __future__ import annotations

import re
from inspect import cleandoc

import click

_SENTENCE = re.compile(r".+?[.](?=\s+[A-Z]|$)", re.DOTALL)


class WholeHelpGroup(click.Group):
    """A group that wraps the help of its commands; click itself cuts it to one line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their first sentences."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, _first_sentence(command)) for name, command in commands if command is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _first_sentence(command: click.Command) -> str:
    paragraph = " ".join(cleandoc(command.help or "").partition("\n\n")[0].split())
    sentence = _SENTENCE.match(paragraph)
    return sentence[0] if sentence is not None else paragraph
