"""Requests to the endpoints of SERVICE clauses: addresses, redirects and the transfer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from ssl import SSLContext
from urllib.parse import urlencode, urljoin

import httpx2

from kg.core.errors import FederationFailed, Message, QueryRefused
from kg.core.names import ROOT
from kg.engine.federation import Call, Limits
from kg.engine.federation.allow import AllowList, Target, read_target

_RESULTS = ("application/sparql-results+json", "application/json")
_REDIRECTS = (301, 302, 303, 307, 308)
_EXCERPT = 200

Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, from the system's resolver.

    Raises:
        OSError: the name is not known.
    """
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in infos))


async def addresses_of(host: str, port: int, resolver: Resolver) -> Sequence[str]:
    """Return the addresses of a host; an address is returned without a look-up.

    A look-up cannot be cancelled, so it runs in a thread of its own, which may outlive the wait for it.

    Raises:
        FederationFailed: the name is not known.
    """
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    loop = asyncio.get_running_loop()
    addresses: asyncio.Future[Sequence[str]] = loop.create_future()

    def deliver(result: Sequence[str]) -> None:
        if not addresses.done():
            addresses.set_result(result)

    def look_up() -> None:
        try:
            result = resolver(host, port)
        except (OSError, UnicodeError):
            result = []
        with suppress(RuntimeError):  # the loop has ended, so nobody waits any more
            loop.call_soon_threadsafe(deliver, result)

    # a daemon, so that a look-up without an answer does not keep the process alive
    threading.Thread(target=look_up, daemon=True).start()
    result = await addresses
    if not result:
        raise FederationFailed(Message("the name %(host)s is not known.", host=host))
    return result


class Fetcher:
    """Sends queries to other endpoints, within the allow-list and the limits; thread-safe."""

    def __init__(self, allow: AllowList, limits: Limits, resolver: Resolver = resolve) -> None:
        self.limits, self._allow, self._resolve = limits, allow, resolver

    def target(self, iri: str) -> Target:
        """Return the endpoint that an IRI names.

        Raises:
            QueryRefused: its host is not in the allow-list.
        """
        target = read_target(iri)
        if target is None or not self._allow.allows(target):
            raise QueryRefused(
                Message(
                    "SERVICE <%(iri)s> is refused: this endpoint calls %(allow)s and no other. Its operator can add "
                    "a host to KG_FEDERATION_ALLOW; or begin the query at the other endpoint.",
                    iri=iri[:_EXCERPT],
                    allow=self._allow,
                )
            )
        return target

    async def fetch(self, call: Call) -> bytes:
        """Return the whole answer to a call, and note its address and status in the call. The caller limits the time.

        Raises:
            QueryRefused: the host is not listed, or has an address that is not fit.
            FederationFailed: there is no answer, or not one that can be used.
        """
        target, method = self.target(call.url), "POST"
        # each target passes the allow-list and the check of its addresses, also after a redirect
        for _ in range(self.limits.redirects + 1):
            async with httpx2.AsyncHTTPTransport(verify=self._context, trust_env=False) as transport:
                try:
                    response = await self._ask(transport, target, method, call)
                    if response.status_code not in _REDIRECTS:
                        return await self._body(response)
                except httpx2.HTTPError as error:
                    raise _unreachable(target, error) from error
            target = self._next(target, response)
            # 303 asks for GET (RFC 9110, section 15.4.4); after the others the query is sent again
            method = "GET" if response.status_code == 303 else method
        raise FederationFailed(
            Message("the endpoint redirects more than %(number)s times.", number=self.limits.redirects)
        )

    async def _ask(
        self, transport: httpx2.AsyncHTTPTransport, target: Target, method: str, call: Call
    ) -> httpx2.Response:
        """Return the response of the first address that accepts a connection, before its body is read."""
        addresses = await self._addresses(target)
        # each address gets an equal part of the time, so that the next one can be tried if this one is silent
        for address in addresses:
            request = _request(target, method, address, call.query, self.limits.seconds / len(addresses))
            call.address = f"[{address}]:{target.port}" if ":" in address else f"{address}:{target.port}"
            try:
                response = await transport.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if address == addresses[-1]:
                    raise
            else:
                call.status = response.status_code
                return response
        raise FederationFailed(Message("%(host)s has no address.", host=target.authority))

    async def _addresses(self, target: Target) -> Sequence[str]:
        """Return the addresses of a host; refuse the host if one of them is not allowed."""
        addresses = await addresses_of(target.host, target.port, self._resolve)
        # the connection may go to any of them, so one that is not allowed is enough to refuse the host
        if not all(self._allow.fits(ipaddress.ip_address(address), target) for address in addresses):
            raise QueryRefused(
                Message(
                    "%(host)s has an address that is not a public one. If that is meant, the operator lists the "
                    "address itself in KG_FEDERATION_ALLOW.",
                    host=target.host,
                )
            )
        return addresses

    def _next(self, target: Target, response: httpx2.Response) -> Target:
        location = response.headers.get("Location", "")
        following = read_target(urljoin(target.url, location))
        if following is None or not self._allow.allows(following):
            raise FederationFailed(
                Message(
                    "the endpoint redirects to %(location)s, which is not among %(allow)s.",
                    location=repr(location[:_EXCERPT]),
                    allow=self._allow,
                )
            )
        return following

    async def _body(self, response: httpx2.Response) -> bytes:
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not response.is_success:
            raise FederationFailed(
                Message(
                    "the endpoint answers %(status)s%(excerpt)s.",
                    status=response.status_code,
                    excerpt=await _excerpt(response, media_type),
                )
            )
        if media_type not in _RESULTS:
            raise FederationFailed(
                Message(
                    "the endpoint answers with %(media_type)s, not with %(expected)s.",
                    media_type=media_type or Message("an unnamed type"),
                    expected=_RESULTS[0],
                )
            )
        # a small compressed body may become very large, and the limit below counts bytes as they arrive
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FederationFailed(Message("the endpoint compresses its answer without having been asked to."))
        most, body = self.limits.bytes, bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > most:
                raise FederationFailed(
                    Message("the answer is larger than %(most)s bytes: ask for less within the clause.", most=most)
                )
        return bytes(body)

    @cached_property
    def _context(self) -> SSLContext:
        return httpx2.create_ssl_context(trust_env=False)


