"""The worker processes of a pool: how they are limited, started and ended, and the reason why one ended.

A panic of the engine, a failed allocation and a stack overflow all end the process by a signal. Only the text tells
them apart: pyoxigraph is built so that a panic aborts, and no exception reaches Python.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import re
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
from enum import Enum
from functools import partial
from pathlib import Path
from typing import IO, Any

from kg.core.disk import write_failed
from kg.core.errors import EngineLost, EnginePanicked, KgError, Message, QuestionTooHeavy
from kg.engine.observer import NullObserver, Observer
from kg.engine.pool.ipc import AT_ONCE_BYTES, ConnectionClosed, Head, error_from_head, receive, send, size_of_next

# memory that ran out, in the words of Rust, Python, C++ and the C library
_MEMORY = re.compile(r"memory allocation of \d+ bytes failed|MemoryError|bad_alloc|OutOfMemory|Cannot allocate memory")
# Rust writes the place of a panic, and the reason on the next line
_PANIC = re.compile(r"panicked at [^\n]*\n([^\n]*)|PanicException: ([^\n]*)")
# a panic for keys without a total order, see docs/upstream/oxigraph-order-by.md
_SORT = "total order"
# a text that ``cause_of`` reads as such a panic, for a query that failed again with other keys
SORT_FAILED = f"panicked at sort\n{_SORT}"
_STACK = re.compile(r"overflowed its stack|stack overflow|Segmentation fault")
_LONGEST_REASON = 200


class Cause(Enum):
    """The cause of the end of a worker."""

    MEMORY = "memory"
    SORT = "sort"
    PANIC = "panic"
    STACK = "stack"
    KILLED = "killed"


def cause_of(written: str) -> Cause:
    """Return the cause that the standard error of a worker shows; without one it was killed."""
    # the order matters: a text with several of these causes counts as the first of them
    if _MEMORY.search(written):
        return Cause.MEMORY
    panic = _PANIC.search(written)
    if panic is not None:
        return Cause.SORT if _SORT in panic[0] else Cause.PANIC
    return Cause.STACK if _STACK.search(written) else Cause.KILLED


def error_of(written: str, memory_bytes: int) -> KgError:
    """Return the error for a query whose worker ended; ``memory_bytes`` is the memory limit of the worker."""
    cause = cause_of(written)
    if cause is Cause.MEMORY:
        return QuestionTooHeavy(
            Message(
                "The query needed more than its %(size)s MiB of memory: select, group or sort fewer "
                "rows, or add LIMIT.",
                size=memory_bytes // 2**20,
            )
        )
    if cause is Cause.STACK:
        return QuestionTooHeavy(
            Message(
                "The query needed more depth than the engine has: make property paths shorter, and nest fewer patterns."
            )
        )
    if cause is Cause.SORT:
        return EnginePanicked(
            Message(
                "The engine cannot sort these values: it has no consistent order for numbers among other "
                "literals. Sort by their text with ORDER BY STR(?x), or by numbers alone with ORDER BY "
                "xsd:decimal(?x)."
            )
        )
    if cause is Cause.PANIC:
        match = _PANIC.search(written)
        reason = (match[1] or match[2] or "").strip()[:_LONGEST_REASON] if match is not None else ""
        return EnginePanicked(
            Message(
                "The engine has a fault that this query triggers (%(reason)s). Write the query in another way, "
                "and report it together with the release.",
                reason=reason,
            )
        )
    return EngineLost(Message("The process that answered the query was killed from outside. Ask again."))


class Priority(Enum):
    """The priority of a process; the value is added to the nice value of the process that starts it."""

    QUERIES = 0
    PAGES = 10


def lower_priority(points: int) -> None:
    """Raise the nice value of this thread, and so of those threads and processes that it starts, by so many points.

    With any points the thread also leaves the first processor to others (Linux): with nice values alone, a thread that
    wakes may wait some milliseconds for a nicer one that runs.
    """
    os.nice(points)
    if points:
        with contextlib.suppress(OSError, AttributeError):
            allowed = os.sched_getaffinity(0)
            os.sched_setaffinity(0, allowed - {min(allowed)})  # EINVAL if there is no other one


def set_priority(process: int, priority: int) -> None:
    """Set the nice value of all threads of a process; a process that has ended is ignored.

    On Linux a nice value that is set for a process applies to its first thread only.
    """
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), priority)


# parameters of mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# each arena keeps freed memory of its own, and glibc would make up to eight for each processor
_ARENAS = 2
# glibc's own defaults; one that is set is no longer raised
_THRESHOLD_BYTES = 128 * 1024


def return_freed_memory() -> None:
    """Limit the arenas and fix the thresholds before threads start; other C libraries have neither."""
    with contextlib.suppress(OSError, AttributeError):  # no mallopt
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _THRESHOLD_BYTES)


# Added to the score of the process that starts them (proc(5), oom_score_adj). The kernel kills a higher score sooner.
# A worker is killed first, because only its query is lost with it. Almost last is the zygote, which ends all workers.
ZYGOTE, FOLLOWER, PAGES, RENDERER, WORKER = 100, 200, 250, 300, 500

_FILE = Path("/proc/self/oom_score_adj")
_MOST = 1000


def raise_oom_score(points: int) -> None:
    """Raise the score of this process and of those that it starts later; do nothing where there is no score.

    Anyone may raise a score. Call it before a limit on open files is set.
    """
    with contextlib.suppress(OSError, ValueError):
        _FILE.write_text(str(min(int(_FILE.read_text("ascii")) + points, _MOST)), "ascii")


# a nice value, not an addition: heavy queries give way to pages, whose value is 10
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
            ConnectionClosed: the worker has died.
        """
        send(self._peer, head, body)

    async def reply(self, seconds: float, call: Callable[..., Awaitable[Any]]) -> tuple[Head, bytes] | None:
        """Return the answer, or None after ``seconds``; ``call`` receives a large one.

        Raises:
            ConnectionClosed: the worker has died.
        """
        if not await self._can_be_read(seconds):
            return None
        # a large message arrives in parts, and waiting for each would block the event loop
        if size_of_next(self._peer) > AT_ONCE_BYTES:
            head, body, _ = await call(partial(receive, self._peer))
        else:
            head, body, _ = receive(self._peer)
        return head, body

    async def _can_be_read(self, seconds: float) -> bool:
        """Wait up to ``seconds`` for an answer or the end of the process."""
        loop = asyncio.get_running_loop()
        readable: asyncio.Future[bool] = loop.create_future()
        # the first of two events ends the wait: bytes or the end of the socket, or the timer
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
        # a late call of ``kill`` then fails, and does not signal the next process with the same descriptor
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
        # our copy of their end must be closed, or the end of the process would not end the socket
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "kg.engine.pool.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the server, which then closes the socket
            )
        self._zygote = ours
        # before the first message, so that the release is loaded at this priority, and later forks inherit it
        if self._config.priority:
            set_priority(self._process.pid, self._config.priority)
        try:
            send(ours, self._config.head())
            head, _, _ = receive(ours)
        except ConnectionClosed as error:
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
            # a request on the zygote's socket and its reply belong together, so only one thread may fork
            with self._forking:
                worker = self._fork(priority)
        return worker

    def take_idle(self, priority: Priority) -> Worker | None:
        """Take an idle worker of a priority, at once, or return None."""
        with self._lock:
            while self._idle[priority]:
                worker = self._idle[priority].pop()
                # the kernel may have killed it for its memory since its last question
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
                # Other threads change the count meanwhile. So ``give_back`` closes a worker that is too many, and the
                # next refill adds one that is missing.
                while len(self._idle[priority]) < ready and not self._closed:
                    self.give_back(self._fork(priority))

    def _fork(self, priority: Priority) -> Worker:
        """Ask the zygote for a worker; restart a zygote that died, once."""
        if self._closed:
            raise EngineLost(Message("The engine was closed while the question ran; ask it again."))
        # one restart only: a second failure at once has a cause that a restart does not remove
        for last in (False, True):
            try:
                return self._fork_once(priority)
            except ConnectionClosed as error:
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
            # the zygote has copies of all three; ours of this end is closed, so that the end of the worker is seen
            with theirs:
                passed = (theirs.fileno(), spill.fileno(), errors.fileno())
                send(self._zygote, {"nice": priority.value}, descriptors=passed)
            head, _, _ = receive(self._zygote)
        except ConnectionClosed:
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
