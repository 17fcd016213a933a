from __future__ import annotations

import ipaddress

import pytest

from kg.core.errors import SettingInvalid
from kg.engine.federation.allow import AllowList, is_public, read_target


@pytest.mark.parametrize(
    ("iri", "url"),
    [
        ("http://a.org", "http://a.org/"),
        ("HTTPS://A.org:443/sparql?x=1#part", "https://a.org/sparql?x=1"),
        ("http://a.org:8080?x", "http://a.org:8080/?x"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("http://[0:0::1]:81/", "http://[::1]:81/"),
        ("http://127.0.0.1/é b\r\n", "http://127.0.0.1/%C3%A9%20b%0D%0A"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_target_has_one_spelling(iri: str, url: str) -> None:
    target = read_target(iri)
    assert target is not None
    assert target.url == url


@pytest.mark.parametrize(
    ("allow", "iri", "allowed"),
    [
        ("a.org", "http://a.org/", True),
        ("a.org", "https://a.org/", True),
        ("A.org", "https://a.ORG/", True),
        ("a.org", "http://a.org:8080/", False),
        ("a.org", "http://a.org:443/", False),
        ("a.org:8080", "http://a.org:8080/", True),
        ("a.org:8080", "http://a.org/", False),
        ("a.org", "http://b.a.org/", False),
        ("b.org, a.org", "http://a.org/", True),
        ("[::1]:81", "http://[0::1]:81/", True),
        ("", "http://a.org/", False),
    ],
)
def test_a_host_is_called_where_the_list_says(allow: str, iri: str, allowed: bool) -> None:
    target = read_target(iri)
    assert target is not None
    assert AllowList.parse(allow).allows(target) is allowed


@pytest.mark.parametrize("text", ["http://a.org", "a.org/x", "user@a.org", "a.org:0", "a.org:99999", "127.1", "::1"])
def test_what_is_no_host_is_no_setting(text: str) -> None:
    with pytest.raises(SettingInvalid, match="KG_FEDERATION_ALLOW"):
        AllowList.parse(text)


PRIVATE = [
    *("0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.1"),
    *("192.0.2.1", "192.168.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::2", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1"),
    *("2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12::1", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_open_internet_are_distinguished(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("allow", "iri", "address", "fits"),
    [
        ("a.org", "http://a.org/", "8.8.8.8", True),
        ("a.org", "http://a.org/", "127.0.0.1", False),
        ("a.org,127.0.0.1", "http://a.org/", "127.0.0.1", True),
        ("a.org,127.0.0.1:81", "http://a.org/", "127.0.0.1", False),
        ("a.org,127.0.0.1", "http://a.org/", "::ffff:127.0.0.1", False),
        ("localhost", "http://localhost/", "127.0.0.1", True),
        ("localhost", "http://localhost/", "::1", True),
        ("localhost", "http://localhost/", "10.0.0.1", False),
        ("127.0.0.1", "http://127.0.0.1/", "127.0.0.1", True),
    ],
)
def test_a_private_address_fits_only_where_it_is_listed(allow: str, iri: str, address: str, fits: bool) -> None:
    target = read_target(iri)
    assert target is not None
    assert AllowList.parse(allow).fits(ipaddress.ip_address(address), target) is fits
