"""The client of an address: what all limits per client count by. Pure."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_CLIENT_BITS = 64
_LONGEST = 100


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address in a text such as ``192.0.2.1``, ``192.0.2.1:80`` or ``[2001:db8::1]:80``, or None.

    An IPv4 address that is mapped into IPv6 (RFC 4291, section 2.5.5.2) is IPv4. A zone id (RFC 4007) is dropped.
    """
    # the length bounds the keys of the cache, because a header of a client may be long
    return _parsed(text.strip()[:_LONGEST])


@lru_cache(maxsize=4096)
def _parsed(bare: str) -> IPv4Address | IPv6Address | None:
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    # an IPv6 address has two colons at least, so a single colon separates an IPv4 address from its port
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    # a client that writes its IPv4 address as IPv6 would otherwise count as another client
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def client_key(address: str) -> str:
    """Return the key of the client that has an address: its IPv4 address, or the /64 network of its IPv6 address.

    One customer of a provider has a /64 at least (RFC 6177). A text that is no address is its own key.
    """
    return _key(address.strip()[:_LONGEST])


@lru_cache(maxsize=4096)
def _key(address: str) -> str:
    parsed = _parsed(address)
    if parsed is None:
        return address
    return str(IPv6Network((parsed, _CLIENT_BITS), strict=False)) if parsed.version == 6 else str(parsed)


def is_loopback(address: str) -> bool:
    """Return True for an address of this machine that no other machine can reach."""
    parsed = parse_address(address)
    return parsed is not None and parsed.is_loopback
