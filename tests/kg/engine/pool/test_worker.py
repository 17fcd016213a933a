"""The process limits of a worker hold even where the lexer fails."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kg.core.errors import AnswerTooLarge
from kg.engine.pool.worker import Sink

WALLED = """
import sys
from kg.engine.pool.worker import ProcessLimits, apply_limits
from kg.engine.store import Store
store = Store.from_nquads(__import__("pathlib").Path(sys.argv[1]))
apply_limits(ProcessLimits(memory_bytes=2**28, answer_bytes=2**20))
print(len(list(store.query("SELECT * { ?s ?p ?o } LIMIT 3"))))
try:
    list(store.query("SELECT * { SERVICE <http://127.0.0.1:" + sys.argv[2] + "/> { ?s ?p ?o } }"))
except Exception as error:
    print(type(error).__name__)
try:
    open("/etc/hostname")
except OSError as error:
    print(error.errno)
"""


def test_a_walled_process_answers_and_can_open_neither_socket_nor_file(nquads: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = str(listener.getsockname()[1])
        completed = subprocess.run(
            [sys.executable, "-c", WALLED, str(nquads), port], capture_output=True, text=True, timeout=30, check=True
        )
        assert completed.stdout.split() == ["3", "OSError", "24"]
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_small_answer_is_held_and_a_large_one_goes_to_the_file(tmp_path: Path) -> None:
    with (tmp_path / "spill").open("w+b") as spill:
        small = Sink(spill.fileno(), 2**30)
        small.write(b"abc")
        assert small.whole() == (False, b"abc")
        large = Sink(spill.fileno(), 2**30)
        for _ in range(40):
            large.write(b"x" * 100_000)
        assert large.whole() == (True, b"")
        spill.seek(0)
        assert len(spill.read()) == large.size == 4_000_000


def test_an_answer_stops_at_its_limit(tmp_path: Path) -> None:
    with (tmp_path / "spill").open("w+b") as spill:
        sink = Sink(spill.fileno(), 10)
        with pytest.raises(AnswerTooLarge, match="larger than 10 bytes"):
            sink.write(b"x" * 11)
