"""No light query fails or waits for long while others attack, whatever of the five ways they choose."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from tests.bench.attacker import attacks
from tests.bench.attacks import NAMES, attacked, largest_batch, light, usual_limit_of_files
from tests.serving import Server

pytestmark = [pytest.mark.server, pytest.mark.serial, pytest.mark.slow]

ATTACK_SECONDS = 4.0
# some three milliseconds on a free machine; pages and batches without limits made it half a second and more
MEDIAN_SECONDS = 0.25


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """A server of its own for each attack: what one leaves behind does not count for the next."""
    with usual_limit_of_files(), Server(home) as running:
        yield running


@pytest.fixture(scope="module")
def size(home: Path) -> tuple[int, int, int]:
    with Server(home) as server:
        return largest_batch(server)


@pytest.mark.parametrize("name", NAMES)
def test_no_light_query_fails_or_waits_long_during_an_attack(
    server: Server, size: tuple[int, int, int], name: str
) -> None:
    light(server, 0.0)
    during = attacked(server, name, size, ATTACK_SECONDS)
    assert dict(during.times.failures) == {}
    assert statistics.median(during.times.all) < MEDIAN_SECONDS


def test_the_attacker_ends_when_nobody_listens_to_it(server: Server) -> None:
    command = [sys.executable, "-m", "tests.bench.attacker", "slow-readers", str(server.port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready {attacks((1, 1, 1))['slow-readers'].connections}\n"
        report = json.loads(process.communicate(timeout=30)[0])
    assert process.returncode == 0
    assert report["seconds"] < 10
