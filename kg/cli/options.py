"""Code that several commands share: options, settings, steps shown to the user."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kg.build.build import DATA
from kg.core.settings import SETTINGS, Settings, read_settings

_HELP = {setting.name: f"{setting.help} [default: {setting.variable} or {setting.default}]" for setting in SETTINGS}


def checked(_: click.Context, option: click.Parameter, text: str | None) -> Any:
    """Return the value of an option as its setting reads it."""
    setting = next(setting for setting in SETTINGS if setting.name == option.name)
    try:
        return None if text is None else setting.parse(text)
    except ValueError as error:
        raise click.BadParameter(f"expected {setting.expected}") from error


home_option = click.option("--home", type=click.Path(path_type=Path, file_okay=False), help=_HELP["home"])
host_option = click.option("--host", help=_HELP["host"])
port_option = click.option("--port", type=click.IntRange(1, 65535), help=_HELP["port"])
follow_option = click.option("--follow", metavar="URL", callback=checked, help=_HELP["follow"])
every_option = click.option("--every", type=click.FloatRange(0.1, 3600), help=_HELP["follow_seconds"])
key_option = click.option("--key", "follow_key", metavar="KEY", callback=checked, help=_HELP["follow_key"])
insecure_option = click.option(
    "--insecure",
    is_flag=True,
    default=None,
    help="Fetch without a key. A person who controls the address, or the way there, then decides what is served.",
)
data_option = click.option(
    "--data",
    "folders",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    default=(DATA,),
    show_default="graph_data",
    help="Folder of data; may be given several times.",
)
source_option = click.option(
    "--source",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Local copy of the policy update's text.",
)


def settings(**chosen: Any) -> Settings:
    """Return the settings of this process; options that were given win over variables.

    Raises:
        SettingInvalid: a ``KG_*`` variable is unknown or ill-formed.
    """
    return read_settings(os.environ, **chosen)


def variables_of(chosen: Settings) -> dict[str, str]:
    """Return the settings as the variables from which another process of ours reads them."""
    values = {setting.variable: getattr(chosen, setting.name) for setting in SETTINGS}
    return {variable: str(value) for variable, value in values.items() if value is not None}


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Tell the steps of a long task on standard error: a live line on a terminal, plain lines elsewhere."""
    from rich.console import Console  # a twentieth of a second of each command, and few take long

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: console.print(f"{text} ...", highlight=False)
        return
    with console.status("Starting ...") as status:
        yield lambda text: status.update(f"{text} ...")
