"""The allow-list of hosts, and the check of their addresses. It is read at the start, without httpx2 (0.25 s)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote

from kg.core.errors import SettingInvalid

_LONGEST_URL = 2048
_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#]*)(?P<path>[/?][^#]*)?(?:#.*)?", re.IGNORECASE | re.DOTALL)
# without @, so that an address with a user name has no valid host
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<plain>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")
# the last label begins with a letter, so that 127.1 and 0x7f000001 are no names
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """An endpoint that could be called: its parts in one spelling, the IPv6 host without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header gives them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.path}"


def read_target(iri: str) -> Target | None:
    """Return the parts of an address, or None if it is not plain http or https (user name, odd host, port 0)."""
    match = _URL.fullmatch(iri) if len(iri) <= _LONGEST_URL else None
    host = _read_host(match["host"]) if match else None
    if match is None or host is None:
        return None
    scheme, path = match["scheme"].lower(), match["path"] or "/"
    path = path if path.startswith("/") else "/" + path
    # a percent sign is safe here, so that escapes of the address stay as they are
    return Target(scheme, host[0], host[1] or _PORTS[scheme], quote(path, safe="/?:@!$&'()*+,;=~%"))


def _read_host(text: str) -> tuple[str, int | None] | None:
    match = _HOST.fullmatch(text)
    if match is None or (match["port"] is not None and not 0 < int(match["port"]) < 2**16):
        return None
    port = int(match["port"]) if match["port"] is not None else None
    name = (match["plain"] or "").lower()
    # a name in DNS has at most 253 characters
    if _NAME.fullmatch(name) and len(name) <= 253:
        return name, port
    try:
        address = ipaddress.IPv6Address(match["six"]) if match["six"] else ipaddress.IPv4Address(name)
    except ValueError:
        return None
    # one spelling for each address, so that the allow-list can compare texts
    return str(address), port


@dataclass(frozen=True)
class AllowList:
    """The hosts that may be called; one without a port may be called at the ports 80 (http) and 443 (https)."""

    entries: tuple[tuple[str, int | None], ...]

    @classmethod
    def parse(cls, text: str) -> AllowList:
        """Read ``host``, ``host:port`` and ``[IPv6]:port``, with commas between.

        Raises:
            SettingInvalid: one of them is no host.
        """
        entries = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            host = _read_host(part)
            if host is None:
                raise SettingInvalid(
                    f"KG_FEDERATION_ALLOW: {part!r} is no host; write a name or an address, "
                    "with a port if it needs one, such as query.wikidata.org or 127.0.0.1:7878."
                )
            entries.append(host)
        return cls(tuple(entries))

    def __str__(self) -> str:
        """Return the hosts as an operator would list them."""
        return ", ".join(f"{host}:{port}" if port else host for host, port in self.entries)

    def allows(self, target: Target) -> bool:
        """Return True if the host of a target is listed."""
        return self._lists(target.host, target)

    def fits(self, address: Address, target: Target) -> bool:
        """Return True if a connection to this address of a target is allowed: it is public, or is itself listed.

        If the name ``localhost`` is listed, so are the loopback addresses.
        """
        is_local = target.host == "localhost" and address.is_loopback
        return is_public(address) or self._lists(str(address), target) or (is_local and self.allows(target))

    def _lists(self, host: str, target: Target) -> bool:
        return any(listed == host and target.port == (port or _PORTS[target.scheme]) for listed, port in self.entries)


def is_public(address: Address) -> bool:
    """Return True if an address is on the public internet and does not embed an IPv4 address (RFC 6890)."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    # such an address may lead to a private network by its IPv4 part
    carries_another = address.ipv4_mapped or address.sixtofour or address.teredo
    return not address.is_site_local and carries_another is None
