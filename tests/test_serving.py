"""A server that takes long to start finds its port still free."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving import free_port

CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")


@pytest.mark.skipif(not CLIENTS.exists(), reason="only Linux says which ports clients get")
def test_a_free_port_is_none_that_a_client_may_get_meanwhile() -> None:
    first, last = map(int, CLIENTS.read_text("ascii").split())
    assert not any(first <= free_port() <= last for _ in range(20))
