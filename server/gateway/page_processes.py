"""Page processes: Flask answers pages outside of the serving process, so that light queries can use its interpreter.

A process has a thread for each request in progress. If a process ends, another one replaces it and repeats its
requests. A process is also replaced if it has grown, or does not end a cancelled request.
"""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kg.core.errors import EngineLost, Message, QuestionCancelled
from kg.core.settings import Settings
from kg.engine.pool.ipc import ConnectionClosed, receive, send
from kg.engine.registry import EngineSource
from kg.release.integrity import Integrity
from server.core.context import CANCELLATION
from server.core.wsgi import Finished
from server.gateway.page_request import PageOverdue, PageRequest
from server.gateway.turn import Turn

# A page process that grew by more than this is replaced.
MOST_GROWTH_BYTES = 256 * 2**20
# An idle process is replaced earlier, since no request waits for it. Compiled templates and filled caches take about 30
# MiB for the real data, which is allowed. The caches of a large graph are included, since they are full when the
# process is first idle.
MOST_IDLE_GROWTH_BYTES, MOST_GROWTH_SINCE_IDLE_BYTES = 40 * 2**20, 16 * 2**20
IDLE_SECONDS = 5.0
_MODULE = "server.gateway.page_process"
# a request that ends two processes is the likely cause, so a third process is not risked
_ATTEMPTS = 2
# without this pause, a process that cannot start would be started again every second
_RETRY_SECONDS = 10.0
# a start takes about a second on an idle machine; a started process needs the second time to create a thread
_START_SECONDS, _CONNECT_SECONDS = 60.0, 5.0
# the process may end a little later than its sockets
_ENDING_SECONDS = 0.1
_KIBIBYTE = 1024


