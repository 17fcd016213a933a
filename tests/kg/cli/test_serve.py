"""``kg serve`` refuses before anything starts what could not work."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.kg.cli.run import kg, told
from tests.kg.release.replication.signed import FOLLOW_KEY


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port of this machine that something listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object, **__: object) -> None:
        pytest.fail("the server was started")

    monkeypatch.setattr(import_module("kg.cli.serve"), "Granian", start)


def test_a_busy_port_is_refused_with_advice(home: Path, busy_port: int) -> None:
    before = dict(os.environ)
    message = told(kg("serve", "--home", home, "--port", busy_port))
    assert message == (
        f"127.0.0.1:{busy_port} cannot be listened on: Address already in use. "
        "Choose another port with PORT= (make) or --port (kg serve)."
    )
    assert dict(os.environ) == before


def test_a_busy_port_from_the_environment_is_refused(home: Path, busy_port: int) -> None:
    result = kg("serve", env={"KG_HOME": str(home), "KG_PORT": str(busy_port)})
    assert f"127.0.0.1:{busy_port} cannot be listened on" in told(result)


def test_an_address_of_another_machine_is_refused(home: Path) -> None:
    assert "192.0.2.1:8000 cannot be listened on" in told(kg("serve", "--home", home, "--host", "192.0.2.1"))


def test_without_a_release_the_remedy_is_reported(tmp_path: Path) -> None:
    assert told(kg("serve", "--home", tmp_path)).endswith("Run 'kg build' first.")


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    result = kg("serve", "--port", port)
    assert result.exit_code == 2
    assert "--port" in result.stderr


def test_an_empty_home_that_cannot_be_filled_is_reported(tmp_path: Path) -> None:
    words = ["serve", "--home", tmp_path, "--follow", "http://127.0.0.1:9/"]
    assert "There is no key to verify the publication with." in told(kg(*words))
    message = told(kg(*words, "--key", FOLLOW_KEY))
    assert "http://127.0.0.1:9/current.json cannot be reached" in message


@pytest.mark.parametrize("words", [["--follow", "here"], ["--every", "0"], ["--every", "x"]])
def test_what_cannot_be_followed_is_refused(words: list[str], tmp_path: Path) -> None:
    assert kg("serve", "--home", tmp_path, *words).exit_code == 2
