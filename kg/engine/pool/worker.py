"""A worker: a process without files and sockets that answers one question at a time, until it is killed."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kg.core.disk import write_failed
from kg.core.errors import KgError, ReleaseBroken
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import too_large
from kg.engine.pool.ipc import ConnectionClosed, error_head, question_in, receive, send

STACK_BYTES = 512 * 2**20
# the number of this option in Linux, see prctl(2)
_PR_SET_PDEATHSIG = 1
_HELD_BYTES = 2 * 2**20


@dataclass(frozen=True)
class ProcessLimits:
    """The limits of a worker: bytes of memory beyond what it starts with, and bytes of an answer."""

    memory_bytes: int
    answer_bytes: int


class Sink:
    """The destination of an answer: memory first, then the spill file; an answer that is too large is an error."""

    def __init__(self, spill: int, limit: int) -> None:
        self._spill, self._limit = spill, limit
        self._held = bytearray()
        self._has_spilled = False
        self.size = 0

    def clear(self) -> None:
        """Begin a new answer, and drop the part of an earlier one that reached its limit."""
        self._held, self.size = bytearray(), 0
        if self._has_spilled:
            os.ftruncate(self._spill, 0)
            os.lseek(self._spill, 0, os.SEEK_SET)
            self._has_spilled = False

    def write(self, data: bytes) -> int:
        """Take some bytes.

        Raises:
            AnswerTooLarge: the answer passes its limit.
            WriteFailed: there is no room for it on disk.
        """
        self.size += len(data)
        # before the bytes are stored, so that neither the memory nor the file grows beyond the limit
        if self.size > self._limit:
            raise too_large(self._limit)
        self._held += data
        if self.size > _HELD_BYTES:
            self._drain()
        return len(data)

    def flush(self) -> None:
        """Do nothing: bytes in memory are sent with the head."""

    def _drain(self) -> None:
        """Move the bytes in memory to the spill file.

        Raises:
            WriteFailed: there is no room for it.
        """
        self._has_spilled = True
        view = memoryview(self._held)
        try:
            while view:
                view = view[os.write(self._spill, view) :]
        except OSError as error:
            raise write_failed("This answer", error, "Ask for fewer rows, or try again later.") from error
        self._held = bytearray()

    def whole(self) -> tuple[bool, bytes]:
        """Return True if the answer is in the spill file, and its bytes if it is not."""
        if self.size > _HELD_BYTES:
            self._drain()
            return True, b""
        return False, bytes(self._held)


def work(
    peer: socket.socket, spill: int, make_engine: Callable[[], EmbeddedEngine], process_limits: ProcessLimits
) -> None:
    """Answer questions from a socket until the other side goes; never returns.

    The stack is large because pyoxigraph recurses with the depth of a text. There is one thread because results of
    pyoxigraph must not change threads.
    """
    try:
        engine: EmbeddedEngine | ReleaseBroken = make_engine()
    except ReleaseBroken as error:  # each question gets this error
        engine = error
    # after the engine, because a store on disk opens files, which the limits forbid
    apply_limits(process_limits)
    # the size applies only to threads that start later, so the questions need a second thread
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=_answer_all, args=(peer, spill, engine, process_limits.answer_bytes))
    thread.start()
    thread.join()
    # this is a fork: buffers and exit handlers are those of the zygote
    os._exit(0)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends (Linux); elsewhere the closed socket ends it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be asked
        os._exit(1)


def apply_limits(process_limits: ProcessLimits) -> None:
    """Limit the memory and forbid new descriptors, so that SERVICE, LOAD and files cannot be used."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - Path would open a descriptor later
        used = int(file.read().split()[0]) * resource.getpagesize()
    # the stack of the thread is mapped after this limit is set, so its size is added
    most = used + process_limits.memory_bytes + STACK_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # a core dump would write the memory of the whole release to disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # last, because no file can be opened from here on; descriptors that are open stay usable
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _answer_all(peer: socket.socket, spill: int, engine: EmbeddedEngine | ReleaseBroken, answer_bytes: int) -> None:
    sink = Sink(spill, answer_bytes)
    # tells a stack overflow from a kill; of the thread that enables it, which is why this one does
    faulthandler.enable(2, all_threads=False)
    try:
        while True:
            head, body, _ = receive(peer)
            sink.clear()
            try:
                if isinstance(engine, ReleaseBroken):
                    raise engine
                engine.answer_into(question_in(head, body), sink)
                spilled, answer = sink.whole()
            except KgError as error:
                sink.clear()  # an answer that did not fit must not keep space on the disk
                send(peer, error_head(error))
                continue
            send(peer, {"spilled": spilled, "size": sink.size}, answer)
            if spilled:
                return  # the reader keeps the file; a new worker brings a new one
    except ConnectionClosed:
        return
    except MemoryError:
        # the pool looks for this word; a direct write needs the least memory
        os.write(2, b"MemoryError\n")
