"""Settings: ``KG_*`` variables read once into a value that cannot change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kg.errors import SettingInvalid

PROJECT = Path(__file__).resolve().parent.parent


def _path(text: str) -> Path:
    if not text:
        raise ValueError
    return Path(text).expanduser().absolute()


def _whole(smallest: int, largest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal()):  # int() also takes " 8_0 "
            raise ValueError
        value = int(text)
        if not smallest <= value <= largest:
            raise ValueError
        return value

    return parse


def _host(text: str) -> str:
    if not text or any(character.isspace() for character in text):
        raise ValueError
    return text


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, default, meaning, what a value must be, and how a text becomes one."""

    name: str
    default: Any
    help: str
    expected: str
    parse: Callable[[str], Any]

    @property
    def variable(self) -> str:
        """The environment variable, such as ``KG_PORT``."""
        return "KG_" + self.name.upper()


SETTINGS = (
    Setting("home", PROJECT / ".kg", "Folder that holds the releases", "a path", _path),
    Setting("host", "127.0.0.1", "Address to listen on", "a host name or an address", _host),
    Setting("port", 8000, "Port to listen on", "a whole number from 1 to 65535", _whole(1, 65535)),
    Setting("threads", 4, "Requests answered at once", "a whole number from 1 to 64", _whole(1, 64)),
    Setting("source_text", None, "Local copy of the policy update's text, to show passages", "a path", _path),
    Setting(
        "memory_max_quads",
        2_000_000,
        "Largest release held in memory; a larger one is read from disk",
        "a whole number from 0",
        _whole(0, 10**12),
    ),
    Setting(
        "max_question_bytes",
        1_048_576,
        "Longest SPARQL text or request body, in bytes of UTF-8",
        "a whole number from 1",
        _whole(1, 2**30),
    ),
    Setting("max_nesting", 128, "Deepest nesting of a SPARQL text", "a whole number from 1 to 1000", _whole(1, 1000)),
)


@dataclass(frozen=True)
class Settings:
    """All settings of a process; see ``SETTINGS`` for their meaning."""

    home: Path
    host: str
    port: int
    threads: int
    source_text: Path | None
    memory_max_quads: int
    max_question_bytes: int
    max_nesting: int


def read_settings(environment: Mapping[str, str], **chosen: Any) -> Settings:
    """Read the settings from the ``KG_*`` variables; ``chosen`` values that are not None win.

    Raises:
        SettingInvalid: a ``KG_*`` variable is unknown, or its value is not what is expected.
    """
    known = {setting.variable: setting for setting in SETTINGS}
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    for variable in sorted(key for key in environment if key.startswith("KG_")):
        if variable not in known:
            raise SettingInvalid(_unknown(variable, list(known)))
        setting = known[variable]
        try:
            values[setting.name] = setting.parse(environment[variable])
        except ValueError as error:
            message = f"{variable}={environment[variable]!r} is not valid: expected {setting.expected}."
            raise SettingInvalid(message) from error
    values.update({key: value for key, value in chosen.items() if value is not None})
    return Settings(**values)


def _unknown(variable: str, known: list[str]) -> str:
    near = get_close_matches(variable, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{variable} is no setting of this program.{hint} Known settings: {', '.join(sorted(known))}."