class PageProcess:
    """One page process. It ends when its control socket closes.

    ``active`` counts the requests in it. ``last_used`` is the ``time.monotonic`` at the end of the last one. The owner
    of the process changes both, under a lock of its own.
    """

    def __init__(self, settings: Settings) -> None:
        self.active, self.is_retired, self.last_used = 0, False, time.monotonic()
        self._settings = settings
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        # Our copy of the other end is closed after the start. If it stayed open here, a receive would never see that
        # the process has ended.
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", _MODULE, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the server, which then closes the socket
            )
        self._first_bytes = self._idle_bytes = 0

    def begin(self) -> None:
        """Send the settings, and wait until the application is ready.

        Raises:
            ConnectionClosed: the process ended; its standard error says why.
            TimeoutError: it took too long.
        """
        self._control.settimeout(_START_SECONDS)
        # the settings of this process, which need not be those of the environment that the new process inherits
        send(self._control, {}, pickle.dumps(self._settings))
        receive(self._control)
        self._control.settimeout(_CONNECT_SECONDS)
        self._first_bytes = self._resident_bytes()

    @property
    def has_ended(self) -> bool:
        """True if the process has ended."""
        return self._process.poll() is not None

    def ends_soon(self) -> bool:
        """Return True if the process has ended or ends within a moment."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDING_SECONDS)
        return self.has_ended

    def has_grown(self) -> bool:
        """Return True if the process uses more memory than allowed."""
        # A busy process may grow most. For an idle one, two smaller limits count from its start and from its first idle
        # time, when its caches are full. The larger of the two applies.
        resident = self._resident_bytes()
        if self.active or time.monotonic() - self.last_used < IDLE_SECONDS:
            return resident > self._first_bytes + MOST_GROWTH_BYTES
        self._idle_bytes = self._idle_bytes or resident
        return resident > max(
            self._first_bytes + MOST_IDLE_GROWTH_BYTES, self._idle_bytes + MOST_GROWTH_SINCE_IDLE_BYTES
        )

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """Yield a socket to one of its threads. The socket is reused unless the block raises.

        Raises:
            ConnectionClosed: the process has ended.
            PageOverdue: it created no thread in time.
        """
        with self._lock:
            # the lock keeps the message and the reply of a new connection together on the control socket
            peer = self._idle.pop() if self._idle else self._connect()
        try:
            yield peer
        except BaseException:
            # the rest of an exchange may still arrive on this socket, and another request would read it as its own
            peer.close()
            raise
        with self._lock:
            self._idle.append(peer)

    def end(self) -> None:
        """Kill the process and close its sockets."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        with self._lock:
            for peer in self._idle:
                peer.close()
            self._idle.clear()

    def _connect(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                send(self._control, {}, descriptors=(theirs.fileno(),))
            receive(self._control)
        except ConnectionClosed:
            ours.close()
            raise
        except TimeoutError as error:
            ours.close()
            raise PageOverdue from error
        return ours

    def _resident_bytes(self) -> int:
        with suppress(OSError):
            for line in Path(f"/proc/{self._process.pid}/status").read_text("ascii", "replace").splitlines():
                # anonymous memory alone: pages of files, such as libraries, are shared between processes
                if line.startswith("RssAnon:"):
                    return _KIBIBYTE * int(line.split()[1])
        return 0


class PageProcesses:
    """The page processes of a service, ``settings.threads`` of them; thread-safe.

    ``ended`` gets the reason why a process ended: ``lost`` by itself, ``overdue`` with a request, or ``grown``.
    """

    def __init__(
        self,
        settings: Settings,
        lending: EngineSource,
        integrity: Integrity,
        ended: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._settings, self._lending, self._integrity, self._ended = settings, lending, integrity, ended
        # ``_lock`` guards the list and is held only briefly. ``_starting`` is held during a start, so that waiting
        # requests do not each start a process. Where both are held, ``_starting`` comes first.
        self._lock, self._starting = threading.Lock(), threading.Lock()
        self._processes: list[PageProcess] = []
        self._was_ready = self._is_closed = False
        self._next_start = 0.0

    @property
    def was_ready(self) -> bool:
        """True once a process has been ready. Until then the serving process makes the pages."""
        return self._was_ready

    def refill(self) -> bool:
        """Start missing processes and replace those that have grown; return True if none is missing afterwards.

        Call this about every second.

        Raises:
            EngineLost: a process did not start. The next attempt is some seconds later.
        """
        with self._starting:
            while self._is_short() and time.monotonic() >= self._next_start:
                self._start_one()
            for process in self._grown():
                if time.monotonic() >= self._next_start:
                    self._start_one()  # before the removal, so that no request has to wait for it
                    self._remove(process, "grown")
            return not self._is_short()

    def answer(self, environ: dict[str, Any], turn: Turn) -> Finished:
        """Return the response of one of the processes to the request in the environment.

        Raises:
            QuestionCancelled: the cancellation token of the request was cancelled.
            EngineLost: two processes ended during the request, or none can be started.
        """
        for _ in range(_ATTEMPTS):
            try:
                # a page only reads, so a request whose process ended may run again in another process
                with self._used() as process:
                    return self._answer_in(process, environ, turn)
            except ConnectionClosed as error:
                if environ[CANCELLATION].cancelled:
                    raise QuestionCancelled(Message("The client is gone.")) from error
        raise EngineLost(Message("The process that makes pages ended twice; the server's log may say why."))

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._is_closed = True
            processes, self._processes = self._processes, []
        for process in processes:
            process.end()

    def _answer_in(self, process: PageProcess, environ: dict[str, Any], turn: Turn) -> Finished:
        try:
            with process.connected() as peer:
                response = PageRequest(peer, environ, turn, self._lending, self._integrity).answer()
                if environ[CANCELLATION].cancelled:
                    response.close()
                    raise QuestionCancelled(Message("The client is gone."))
        except PageOverdue as error:
            self._remove(process, "overdue")
            raise ConnectionClosed from error
        except ConnectionClosed:
            # one closed socket is no reason to end the other requests of this process, which may still run
            if process.ends_soon():
                self._remove(process, "lost")
            raise
        return response

    @contextmanager
    def _used(self) -> Iterator[PageProcess]:
        """Yield the process with the fewest requests, or a new one if there is none."""
        process = self._taken()
        while process is None:
            with self._starting:
                # the request that had the lock before may have started the process in the meantime
                if not self._processes:
                    self._start_one()
            process = self._taken()
        try:
            yield process
        finally:
            with self._lock:
                process.active -= 1
                process.last_used = time.monotonic()
                is_finished = process.is_retired and not process.active
            if is_finished:
                process.end()

    def _taken(self) -> PageProcess | None:
        with self._lock:
            # choice and count in one step, so that two requests at once do not both find the same process free
            process = min(self._processes, key=lambda candidate: candidate.active, default=None)
            if process is not None:
                process.active += 1
            return process

    def _is_short(self) -> bool:
        with self._lock:
            gone = [process for process in self._processes if process.has_ended]
        for process in gone:
            self._remove(process, "lost")
        return not self._is_closed and len(self._processes) < self._settings.threads

    def _grown(self) -> list[PageProcess]:
        with self._lock:
            return [process for process in self._processes if process.has_grown()]

    def _start_one(self) -> None:
        """Start one more process.

        Raises:
            EngineLost: it does not start.
        """
        if self._is_closed:
            raise EngineLost(Message("The service is about to end; ask again in a moment."))
        process: PageProcess | None = None
        try:
            process = PageProcess(self._settings)
            process.begin()
        except (ConnectionClosed, OSError) as error:  # a timeout is an OSError
            if process is not None:
                process.end()
            self._next_start = time.monotonic() + _RETRY_SECONDS
            raise EngineLost(Message("No process for pages can be started; the server's log may say why.")) from error
        if not self._is_kept(process):
            process.end()

    def _is_kept(self, process: PageProcess) -> bool:
        """Add a process and return True, unless this object was closed in the meantime."""
        with self._lock:
            if self._is_closed:
                return False
            self._processes.append(process)
            self._was_ready = True
            return True

    def _remove(self, process: PageProcess, reason: str) -> None:
        """Stop using a process, and end it. One that has grown finishes its requests first."""
        with self._lock:
            # several requests may report the same process; only the first report counts
            if process not in self._processes:
                return
            self._processes.remove(process)
            process.is_retired = True
            may_end = reason != "grown" or not process.active
        self._ended(reason)
        if may_end:
            process.end()
