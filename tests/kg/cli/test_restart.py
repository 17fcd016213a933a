"""Restarts: pauses grow, start over after calm, end with a signal, and do not hide a service that cannot be made."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from kg.cli import restart
from kg.cli.restart import Backoff, Ending, Run, StopSignals, keep_serving

DIED, READY = Run(Ending.DIED), Run(Ending.DIED, was_ready=True)
STOPPED, UNUSABLE = Run(Ending.STOPPED), Run(Ending.UNUSABLE)


class Signals(StopSignals):
    """Signals whose pauses are noted and take no time."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
def signals() -> Iterator[Signals]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield Signals()
    for number, handler in before.items():
        signal.signal(number, handler)


def served(signals: Signals, *runs: Run, backoff: Backoff | None = None) -> None:
    left = iter(runs)
    keep_serving(lambda: next(left), signals, backoff)
    assert next(left, None) is None


def test_pauses_double_up_to_the_longest_and_never_end(signals: Signals) -> None:
    served(signals, *[READY] * 12, STOPPED)
    assert signals.pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, *[5.0] * 6]


def test_pauses_begin_again_after_a_calm_run(signals: Signals) -> None:
    served(signals, READY, READY, STOPPED, backoff=Backoff(calm=0.0))
    assert signals.pauses == [0.1, 0.1]


def test_a_process_that_is_killed_before_it_is_ready_is_started_again(signals: Signals) -> None:
    served(signals, DIED, DIED, STOPPED)
    assert signals.pauses == [0.1, 0.2]


def test_a_service_that_cannot_be_made_ends_with_1(signals: Signals) -> None:
    with pytest.raises(SystemExit) as ended:
        served(signals, DIED, UNUSABLE)
    assert ended.value.code == 1


def test_a_service_that_was_ready_is_tried_again_though_it_cannot_be_made_now(signals: Signals) -> None:
    served(signals, READY, UNUSABLE, STOPPED)
    assert signals.pauses == [0.1, 0.2]


def test_a_signal_in_a_pause_ends_it(signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restart, "_TICK_SECONDS", 0.001)
    signals.listen()
    os.kill(os.getpid(), signal.SIGTERM)
    StopSignals.wait(signals, 3600)
    assert signals.received
    served(signals)


def test_a_signal_that_comes_while_the_server_dies_starts_nothing(signals: Signals) -> None:
    def die() -> Run:
        os.kill(os.getpid(), signal.SIGINT)
        return READY

    keep_serving(die, signals)
    assert signals.pauses == []
