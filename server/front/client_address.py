"""The client that an address belongs to, for limits per client."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

# a subscriber has at least so many bits of addresses (RFC 6177)
_SUBSCRIBER_BITS = 64


@lru_cache(maxsize=4096)
def client_key(address: str) -> str:
    """Return an IPv4 address as it is, and an IPv6 address as its /64 network; other text is returned unchanged."""
    try:
        parsed = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, _SUBSCRIBER_BITS), strict=False))
