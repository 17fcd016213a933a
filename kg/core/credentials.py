"""Headers that let us in elsewhere, in a file that only we may read."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from kg.core.errors import SettingInvalid

# a field name and a value of visible ASCII (RFC 9110, sections 5.1 and 5.5): no line break can add another header
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)")
# the HTTP client sets these itself, and a second value could contradict the request or its body
_OURS = ("accept", "accept-encoding", "connection", "content-length", "content-type", "host", "transfer-encoding")


def read_headers(variable: str, path: Path | None) -> tuple[tuple[str, str], ...]:
    """Return the headers in the file that a variable names, one a line, without empty lines and ``#`` comments.

    Raises:
        SettingInvalid: it cannot be read, everybody may read it, or a line is no header that may be sent.
    """
    if path is None:
        return ()
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"{variable}: {path} cannot be read: {error}.") from error
    if mode & stat.S_IROTH:
        raise SettingInvalid(f"{variable}: every user of this machine can read {path}. Run 'chmod o-rwx {path}'.")
    places = (f"{variable}: line {number} of {path}" for number in range(1, len(lines) + 1))
    return tuple(_header(place, line) for place, line in zip(places, lines, strict=True) if _counts(line))


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _header(place: str, line: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(line.strip())
    if match is None or match[1].lower() in _OURS:  # the message leaves the value out: it may be a secret
        raise SettingInvalid(
            f"{place} is no header that may be given. Write 'Name: value', such as 'Authorization: Bearer ...'."
        )
    return match[1], match[2]
