"""Write dumps in a child process, run as ``python -m kg.release.dump.child_process``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Thread

from kg.release.dump import DumpFile, read_dumps
from kg.release.dump.write import write_dumps


@contextmanager
def written_apart(quads: Path, folder: Path, release_id: str) -> Iterator[Callable[[], tuple[DumpFile, ...]]]:
    """Begin to do as ``write_dumps``; what it gives waits for the end and returns the files.

    When the block is left before that, or this process dies, the other one ends.

    Raises:
        OSError: there is no room or right to write, or the other process was ended.
    """
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "kg.release.dump.child_process", str(quads), str(folder), release_id],
        stdin=subprocess.PIPE,  # at the end of which the other one knows that this one is no more
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for this process
    ) as process:
        try:
            yield partial(_files, process)
        finally:
            process.kill()


def _files(process: subprocess.Popen[bytes]) -> tuple[DumpFile, ...]:
    assert process.stdout is not None  # noqa: S101 - it is piped
    told = process.stdout.read()
    if process.wait() != 0:
        raise OSError(f"the process that writes the dumps ended with code {process.returncode}")
    answer = json.loads(told)
    if "error" in answer:
        raise OSError(*answer["error"])
    return read_dumps(answer["files"])


def _write(quads: Path, folder: Path, release_id: str) -> dict[str, object]:
    try:
        return {"files": [asdict(one) for one in write_dumps(quads, folder, release_id)]}
    except OSError as error:
        return {"error": [error.errno, error.strerror, error.filename]}


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # past Python's buffer, whose lock a thread must not hold when the interpreter ends
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_parent, daemon=True).start()
    print(json.dumps(_write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
