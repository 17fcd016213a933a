"""Every process of the service is started again as often as it ends, and the kernel ends the server last."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from tests.server.test_signals import is_well, parent_of
from tests.serving import HOST, PATIENCE_SECONDS, Server, free_port, is_alive, make_release, until

pytestmark = pytest.mark.server

DEATHS = 4
ZYGOTE, RENDERER, FOLLOWER = b"kg.engine.pool.zygote", b"kg.charts.render_worker", b"kg\0fetch"
PICTURE = "/q/technology-network.png"
QUERY = "/sparql?query=SELECT * { ?s ?p ?o } LIMIT 1"


@pytest.fixture(scope="module")
def served(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that follows a publication which is not there; a renderer runs."""
    errors = tmp_path_factory.mktemp("restarts") / "errors"
    with Server(home, errors, follow=f"http://{HOST}:{free_port()}/", follow_insecure=1, cache_bytes=0) as server:
        assert server.ask(PICTURE).status == 200
        yield server


@pytest.fixture
def small_server(tmp_path: Path) -> Iterator[Server]:
    make_release(tmp_path / "home", [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"), NamedNode("urn:g"))])
    with Server(tmp_path / "home", tmp_path / "errors") as server:
        yield server


def commands(server: Server) -> dict[int, tuple[int, bytes]]:
    """The parent and the command of each process of a server."""
    by_process = {}
    for process in server.processes():
        with suppress(OSError, IndexError):  # it has ended meanwhile
            by_process[process] = parent_of(process), Path(f"/proc/{process}/cmdline").read_bytes()
    return by_process


def serving_process(server: Server) -> int:
    def found() -> int:
        children = {
            process: command for process, (parent, command) in commands(server).items() if parent == server.process.pid
        }
        return next((process for process, command in children.items() if FOLLOWER not in command), 0)

    return until(found)


def of_module(server: Server, module: bytes, *, child: bool = False) -> list[int]:
    """The processes of a module: those that others of it have started, or those that have none."""
    parents = {process: parent for process, (parent, command) in commands(server).items() if module in command}
    return [process for process, parent in parents.items() if (parent in parents) is child and is_alive(process)]


def score(process: int) -> int:
    return int(Path(f"/proc/{process}/oom_score_adj").read_text("ascii"))


def test_a_serving_process_that_dies_again_and_again_is_started_each_time(small_server: Server) -> None:
    for _ in range(DEATHS):  # in less time than a start takes
        process = serving_process(small_server)
        os.kill(process, signal.SIGKILL)
        until(lambda process=process: not is_alive(process))  # type: ignore[misc]
    until(lambda: is_well(small_server))
    before = small_server.processes() - {small_server.process.pid}
    os.kill(serving_process(small_server), signal.SIGKILL)
    until(lambda: not any(map(is_alive, before)))
    until(lambda: is_well(small_server))
    assert small_server.stop() == 0


def test_a_signal_while_nothing_serves_ends_the_service_and_leaves_no_process(small_server: Server) -> None:
    for _ in range(3):
        os.kill(serving_process(small_server), signal.SIGKILL)
        time.sleep(0.05)
    processes = small_server.processes()
    small_server.process.terminate()
    assert small_server.process.wait(PATIENCE_SECONDS) == 0
    until(lambda: not any(map(is_alive, processes)))


def test_a_broken_release_at_the_start_ends_it_with_1_and_is_reported_once(tmp_path: Path) -> None:
    release = make_release(
        tmp_path / "home", [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("old"), NamedNode("urn:g"))]
    )
    quads = release.folder / "quads.nq"
    quads.write_bytes(quads.read_bytes().replace(b"old", b"new"))
    server = Server(tmp_path / "home", tmp_path / "errors")
    assert server.process.wait(PATIENCE_SECONDS) == 1
    server.stop()
    assert (tmp_path / "errors").read_text().count("was changed after it was written") == 1


@pytest.mark.parametrize(
    ("module", "child", "path"),
    [(ZYGOTE, False, QUERY), (ZYGOTE, True, QUERY), (RENDERER, False, PICTURE), (FOLLOWER, False, QUERY)],
    ids=["zygote", "worker", "renderer", "follower"],
)
def test_a_helper_that_dies_is_started_again_as_often_as_it_dies(
    served: Server,
    module: bytes,
    child: bool,
    path: str,
) -> None:
    serving = serving_process(served)
    for _ in range(2 if module == FOLLOWER else DEATHS):
        before = until(lambda: of_module(served, module, child=child))
        for process in before:
            os.kill(process, signal.SIGKILL)
        until(lambda before=before: not any(map(is_alive, before)))  # type: ignore[misc]
        until(lambda: served.ask(path).status == 200)  # a dying server may answer with an error
        until(lambda: of_module(served, module, child=child))
    assert serving_process(served) == serving
    assert served.ask("/health").status == 200


def test_the_kernel_ends_workers_and_renderer_before_the_server(served: Server) -> None:
    assert served.ask(PICTURE).status == 200
    base = score(serving_process(served))
    assert score(served.process.pid) == base
    for module in (ZYGOTE, RENDERER, FOLLOWER):
        assert all(score(process) > base for process in until(lambda module=module: of_module(served, module)))  # type: ignore[misc]
    zygote = max(score(process) for process in of_module(served, ZYGOTE))
    assert all(score(process) > zygote for process in until(lambda: of_module(served, ZYGOTE, child=True)))
