"""``kg push``: what it says, what it does, and that a killed one harms nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.core.settings import PROJECT
from kg.release import Release
from tests.kg.engine.federation.remote import Handler, serving
from tests.kg.release.push.conftest import authority, quads, server, small, theirs  # noqa: F401 - fixtures
from tests.oxigraph import dump
from tests.serving import make_release


def run(authority: str, home: Path, *arguments: str, **settings: str) -> Result:  # noqa: F811 - a fixture
    environment = {"KG_ENGINE_URL": f"http://{authority}/query", "KG_ENGINE_PRODUCT": "oxigraph", **settings}
    return CliRunner(env=environment).invoke(main, ["push", "--home", str(home), *arguments])


def test_it_pushes_the_current_release_and_says_so(authority: str, small: Release, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    home = tmp_path / "home"
    outcome = run(authority, home, "--dry-run")
    assert outcome.exit_code == 0
    assert "It is not there whole." in outcome.output
    assert len(dump(authority)) == 2
    outcome = run(authority, home)
    assert (outcome.exit_code, f"release {small.release_id} is there whole" in outcome.output) == (0, True)
    assert "Reading back plan-ii" in outcome.output
    assert "was there whole" in run(authority, home).output
    assert "It is there whole." in run(authority, home, "--dry-run").output


def test_the_current_release_is_not_removed_and_another_one_is(
    authority: str,  # noqa: F811 - a fixture
    small: Release,  # noqa: F811 - a fixture
    theirs: list[str],  # noqa: F811 - a fixture
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    run(authority, home)
    outcome = run(authority, home, "--remove", small.release_id)
    assert (outcome.exit_code, "kg rollback" in outcome.output) == (1, True)
    make_release(home, list(quads())[:5])
    before = dump(authority)
    assert "would remove" in run(authority, home, "--remove", small.release_id, "--dry-run").output
    assert dump(authority) == before
    assert "3 graphs" in run(authority, home, "--remove", small.release_id).output
    assert dump(authority) == theirs


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"KG_ENGINE_URL": ""}, "KG_ENGINE_URL names no engine"),
        ({"KG_ENGINE_PRODUCT": "sparql"}, "set KG_ENGINE_GRAPH_STORE"),
        ({"KG_ENGINE_PRODUCT": "none"}, "take one of"),
        ({"KG_ENGINE_URL": "http://127.0.0.1:9/query"}, "Run the command again"),
    ],
)
def test_what_is_missing_is_reported_with_the_remedy(
    authority: str,  # noqa: F811 - a fixture
    small: Release,  # noqa: ARG001, F811 - there must be one
    tmp_path: Path,
    settings: dict[str, str],
    remedy: str,
) -> None:
    outcome = run(authority, tmp_path / "home", **settings)
    assert (outcome.exit_code, remedy in outcome.output) == (1, True), outcome.output


@pytest.mark.slow
def test_a_push_that_is_killed_leaves_no_mark_and_the_next_one_goes_on(
    authority: str,  # noqa: F811 - a fixture
    theirs: list[str],  # noqa: F811 - a fixture
    home: Path,
    release: Release,
) -> None:
    sent, stopped, may_end = 0, threading.Event(), threading.Event()

    def passes_on(handler: Handler) -> None:
        """Pass on some chunks, then hold one back after it has arrived."""
        nonlocal sent
        body = remote.bodies[-1]
        answer = httpx2.request(
            handler.command,
            f"http://{authority}{handler.path}",
            content=body,
            headers={"Content-Type": handler.headers.get("Content-Type", "")},
            trust_env=False,
        )
        sent += handler.command == "POST"
        if sent == 5:
            stopped.set()
            may_end.wait(30)
        handler.send_response(answer.status_code)
        handler.end_headers()

    with serving(passes_on) as remote:
        environment = {
            **os.environ,
            "KG_ENGINE_URL": f"http://{authority}/query",
            "KG_ENGINE_PRODUCT": "oxigraph",
            "KG_ENGINE_GRAPH_STORE": f"http://{remote.authority}/store",
        }
        command = [sys.executable, "-m", "kg", "push", "--home", str(home)]
        with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL) as process:
            assert stopped.wait(60)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        may_end.set()
    left = len(dump(authority))
    assert len(theirs) < left < 2 * release.manifest.quads
    assert not [line for line in dump(authority) if "engine#whole" in line]
    outcome = run(authority, home)
    assert "is there whole" in outcome.output
    first = next(line for line in outcome.output.splitlines() if line.startswith("Sending: "))
    assert int(first.split()[1]) > left - len(theirs)  # it began after those that were there
    assert set(theirs) < set(dump(authority))
