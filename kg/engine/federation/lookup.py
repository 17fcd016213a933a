"""From the name of a host to its addresses: looked up once, in a thread that nobody has to wait for."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from kg.core.errors import FederationFailed
from kg.core.messages import Message

Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, by the system's resolver.

    Raises:
        OSError: the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def addresses_of(host: str, port: int, resolver: Resolver) -> Sequence[str]:
    """The addresses of a host; one that is an address already is looked up nowhere.

    A look-up cannot be cancelled, so it runs in a thread of its own, which may outlive the wait for it.

    Raises:
        FederationFailed: the name is not known.
    """
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()

    def deliver(result: Sequence[str]) -> None:
        if not found.done():
            found.set_result(result)

    def look_up() -> None:
        try:
            result = resolver(host, port)
        except (OSError, UnicodeError):
            result = []
        with suppress(RuntimeError):  # nobody waits any more: the loop has ended
            loop.call_soon_threadsafe(deliver, result)

    threading.Thread(target=look_up, daemon=True).start()
    result = await found
    if not result:
        raise FederationFailed(Message("the name %(host)s is not known.", host=host))
    return result
