"""One setting: its variable, and how the text of a variable becomes a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


def path(text: str) -> Path:
    """A path, made absolute."""
    if not text:
        raise ValueError
    return Path(text).expanduser().absolute()


def whole(smallest: int, largest: int) -> Callable[[str], int]:
    """A whole number between two, both included."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal()):  # int() also takes " 8_0 "
            raise ValueError
        value = int(text)
        if not smallest <= value <= largest:
            raise ValueError
        return value

    return parse


def seconds(text: str) -> float:
    """Seconds, up to an hour."""
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError
    return value


def host(text: str) -> str:
    """A name without spaces."""
    if not text or any(character.isspace() for character in text):
        raise ValueError
    return text


def hosts(text: str) -> str:
    """Hosts with commas between, each with a port or without."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"[\w.-]+(:\d+)?|\[[\w:.]+\](:\d+)?", part) for part in parts):
        raise ValueError
    return ",".join(parts)


def addresses(text: str) -> str:
    """Addresses with commas between; none has a user, a password, a query or a fragment."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(_ADDRESS.fullmatch(part) for part in parts):
        raise ValueError
    return ",".join(dict.fromkeys(parts))


def switch(text: str) -> bool:
    """On or off."""
    return {"1": True, "true": True, "0": False, "false": False}[text.lower()]


def keys(text: str) -> str:
    """Public keys or paths with commas between."""
    return ",".join(part.strip() for part in text.split(",") if part.strip())


def token(text: str) -> str:
    """A token that a header can hold (RFC 6750, section 2.1); the empty text is none."""
    if text and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{16,256}", text):
        raise ValueError
    return text


def log(text: str) -> str:
    """Where to log: off, standard error, or a path."""
    return text if text in ("off", "-") else str(path(text))


def address(text: str) -> str:
    """An address of the web without a query."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


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
