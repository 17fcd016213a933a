"""Host headers: validation and canonical form (RFC 9110, section 7.2). Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address

from kg.core.messages import Message

REFUSED = Message(
    "The Host header names no host. Send the name under which this service is reached, such as Host: example.org."
)

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::([0-9]{0,5}))?", re.ASCII)
_LONGEST, _LONGEST_NAME, _LONGEST_LABEL, _LAST_PORT = 300, 253, 63, 65_535
_USUAL_PORTS = {"http": 80, "https": 443}


def read_host(sent: str, scheme: str) -> str | None:
    """Return the canonical host of a Host header with its port, or None if it is invalid.

    The canonical form has lower case, no dot at the end, and no default port of the scheme.
    """
    return _read(sent, scheme) if len(sent) <= _LONGEST else None


@lru_cache(maxsize=256)  # a service has few names
def _read(sent: str, scheme: str) -> str | None:
    match = _AUTHORITY.fullmatch(sent.strip().lower())
    if match is None:
        return None
    name, port = match[1].removesuffix("."), int(match[2] or _USUAL_PORTS.get(scheme, 0))
    if port > _LAST_PORT or not (_is_ipv6(name) if name.startswith("[") else _is_name(name)):
        return None
    return name if port in (0, _USUAL_PORTS.get(scheme)) else f"{name}:{port}"


def _is_ipv6(bracketed: str) -> bool:
    try:
        IPv6Address(bracketed[1:-1])
    except ValueError:
        return False
    return True


def _is_name(name: str) -> bool:
    """Return True for a name that DNS can resolve. A Punycode name must decode to Unicode (RFC 5890)."""
    if len(name) > _LONGEST_NAME or any(len(label) > _LONGEST_LABEL for label in name.split(".")):
        return False
    try:
        name.encode("ascii").decode("idna")
    except UnicodeError:
        return False
    return True
