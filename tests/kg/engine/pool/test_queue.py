"""A queue gives its places first come first served, and nobody waits without end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kg.core.errors import EngineBusy, QuestionCancelled
from kg.engine.limits import CancellationToken
from kg.engine.observer import NullObserver
from kg.engine.pool.queue import ClientLimit, WorkQueue


def soon() -> float:
    return time.monotonic() + 5


def waiting(queue_name: WorkQueue, number: int) -> None:
    deadline = soon()
    while queue_name.waiting != number and time.monotonic() < deadline:
        threading.Event().wait(0.001)
    assert queue_name.waiting == number


def test_places_are_given_up_to_their_number() -> None:
    queue_name = WorkQueue("quick", places=2, most_waiting=0)
    queue_name.enter(CancellationToken(), soon())
    assert queue_name.try_enter()
    assert not queue_name.try_enter()
    with pytest.raises(EngineBusy, match="Too many questions wait"):
        queue_name.enter(CancellationToken(), soon())
    queue_name.leave()
    assert queue_name.try_enter()


def test_who_waits_gets_the_place_in_order() -> None:
    queue_name, order = WorkQueue("quick", places=1, most_waiting=5), list[int]()
    queue_name.enter(CancellationToken(), soon())

    def come(number: int) -> None:
        queue_name.enter(CancellationToken(), soon())
        order.append(number)
        queue_name.leave()

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=come, args=(number,)))
        threads[-1].start()
        waiting(queue_name, number + 1)
    queue_name.leave()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3]
    assert queue_name.running == 0


def test_a_deadline_passes_in_the_queue() -> None:
    queue_name = WorkQueue("heavy", places=1, most_waiting=5)
    queue_name.enter(CancellationToken(), soon())
    with pytest.raises(EngineBusy, match="waited too long"):
        queue_name.enter(CancellationToken(), time.monotonic() + 0.01)
    assert queue_name.waiting == 0


def test_a_cancelled_token_leaves_the_queue() -> None:
    queue_name, cancellation, gone = (
        WorkQueue("heavy", places=1, most_waiting=5),
        CancellationToken(),
        threading.Event(),
    )
    queue_name.enter(CancellationToken(), soon())

    def come() -> None:
        with pytest.raises(QuestionCancelled):
            queue_name.enter(cancellation, soon())
        gone.set()

    threading.Thread(target=come).start()
    waiting(queue_name, 1)
    cancellation.cancel()
    assert gone.wait(5)
    assert queue_name.waiting == 0


def test_tasks_and_threads_wait_in_one_queue() -> None:
    queue_name, order = WorkQueue("quick", places=1, most_waiting=5), list[str]()
    queue_name.enter(CancellationToken(), soon())

    def come() -> None:
        queue_name.enter(CancellationToken(), soon())
        order.append("thread")
        queue_name.leave()

    async def come_soon(name: str) -> None:
        await queue_name.enter_soon(CancellationToken(), soon())
        order.append(name)
        queue_name.leave()

    async def all_come() -> None:
        first = asyncio.ensure_future(come_soon("first task"))
        await asyncio.sleep(0)
        thread = threading.Thread(target=come)
        thread.start()
        waiting(queue_name, 2)
        last = asyncio.ensure_future(come_soon("last task"))
        await asyncio.sleep(0)
        queue_name.leave()
        await asyncio.gather(first, last)
        thread.join()

    asyncio.run(all_come())
    assert order == ["first task", "thread", "last task"]
    assert queue_name.running == 0


def test_a_task_enters_a_free_queue_at_once_and_is_refused_by_a_full_one() -> None:
    queue_name = WorkQueue("quick", places=1, most_waiting=0)
    asyncio.run(queue_name.enter_soon(CancellationToken(), soon()))
    with pytest.raises(EngineBusy, match="Too many questions wait"):
        asyncio.run(queue_name.enter_soon(CancellationToken(), soon()))
    assert (queue_name.running, queue_name.waiting) == (1, 0)


def test_a_deadline_passes_for_a_task_too() -> None:
    queue_name = WorkQueue("heavy", places=1, most_waiting=5)
    queue_name.enter(CancellationToken(), soon())
    with pytest.raises(EngineBusy, match="waited too long"):
        asyncio.run(queue_name.enter_soon(CancellationToken(), time.monotonic() + 0.01))
    assert queue_name.waiting == 0


def test_a_task_leaves_the_queue_when_its_token_or_the_task_itself_is_cancelled() -> None:
    queue_name, cancellation = WorkQueue("heavy", places=1, most_waiting=5), CancellationToken()
    queue_name.enter(CancellationToken(), soon())

    async def come() -> None:
        by_ticket = asyncio.ensure_future(queue_name.enter_soon(cancellation, soon()))
        by_loop = asyncio.ensure_future(queue_name.enter_soon(CancellationToken(), soon()))
        await asyncio.sleep(0)
        assert queue_name.waiting == 2
        cancellation.cancel()
        with pytest.raises(QuestionCancelled):
            await by_ticket
        by_loop.cancel()
        with pytest.raises(asyncio.CancelledError):
            await by_loop

    asyncio.run(come())
    assert (queue_name.running, queue_name.waiting) == (1, 0)


def test_a_place_that_came_too_late_goes_to_the_next() -> None:
    queue_name, cancellation = WorkQueue("heavy", places=1, most_waiting=5), CancellationToken()
    queue_name.enter(CancellationToken(), soon())

    async def come() -> None:
        gone = asyncio.ensure_future(queue_name.enter_soon(cancellation, soon()))
        other = asyncio.ensure_future(queue_name.enter_soon(CancellationToken(), soon()))
        await asyncio.sleep(0)
        queue_name.leave()
        cancellation.cancel()
        with pytest.raises(QuestionCancelled):
            await gone
        await other

    asyncio.run(come())
    assert (queue_name.running, queue_name.waiting) == (1, 0)


def test_a_token_stops_what_is_attached_now_or_later_and_more_than_once_does_no_harm() -> None:
    cancellation, stopped = CancellationToken(), list[str]()
    cancellation.attach(lambda: stopped.append("now"))
    cancellation.cancel()
    cancellation.attach(lambda: stopped.append("later"))
    cancellation.attach(None)
    cancellation.cancel()
    assert stopped == ["now", "later"]


def test_a_full_queue_evicts_the_client_that_fills_it_and_not_one_who_asks_little() -> None:
    queue_name, outcomes = WorkQueue("quick", places=1, most_waiting=3), dict[str, str]()
    queue_name.enter(CancellationToken("many"), soon())

    async def come(name: str, client: str) -> None:
        try:
            await queue_name.enter_soon(CancellationToken(client), soon())
        except EngineBusy:
            outcomes[name] = "refused"
        else:
            outcomes[name] = "served"
            queue_name.leave()

    async def all_come() -> None:
        many = [asyncio.ensure_future(come(f"many {number}", "many")) for number in range(4)]
        await asyncio.sleep(0)
        few = asyncio.ensure_future(come("few", "few"))
        await asyncio.sleep(0)
        queue_name.leave()
        await asyncio.gather(few, *many)

    asyncio.run(all_come())
    assert outcomes == {
        "many 0": "served",
        "many 1": "served",
        "many 2": "refused",
        "many 3": "refused",
        "few": "served",
    }
    assert (queue_name.running, queue_name.waiting) == (0, 0)


def test_a_token_that_is_cancelled_after_its_loop_was_closed_does_no_harm() -> None:
    queue = WorkQueue("quick", places=1, most_waiting=5)
    queue.enter(CancellationToken(), soon())
    attached: list[Callable[[], None] | None] = []

    class Noting(CancellationToken):
        def attach(self, stop: Callable[[], None] | None) -> None:
            attached.append(stop)
            super().attach(stop)

    cancellation = Noting()
    with pytest.raises(EngineBusy):
        asyncio.run(queue.enter_soon(cancellation, time.monotonic() + 0.01))
    wake = attached[0]
    assert wake is not None
    with ThreadPoolExecutor(1) as other_thread:
        other_thread.submit(wake).result()  # as of a cancel that read the function just before the end
    assert (queue.running, queue.waiting) == (1, 0)


class Outcomes(NullObserver):
    """An observer that keeps how questions ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def question_ended(self, outcome: str, queue_name: str, seconds: float) -> None:
        del queue_name, seconds
        self.ended.append(outcome)


@pytest.mark.parametrize("error", [QuestionCancelled, asyncio.CancelledError, RuntimeError])
def test_a_question_that_ends_by_an_error_is_counted_by_the_class_of_the_error(error: type[BaseException]) -> None:
    outcomes = Outcomes()
    limit = ClientLimit(1, outcomes)
    with limit.admit(CancellationToken()):
        pass
    with pytest.raises(error), limit.admit(CancellationToken()):
        raise error("so")
    assert outcomes.ended == ["ok", error.__name__]
