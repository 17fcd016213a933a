"""The zygote: a process with one thread that holds the release and forks workers, each in about two milliseconds.

Run as ``python -m kg.engine.pool.zygote DESCRIPTOR``; the descriptor is its end of a socket. It ends when the socket
closes.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from kg.core.errors import KgError, ReleaseBroken
from kg.engine.counts import read_counts
from kg.engine.embedded import EmbeddedEngine
from kg.engine.pool.ipc import ConnectionClosed, Head, error_head, receive, send
from kg.engine.pool.processes import WORKER, ZYGOTE, lower_priority, raise_oom_score
from kg.engine.pool.worker import ProcessLimits, die_with_parent, work
from kg.engine.store import Store


def main(descriptor: int) -> None:
    """Load the release that the first message names, then fork a worker for each message with three descriptors."""
    raise_oom_score(ZYGOTE)
    pool = socket.socket(fileno=descriptor)
    try:
        head, _, _ = receive(pool)
        try:
            make_engine = _engine_maker(head)
        except KgError as error:
            send(pool, error_head(error))
            return
        # after the probe, because ``waitpid`` finds no exit status once the signal is ignored
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the workers
        gc.freeze()  # so that a collection in a worker does not touch, and so copy, the pages of the store
        send(pool, {"ready": True})
        process_limits = ProcessLimits(head["memory_bytes"], head["answer_bytes"])
        while True:
            head, _, descriptors = receive(pool)
            send(pool, {"worker": _fork(pool, head["nice"], descriptors, make_engine, process_limits)})
    except ConnectionClosed:
        return


def _engine_maker(head: Head) -> Callable[[], EmbeddedEngine]:
    """Return a function that makes an engine: shared in memory, or opened by each worker on disk, as it has threads."""
    path, release_id, nesting = Path(head["path"]), head["release_id"], head["max_nesting"]
    counts = read_counts(path.parent, release_id)
    if not head["in_memory"]:
        _probe(path)
        return lambda: EmbeddedEngine(Store.read_only(path), release_id, nesting, counts)
    engine = EmbeddedEngine(Store.from_nquads(path), release_id, nesting, counts)
    return lambda: engine


def _probe(path: Path) -> None:
    """Check in another process that a store can be opened: opening starts threads, and threads forbid forking.

    Raises:
        ReleaseBroken: it cannot.
    """
    process = os.fork()
    if process == 0:
        try:
            Store.read_only(path)
        except ReleaseBroken:
            os._exit(1)
        os._exit(0)
    if os.waitpid(process, 0)[1] != 0:
        raise ReleaseBroken(f"{path} cannot be opened. Run 'kg build' again.")


def _fork(
    pool: socket.socket,
    nice: int,
    descriptors: list[int],
    make_engine: Callable[[], EmbeddedEngine],
    process_limits: ProcessLimits,
) -> int:
    """Fork a worker whose nice value is higher by ``nice``, and return its process id."""
    zygote = os.getpid()
    process = os.fork()
    if process:
        # the worker has copies; these would keep its socket open after its end
        for descriptor in descriptors:
            os.close(descriptor)
        return process
    try:
        die_with_parent(zygote)
        # before ``work``, whose limits forbid to open files and to copy descriptors
        raise_oom_score(WORKER)
        lower_priority(nice)
        # a worker with this socket would hide the end of the zygote from the pool
        pool.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # the engine writes its panics to this descriptor, and the pool reads them after the end
        os.dup2(descriptors[2], sys.stderr.fileno())
        work(socket.socket(fileno=descriptors[0]), descriptors[1], make_engine, process_limits)
    # a worker must never return into the loop of the zygote
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
