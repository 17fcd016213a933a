"""Requests to an external engine and its replicas: the only module here that uses httpx2.

A loop in a thread of its own holds the connections, so that any thread can end a request: at its deadline, or because
the client has gone. Redirects are not followed; proxies and cookies are not used.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import urlencode

import httpx2

from kg.core.errors import Message, QuestionCancelled
from kg.core.names import ROOT
from kg.engine.limits import CancellationToken

_HELD_BYTES = 2 * 2**20
_EXCERPT = 200
# ``close`` waits so long for the transport, and so long for the thread
_END_SECONDS = 5.0


class Unreachable(Exception):
    """A request got no reply, or not all of one."""


class TooSlow(Exception):
    """A request got no whole reply in its time."""


class TooLarge(Exception):
    """A reply has more bytes than may be read."""


@dataclass(frozen=True)
class Request:
    """A request; ``fields`` go into the address."""

    method: str
    url: str
    accept: str = "*/*"
    body: bytes = b""
    media_type: str = ""
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class RemoteResponse:
    """A whole reply; its receiver closes the body."""

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]

    @property
    def media_type(self) -> str:
        """The media type that its header declares."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def excerpt(self) -> str:
        """Return the first words of plain text or JSON, or the empty text."""
        if not (self.media_type.startswith("text/plain") or "json" in self.media_type):
            return ""
        self.body.seek(0)
        words = " ".join(self.body.read(4 * _EXCERPT).decode("utf-8", "replace").split())[:_EXCERPT]
        return words.rstrip(".") if words.isprintable() else ""


