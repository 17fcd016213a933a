"""Another engine's server: Virtuoso 7 of Debian, in a folder of its own, on free ports of the loopback address."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.serving import HOST, free_port

PROGRAM = "virtuoso-t"
USER = "dba"
PASSWORD = "dba"  # noqa: S105 - that of a new database; this one lives as long as the test
_READY = "Server online at"
_END_SECONDS = 30
_SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx

[Parameters]
ServerPort = {host}:{sql_port}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty_buffers}
MaxQueryMem = 512M
ThreadsPerQuery = 1
CheckpointInterval = 0
MaxClientConnections = {clients}

[HTTPServer]
ServerPort = {host}:{http_port}
ServerRoot = {folder}
ServerThreads = {clients}
MaxClientConnections = {clients}
MaxKeepAlives = {clients}
KeepAliveTimeout = 60
EnabledGzipContent = 0

[SPARQL]
ResultSetMaxRows = 1000000
MaxConstructTriples = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = {seconds}
DefaultQuery = ASK {{}}
"""


@dataclass(frozen=True)
class Means:
    """Limits of a server: pages of 8 KiB in memory, connections at once, and seconds for a question."""

    buffers: int = 20_000
    clients: int = 10
    seconds: int = 60


@dataclass(frozen=True)
class Virtuoso:
    """A Virtuoso server that runs: where it answers, the folder that it may read files of, and its process."""

    folder: Path
    http_port: int
    sql_port: int
    process: int

    @property
    def authority(self) -> str:
        """The host and port of its HTTP server."""
        return f"{HOST}:{self.http_port}"

    def run(self, statements: str) -> str:
        """Run statements of its SQL, each ended by a semicolon, as its owner; gives what the shell ``isql`` prints.

        Raises:
            AssertionError: one of them failed.
        """
        command = [
            "isql-vt",
            f"{HOST}:{self.sql_port}",
            USER,
            PASSWORD,
            "ERRORS=STDOUT",
            "VERBOSE=OFF",
            "BANNER=OFF",
            "PROMPT=OFF",
        ]
        done = subprocess.run(command, input=statements, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "*** Error" not in done.stdout, done.stdout
        return done.stdout


_FEW = Means()


def is_installed() -> bool:
    """Return True if the server and its shell are on the path."""
    return shutil.which(PROGRAM) is not None and shutil.which("isql-vt") is not None


@contextmanager
def virtuoso(folder: Path, means: Means = _FEW) -> Iterator[Virtuoso]:
    """An empty Virtuoso server whose files lie in a folder, until the block ends."""
    http_port, sql_port = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_settings(folder, means, http_port, sql_port))
    command = [PROGRAM, "+foreground", "+configfile", str(ini)]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        try:
            _await_ready(process)
            yield Virtuoso(folder, http_port, sql_port, process.pid)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _settings(folder: Path, means: Means, http_port: int, sql_port: int) -> str:
    return _SETTINGS.format(
        folder=folder,
        host=HOST,
        http_port=http_port,
        sql_port=sql_port,
        dirty_buffers=means.buffers * 3 // 4,
        **asdict(means),
    )


def _await_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if _READY in line:
            return
    raise AssertionError(f"{PROGRAM} ended with {process.wait()} and said {''.join(lines)}")
