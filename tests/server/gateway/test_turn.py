"""A request gives up its turn while it waits, and goes on before others begin."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from kg.core.errors import EngineBusy, QuestionCancelled
from kg.engine.limits import CancellationToken
from kg.engine.pool.queue import WorkQueue
from server.gateway import turn as turns
from server.gateway.turn import Turn


def soon() -> float:
    return time.monotonic() + 5


def test_a_turn_is_free_for_another_while_it_is_paused() -> None:
    async def run() -> None:
        queue_name = WorkQueue("pages", 1, 10)
        first, second = Turn(queue_name, CancellationToken("a")), Turn(queue_name, CancellationToken("b"))
        await first.take(soon())
        with first.paused():
            await second.take(soon())
            assert queue_name.running == 1
            second.give_up()
        assert queue_name.running == 1
        first.give_up()
        first.give_up()
        assert queue_name.running == 0

    asyncio.run(run())


def test_a_paused_request_goes_on_before_one_that_has_not_begun() -> None:
    queue_name, order = WorkQueue("pages", 1, 10), list[str]()
    cancellation = CancellationToken("a")

    async def run() -> None:
        paused, running, waiting = (
            Turn(queue_name, cancellation),
            Turn(queue_name, CancellationToken("b")),
            Turn(queue_name, CancellationToken("c")),
        )
        await paused.take(soon())
        may_resume = threading.Event()

        def work() -> None:
            with paused.paused():
                may_resume.wait(5)
            order.append("paused")
            paused.give_up()

        thread = threading.Thread(target=work)
        thread.start()
        await running.take(soon())
        begins = asyncio.ensure_future(waiting.take(soon()))
        await asyncio.sleep(0)
        may_resume.set()
        while queue_name.waiting < 2:
            await asyncio.sleep(0.001)
        running.give_up()
        await begins
        order.append("waiting")
        waiting.give_up()
        thread.join()

    asyncio.run(run())
    assert order == ["paused", "waiting"]


def test_a_paused_request_goes_on_even_if_the_turn_is_not_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_RESUME_SECONDS", 0.01)

    async def run() -> None:
        queue_name = WorkQueue("pages", 1, 10)
        first, second = Turn(queue_name, CancellationToken("a")), Turn(queue_name, CancellationToken("b"))
        await first.take(soon())
        with first.paused():
            await second.take(soon())
        first.give_up()
        assert queue_name.running == 1
        second.give_up()
        assert queue_name.running == 0

    asyncio.run(run())


def test_a_request_whose_client_has_gone_does_not_go_on() -> None:
    async def run() -> None:
        queue_name, cancellation = WorkQueue("pages", 1, 10), CancellationToken("a")
        turn = Turn(queue_name, cancellation)
        await turn.take(soon())
        with pytest.raises(QuestionCancelled), turn.paused():
            cancellation.cancel()
        turn.give_up()
        assert queue_name.running == 0

    asyncio.run(run())


def test_a_turn_that_does_not_come_before_the_deadline_is_refused() -> None:
    async def run() -> None:
        queue_name = WorkQueue("pages", 1, 10)
        await Turn(queue_name, CancellationToken("a")).take(soon())
        with pytest.raises(EngineBusy):
            await Turn(queue_name, CancellationToken("b")).take(time.monotonic() + 0.01)

    asyncio.run(run())
