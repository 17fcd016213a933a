"""Code that several commands share: options, settings, steps shown to the user."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from inspect import cleandoc
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
    # None is no choice, so that KG_FOLLOW_INSECURE decides; False would override it
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


# a full stop ends a sentence only before a space and a capital, so names of files have no effect
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


INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended: 128 and the number of the signal."""

_GRACE_SECONDS = 0.3  # for the command to tidy up by itself


@contextmanager
def ending_on_interrupt() -> Iterator[None]:
    """End the process soon after SIGINT, with status 130, until the block ends.

    A handler that somebody else sets for SIGINT meanwhile, such as that of a server, is left to its work. Outside the
    main thread, which alone receives signals, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A handler of Python runs only between two instructions, and a query in pyoxigraph is a single one.
    # So the signal writes its number into a pipe at once, and a thread reads it there.
    reading, writing = os.pipe()
    # `set_wakeup_fd` demands a descriptor that does not block
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reading,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        # the end of the pipe is what the thread waits for
        os.close(writing)
        watcher.join()
        os.close(reading)


def _watch(reading: int) -> None:
    """Wait for SIGINT, then for the block to end; if it does not end, end the process."""
    while received := os.read(reading, 1):
        if received[0] == signal.SIGINT and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            # readable means that the block has ended, or that another signal came, which the loop reads next
            ended, _, _ = select.select([reading], [], [], _GRACE_SECONDS)
            if not ended:
                _end(INTERRUPTED)


@contextmanager
def deadline(seconds: float, message: str) -> Iterator[None]:
    """End the process with status 1 and a message if the block takes longer than that."""

    def expire() -> None:
        with suppress(OSError):
            sys.stderr.write(f"Error: {message}\n")
        _end(1)

    # a thread, since the main thread may be in a query that no exception can interrupt
    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(status: int) -> None:
    with suppress(OSError):
        sys.stderr.flush()
    # `sys.exit` would end only the thread that calls it
    os._exit(status)
