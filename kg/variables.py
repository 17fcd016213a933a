"""How the text of a ``KG_*`` variable becomes a value; each raises ValueError or KeyError for a text that is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path


def path(text: str) -> Path:
    """A path, absolute, with ``~`` for the user's home."""
    if not text:
        raise ValueError
    return Path(text).expanduser().absolute()


def whole(smallest: int, largest: int) -> Callable[[str], int]:
    """Whole numbers in a range, its ends included."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal()):  # int() also takes " 8_0 "
            raise ValueError
        value = int(text)
        if not smallest <= value <= largest:
            raise ValueError
        return value

    return parse


def seconds(text: str) -> float:
    """Seconds, more than 0 and at most an hour."""
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError
    return value


def host(text: str) -> str:
    """A host name or an address."""
    if not text or any(character.isspace() for character in text):
        raise ValueError
    return text


def hosts(text: str) -> str:
    """Hosts with commas between, each with a port if it needs one."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"[\w.-]+(:\d+)?|\[[\w:.]+\](:\d+)?", part) for part in parts):
        raise ValueError
    return ",".join(parts)


def switch(text: str) -> bool:
    """Yes or no."""
    return {"1": True, "true": True, "0": False, "false": False}[text.lower()]


def log(text: str) -> str:
    """Where a log goes: ``off``, ``-`` or a path."""
    return text if text in ("off", "-") else str(path(text))


def address(text: str) -> str:
    """An address of the web, without the slash at its end."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError
    return text.rstrip("/")