def _request(target: Target, method: str, address: str, query: str, connect_seconds: float) -> httpx2.Request:
    """Return a query by POST (Protocol, section 2.1.2), addressed by IP address, with the host in its header."""
    # The address that was checked, and not the name: a second look-up could give another address (DNS rebinding).
    url = httpx2.URL(scheme=target.scheme, host=address, port=target.port, raw_path=target.path.encode("ascii"))
    headers = {
        "Host": target.authority,
        "Accept": ", ".join(_RESULTS),
        "Accept-Encoding": "identity",
        "User-Agent": f"fyp-kg (+{ROOT})",
        "Connection": "close",
    }
    content = None
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        content = urlencode({"query": query}).encode("ascii")
    # TLS compares the certificate with the name, because the URL has only the address
    extensions = {"sni_hostname": target.host, "timeout": {"connect": connect_seconds}}
    return httpx2.Request(method, url, headers=headers, content=content, extensions=extensions)


async def _excerpt(response: httpx2.Response, media_type: str) -> str:
    """Return the first words of an error in plain text or JSON, or the empty text."""
    if not media_type.startswith("text/plain") and "json" not in media_type:
        return ""
    async for chunk in response.aiter_raw():
        # a character has four bytes in UTF-8 at most; control characters must not reach logs and pages
        words = " ".join(chunk[: 4 * _EXCERPT].decode("utf-8", "replace").split())
        return f": {words[:_EXCERPT].rstrip('.')}" if words.isprintable() else ""
    return ""


def _unreachable(target: Target, error: Exception) -> FederationFailed:
    reason = str(error).strip()
    if not reason:
        return FederationFailed(Message("%(host)s cannot be reached or breaks off.", host=target.authority))
    return FederationFailed(
        Message("%(host)s cannot be reached or breaks off (%(reason)s).", host=target.authority, reason=reason)
    )
