"""Worker processes: forked from the zygote, kept ready while idle, replaced when killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from kg.core.disk import write_failed
from kg.core.errors import EngineLost
from kg.core.messages import Message
from kg.engine.observer import NullObserver, Observer
from kg.engine.pool.ipc import AT_ONCE_BYTES, Closed, Head, error_from_head, receive, send, size_of_next
from kg.engine.pool.process_limits import Priority, set_priority

_LOW_PRIORITY = 15
_CLOCK_OF_PROCESS = 2  # Linux: the clock of another process is its number, inverted, and these three bits
_LAST_BYTES = 16 * 1024  # of a standard error that are read: a panic with its stack is shorter
_ORPHANED_SECONDS = 0.05  # a worker may end a moment before the end of its zygote is known


@dataclass(frozen=True)
class WorkerConfig:
    """The input of a zygote: the release, how to hold it, and the limits of its workers.

    ``priority`` is the nice value that it and its workers begin with, from 0 (the ordinary one) to 19 (the lowest).
    """

    path: Path
    in_memory: bool
    release_id: str
    max_nesting: int
    memory_bytes: int
    answer_bytes: int
    priority: int = 0

    def head(self) -> Head:
        """Return the configuration as the head of a message."""
        return {**self.__dict__, "path": str(self.path)}


class Worker:
    """A worker process as its pool sees it."""

    def __init__(
        self,
        priority: Priority,
        process: int,
        peer: socket.socket,
        spill: IO[bytes],
        errors: IO[bytes],
        zygote: subprocess.Popen[bytes],
    ) -> None:
        self.priority, self.process, self.spill, self._errors = priority, process, spill, errors
        self._peer, self._zygote = peer, zygote
        # a pidfd refers to this process even after it has ended and another one got its id
        self._handle = os.pidfd_open(process)

    def ask(self, head: Head, body: bytes) -> None:
        """Send a question to the worker.

        Raises:
            Closed: the worker has died.
        """
        send(self._peer, head, body)

    async def reply(self, seconds: float, call: Callable[..., Awaitable[Any]]) -> tuple[Head, bytes] | None:
        """Return the answer, or None after ``seconds``; ``call`` receives a large one.

        Raises:
            Closed: the worker has died.
        """
        if not await self._can_be_read(seconds):
            return None
        if size_of_next(self._peer) > AT_ONCE_BYTES:
            head, body, _ = await call(partial(receive, self._peer))
        else:
            head, body, _ = receive(self._peer)
        return head, body

    async def _can_be_read(self, seconds: float) -> bool:
        """Wait up to ``seconds`` for an answer or the end of the process."""
        loop = asyncio.get_running_loop()
        readable: asyncio.Future[bool] = loop.create_future()
        loop.add_reader(self._peer, partial(_settle, readable, outcome=True))
        timer = loop.call_later(seconds, partial(_settle, readable, outcome=False))
        try:
            return await readable
        finally:
            loop.remove_reader(self._peer)
            self._peer.setblocking(True)  # noqa: FBT003 - uvloop takes that away, which Python does not notice
            timer.cancel()

    def computed(self) -> float:
        """Return the processor time that the process has used until now, in seconds; 0 when it has ended."""
        try:
            return time.clock_gettime(~self.process << 3 | _CLOCK_OF_PROCESS)
        except OSError:
            return 0.0

    def lower_priority(self) -> None:
        """Give light queries precedence; only a new worker has the old priority again."""
        set_priority(self.process, _LOW_PRIORITY)

    def kill(self) -> None:
        """End the process at once; safe at any time, from any thread."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def standard_error(self) -> str:
        """Return the last part of what the process wrote to its standard error; read it once the process has ended."""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _LAST_BYTES))
        return self._errors.read().decode("utf-8", "replace")

    def is_orphaned(self) -> bool:
        """Return True if the parent process died, so that the query is not at fault."""
        try:
            self._zygote.wait(_ORPHANED_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def has_died(self) -> bool:
        """Return True if an idle worker has ended: it sends nothing otherwise."""
        peer = select.poll()  # select fails with more than 1,024 open files
        peer.register(self._peer, select.POLLIN)
        return bool(peer.poll(0))

    def close(self, *, keep_spill: bool = False) -> None:
        """Kill the process and close what belongs to it; its spill file may belong to an answer."""
        self.kill()
        if not keep_spill:
            self.spill.close()
        with contextlib.suppress(OSError):
            os.close(self._handle)
        self._handle = -1
        self._peer.close()
        self._errors.close()


def _settle(future: asyncio.Future[bool], *, outcome: bool) -> None:
    if not future.done():
        future.set_result(outcome)


class WorkerProcesses:
    """The workers of a pool; thread-safe. So many idle workers of each priority are kept ``ready``."""

    def __init__(self, config: WorkerConfig, ready: Mapping[Priority, int], observer: Observer | None = None) -> None:
        self._config, self._ready = config, ready
        self._observer = observer or NullObserver()
        # an event loop takes idle workers, and must not wait while another one is forked
        self._lock, self._forking = threading.Lock(), threading.Lock()
        self._idle: dict[Priority, list[Worker]] = {priority: [] for priority in ready}
        self._closed = False
        self.killed = 0
        self._start_zygote()
        self.refill()

    @property
    def idle(self) -> int:
        """Return how many workers are ready."""
        return sum(map(len, self._idle.values()))

    @property
    def zygote_process(self) -> int:
        """Return the process that holds the graph."""
        return self._process.pid

    def _start_zygote(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "kg.engine.pool.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the server, which then closes the socket
            )
        self._zygote = ours
        if self._config.priority:
            set_priority(self._process.pid, self._config.priority)
        try:
            send(ours, self._config.head())
            head, _, _ = receive(ours)
        except Closed as error:
            self._end_zygote()
            raise EngineLost(Message("The process that holds the graph did not start.")) from error
        if "error" in head:
            self._end_zygote()
            raise error_from_head(head)

    def take(self, priority: Priority) -> Worker:
        """Take an idle worker of a priority, or a new one.

        Raises:
            EngineLost: no worker can be started.
        """
        worker = self.take_idle(priority)
        if worker is None:
            with self._forking:
                worker = self._fork(priority)
        return worker

    def take_idle(self, priority: Priority) -> Worker | None:
        """Take an idle worker of a priority, at once, or return None."""
        with self._lock:
            while self._idle[priority]:
                worker = self._idle[priority].pop()
                if not worker.has_died():
                    return worker
                worker.close()
        return None

    def give_back(self, worker: Worker) -> None:
        """Keep a worker for the next question, or end it if enough are idle."""
        with self._lock:
            if len(self._idle[worker.priority]) < self._ready[worker.priority] and not self._closed:
                self._idle[worker.priority].append(worker)
                return
        worker.close()

    def discard(self, worker: Worker, *, keep_spill: bool = False, reason: str = "killed") -> None:
        """Kill a worker and replace it; see ``Observer.worker_ended`` for the reason."""
        worker.close(keep_spill=keep_spill)
        self.killed += 1
        self._observer.worker_ended(reason)
        self.refill()

    def refill(self) -> None:
        """Fork until enough workers are idle."""
        with self._forking:
            for priority, ready in self._ready.items():
                while len(self._idle[priority]) < ready and not self._closed:
                    self.give_back(self._fork(priority))

    def _fork(self, priority: Priority) -> Worker:
        """Ask the zygote for a worker; restart a zygote that died, once."""
        if self._closed:
            raise EngineLost(Message("The engine was closed while the question ran; ask it again."))
        for last in (False, True):
            try:
                return self._fork_once(priority)
            except Closed as error:
                if last:
                    raise EngineLost(
                        Message("No worker process can be started; the server's log may say why.")
                    ) from error
                self._end_zygote()
                self._start_zygote()
                self._observer.zygote_restarted()
        raise AssertionError

    def _fork_once(self, priority: Priority) -> Worker:
        try:
            spill = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker or its answer
        except OSError as error:
            raise write_failed("The file for an answer", error, "Ask again later.") from error
        ours, theirs = socket.socketpair()
        errors = os.fdopen(os.memfd_create("stderr"), "r+b")  # in memory: it has some lines at most
        try:
            with theirs:
                passed = (theirs.fileno(), spill.fileno(), errors.fileno())
                send(self._zygote, {"nice": priority.value}, descriptors=passed)
            head, _, _ = receive(self._zygote)
        except Closed:
            ours.close()
            spill.close()
            errors.close()
            raise
        return Worker(priority, head["worker"], ours, spill, errors, self._process)

    def _end_zygote(self) -> None:
        self._zygote.close()
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        with self._forking:
            with self._lock:
                self._closed = True
                idle = [worker for workers in self._idle.values() for worker in workers]
                self._idle = {priority: [] for priority in self._ready}
            self._end_zygote()
        for worker in idle:
            worker.close()
