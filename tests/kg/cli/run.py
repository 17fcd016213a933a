"""The command ``kg``, run in this process."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner, Result

from kg.cli import main


def kg(*words: object, **more: Any) -> Result:
    """Run ``kg`` with some words; ``input=`` is its standard input, ``env=`` more environment."""
    return CliRunner().invoke(main, list(map(str, words)), prog_name="kg", **more)


def told(result: Result) -> str:
    """The message of a command that failed as it should: exit code 1, and no traceback."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    message = result.stderr[result.stderr.index("Error: ") + len("Error: ") :]
    assert "Traceback" not in message
    return message.rstrip("\n")