class Client:
    """Sends requests with the headers of an engine; thread-safe."""

    def __init__(self, headers: Sequence[tuple[str, str]], connect_seconds: float, at_once: int) -> None:
        self._headers, self._connect_seconds = headers, connect_seconds
        # the queue of the engine limits questions; a limit here would also delay the checks of replicas
        self._limits = httpx2.Limits(max_connections=None, max_keepalive_connections=at_once)
        self._lock, self._is_closed = threading.Lock(), False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._thread.start()
        self._tasks = set[asyncio.Task[Any]]()
        self._transport: httpx2.AsyncHTTPTransport | None = None

    def send(
        self, request: Request, seconds: float, most_bytes: int, cancellation: CancellationToken | None = None
    ) -> RemoteResponse:
        """Return the whole reply to a request.

        Raises:
            Unreachable: there is none.
            TooSlow: it took longer.
            TooLarge: it is larger.
            QuestionCancelled: the client has gone.
        """
        with self._lock:
            # the lock orders this with ``close``, so that no request starts in a loop that has ended
            if self._is_closed:
                raise Unreachable("it was closed")
            future = asyncio.run_coroutine_threadsafe(self._send(request, seconds, most_bytes), self._loop)
        if cancellation is not None:
            # cancelling the future cancels its task in the loop, from any thread
            cancellation.attach(lambda: _cancel(future))
        try:
            return future.result()
        except CancelledError as error:
            raise QuestionCancelled(Message("The client is gone.")) from error
        finally:
            if cancellation is not None:
                cancellation.attach(None)

    def close(self) -> None:
        """End all requests and connections."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(_END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_SECONDS)
        self._loop.close()

    async def _end(self) -> None:
        # not all tasks of the loop: those that a connection has begun are for it to end
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._transport is not None:
            await self._transport.aclose()

    async def _send(self, request: Request, seconds: float, most_bytes: int) -> RemoteResponse:
        began, task = time.monotonic(), asyncio.current_task()
        assert task is not None  # noqa: S101 - this runs in one
        self._tasks.add(task)
        try:
            async with asyncio.timeout(seconds):
                response = await self._opened().handle_async_request(self._built(request))
                try:
                    return await _whole(response, most_bytes)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise TooSlow from error
        # only the connection has a time limit in httpx2; that of the whole request is the one above
        except httpx2.TimeoutException as error:
            raise Unreachable("it cannot be connected to in time") from error
        except httpx2.HTTPError as error:
            after = f" after {time.monotonic() - began:.1f} seconds"
            raise Unreachable((str(error).strip() or type(error).__name__).rstrip(".") + after) from error
        finally:
            self._tasks.discard(task)

    def _opened(self) -> httpx2.AsyncHTTPTransport:
        if self._transport is None:
            # made in the loop, because its connections belong to the loop
            self._transport = httpx2.AsyncHTTPTransport(limits=self._limits, trust_env=False)
        return self._transport

    def _built(self, request: Request) -> httpx2.Request:
        headers = [
            ("Accept", request.accept),
            # the limit on the size counts bytes as they arrive
            ("Accept-Encoding", "identity"),
            ("User-Agent", f"fyp-kg (+{ROOT})"),
            *([("Content-Type", request.media_type)] if request.media_type else []),
            *self._headers,
        ]
        url = httpx2.URL(request.url)
        if request.fields:
            query = "&".join(filter(None, (url.query.decode("ascii"), urlencode(request.fields))))
            url = url.copy_with(query=query.encode("ascii"))
        return httpx2.Request(
            request.method,
            url,
            headers=headers,
            content=request.body if request.media_type else None,
            extensions={"timeout": {"connect": self._connect_seconds}},
        )


def _refuse_beyond(most_bytes: int, size: int) -> None:
    if size > most_bytes:
        raise TooLarge


def _cancel(future: Future[RemoteResponse]) -> None:
    future.cancel()


async def _whole(response: httpx2.Response, most_bytes: int) -> RemoteResponse:
    file, size = SpooledTemporaryFile(_HELD_BYTES), 0  # noqa: SIM115 - its reader closes it
    try:
        async for chunk in response.aiter_raw():
            file.write(chunk)
            size += len(chunk)
            _refuse_beyond(most_bytes, size)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return RemoteResponse(response.status_code, {key.lower(): value for key, value in response.headers.items()}, file)


@dataclass(frozen=True)
class BreakerLimits:
    """After ``failures`` in a row a replica is out; it is tried after ``first_seconds``, then twice that, and so on.

    No pause is longer than ``most_seconds``.
    """

    failures: int = 3
    first_seconds: float = 0.5
    most_seconds: float = 30.0


class CircuitBreaker:
    """Closed (questions pass), open (none passes), or half open (the pause is over, and one trial is allowed)."""

    def __init__(self, patience: BreakerLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = 0.0
        self._until: float | None = None

    @property
    def is_closed(self) -> bool:
        """True if questions pass."""
        return self._until is None

    @property
    def wait_seconds(self) -> float:
        """The least time until it is half open; 0 if it is half open or closed."""
        until = self._until
        return max(0.0, until - self._clock()) if until is not None else 0.0

    def succeeded(self) -> None:
        """Note a good reply: close the breaker, and reset its failures."""
        with self._lock:
            self._failures, self._pause, self._until = 0, 0.0, None

    def failed(self, *, surely: bool = False) -> None:
        """Note a request without a usable reply; open after enough of them, or at once if ``surely`` is true.

        Failures while it is open do not count: those requests began earlier.
        """
        with self._lock:
            if self.wait_seconds:
                return
            self._failures += 1
            # half open: a failed trial is enough to open it again, for twice as long
            if self._until is None and not surely and self._failures < self._patience.failures:
                return
            self._pause = min(2 * self._pause or self._patience.first_seconds, self._patience.most_seconds)
            self._until = self._clock() + self._pause


class Replica:
    """An address of the engine, and its state."""

    def __init__(self, url: str, patience: BreakerLimits) -> None:
        self.url, self.breaker, self.running, self.suspected = url, CircuitBreaker(patience), 0, False


class Replicas:
    """All replicas; thread-safe. ``is_well`` tests if one answers correctly, and is called in a thread."""

    def __init__(self, urls: Sequence[str], is_well: Callable[[str], bool], patience: BreakerLimits) -> None:
        self.all = [Replica(url, patience) for url in urls]
        self._is_well = is_well
        self._lock = threading.Lock()
        self._turn = 0
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def out(self) -> int:
        """The number of replicas that get no questions at the moment."""
        return sum(not replica.breaker.is_closed for replica in self.all)

    @property
    def wait_seconds(self) -> float:
        """The time in seconds until the first replica that is out is tried again."""
        return min((replica.breaker.wait_seconds for replica in self.all if not replica.breaker.is_closed), default=0.0)

    @contextmanager
    def acquire(self, tried: Collection[Replica] = ()) -> Iterator[Replica | None]:
        """Provide the replica to ask: one that was not tried, if possible; None if all are out."""
        with self._lock:
            replica = self._choose_replica(tried)
            if replica is not None:
                replica.running += 1
        try:
            yield replica
        finally:
            if replica is not None:
                with self._lock:
                    replica.running -= 1

    def _choose_replica(self, tried: Collection[Replica]) -> Replica | None:
        self._turn += 1
        turn = self._turn % len(self.all)
        # The list begins at another replica each time, and ``min`` takes the first of equals. So equals take turns.
        closed = [replica for replica in self.all[turn:] + self.all[:turn] if replica.breaker.is_closed]
        return min(closed, key=lambda replica: (replica in tried, replica.running), default=None)

    def failed(self, replica: Replica, *, surely: bool = False) -> None:
        """Note a failure; a replica that is out is watched until it is well again."""
        replica.breaker.failed(surely=surely)
        with self._lock:
            if not self.out or self._ended.is_set() or self._watch is not None:
                return
            # one thread watches all replicas that are out, and ends when none is
            self._watch = threading.Thread(target=self._watch_replicas, name="replicas", daemon=True)
            self._watch.start()

    def is_to_blame(self, replica: Replica) -> bool:
        """Return True if a replica, and not the question, is at fault; mark the replica as failed then."""
        if self._is_well(replica.url):
            return False
        self.failed(replica, surely=True)
        return True

    def suspect(self, replica: Replica) -> None:
        """Find out in the background if a replica is at fault, because the client has waited long enough."""
        with self._lock:
            if replica.suspected:
                return
            replica.suspected = True
        threading.Thread(target=self._probe_replica, args=(replica,), name="suspicion", daemon=True).start()

    def _probe_replica(self, replica: Replica) -> None:
        try:
            self.is_to_blame(replica)
        finally:
            # after an error, too: a replica that stayed suspected would never be probed again
            replica.suspected = False

    def close(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _watch_replicas(self) -> None:
        while not self._ended.wait(self.wait_seconds):
            for replica in self.all:
                if replica.breaker.is_closed or replica.breaker.wait_seconds:
                    continue
                if self._is_well(replica.url):
                    replica.breaker.succeeded()
                else:
                    replica.breaker.failed()
            with self._lock:
                # under the lock: a failure at this moment either is counted here or starts a new thread
                if not self.out:
                    self._watch = None
                    return
