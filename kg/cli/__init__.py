"""The command ``kg``: one module a command."""

from __future__ import annotations

import os
from typing import Any

import click

from kg import __version__
from kg.cli.ask import ask
from kg.cli.build import build, check
from kg.cli.dump import dump
from kg.cli.evidence import evidence
from kg.cli.fetch import fetch
from kg.cli.links import links
from kg.cli.new import new
from kg.cli.options import INTERRUPTED, WholeHelpGroup, ending_on_interrupt
from kg.cli.publish import publish
from kg.cli.push import push
from kg.cli.releases import releases, rollback
from kg.cli.search import search
from kg.cli.serve import serve
from kg.core.errors import KgError


class KgGroup(WholeHelpGroup):
    """A group whose commands tell every error of ours in plain words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours, or of the system, becomes one message and exit code 1, and Ctrl-C 130."""
        try:
            with ending_on_interrupt():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            # whoever read our output has gone, as in `kg ask ... | head`; nothing is left to tell
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            raise SystemExit(1) from None
        except (KgError, OSError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=KgGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """Build, check, ask and serve the knowledge graph of China's Five-Year Plans."""


for command in (build, check, releases, rollback, publish, fetch, dump, ask, search, evidence, links, serve, push, new):
    main.add_command(command)
