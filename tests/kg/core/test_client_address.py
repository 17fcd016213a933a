"""Limits for each client count IPv4 addresses whole and IPv6 addresses by their /64."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.client_address import client_key, is_loopback


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:8080", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("2001:DB8:0001:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[fe80::1%25eth0]:1", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unknown", "unknown"),
        ("_hidden", "_hidden"),
        ("1.2.3.4.5", "1.2.3.4.5"),
    ],
)
def test_a_client_is_its_ipv4_address_or_its_ipv6_network(address: str, key: str) -> None:
    assert client_key(address) == key


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_network_are_one_client(network: int, host: int, other: int) -> None:
    from ipaddress import IPv6Address

    base = (network | 2**61) << 64  # never ::ffff:0:0/96
    assert client_key(str(IPv6Address(base | host))) == client_key(str(IPv6Address(base | other)))
    assert client_key(str(IPv6Address(base | host))) != client_key(str(IPv6Address((base ^ (1 << 64)) | host)))


@given(st.text(max_size=300))
def test_any_text_has_a_key_of_bounded_length(text: str) -> None:
    assert len(client_key(text)) <= 100


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1:80", True),
        ("[::1]:80", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("::ffff:192.0.2.7", False),
        ("localhost", False),
        ("127.0.0.1.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_recognised_by_the_address_alone(address: str, is_here: bool) -> None:
    assert is_loopback(address) == is_here
