"""Single flight: of many who ask the same at once, one asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from server.gateway.single_flight import SharedCall, SingleFlight


class Work:
    """Work that ends on request, and counts how often it was begun and cancelled."""

    def __init__(self) -> None:
        self.begun = self.cancelled = 0
        self.futures: list[asyncio.Future[str]] = []

    def begin(self) -> SharedCall[str]:
        self.begun += 1
        self.futures.append(asyncio.get_running_loop().create_future())
        return SharedCall(self.futures[-1], self.cancel)

    def cancel(self) -> None:
        self.cancelled += 1


def never() -> asyncio.Future[object]:
    return asyncio.get_running_loop().create_future()


def watching(gone: asyncio.Future[object]) -> asyncio.Future[object]:
    return gone


async def asking(
    flights: SingleFlight[str], work: Work, leaving: Callable[[], asyncio.Future[object]] = never
) -> list[str | None]:
    """Three who ask the same; the work ends when all of them wait."""
    askers = [asyncio.ensure_future(flights.ask("same", work.begin, leaving)) for _ in range(3)]
    await asyncio.sleep(0)
    work.futures[0].set_result("answer")
    return await asyncio.gather(*askers)


def test_three_who_ask_the_same_get_one_answer() -> None:
    work = Work()
    assert asyncio.run(asking(SingleFlight(), work)) == ["answer"] * 3
    assert work.begun == 1


def test_a_later_request_is_a_new_call() -> None:
    async def twice() -> None:
        flights, work = SingleFlight[str](), Work()
        await asking(flights, work)
        late = asyncio.ensure_future(flights.ask("same", work.begin, never))
        await asyncio.sleep(0)
        work.futures[1].set_result("new answer")
        assert await late == "new answer"

    asyncio.run(twice())


def test_other_questions_fly_alone() -> None:
    async def two() -> None:
        flights, work = SingleFlight[str](), Work()
        askers = [asyncio.ensure_future(flights.ask(key, work.begin, never)) for key in ("one", "other")]
        await asyncio.sleep(0)
        for place, future in enumerate(work.futures):
            future.set_result(str(place))
        assert await asyncio.gather(*askers) == ["0", "1"]

    asyncio.run(two())


def test_the_work_goes_on_while_one_asker_waits_and_ends_with_the_last() -> None:
    async def leave() -> None:
        flights, work = SingleFlight[str](), Work()
        gone = [never() for _ in range(2)]
        askers = [asyncio.ensure_future(flights.ask("same", work.begin, partial(watching, each))) for each in gone]
        await asyncio.sleep(0)
        gone[0].set_result(None)
        assert await askers[0] is None
        assert work.cancelled == 0
        gone[1].set_result(None)
        assert await askers[1] is None
        assert work.cancelled == 1

    asyncio.run(leave())


def test_nobody_joins_cancelled_work() -> None:
    async def join() -> None:
        flights, work = SingleFlight[str](), Work()
        gone = never()
        first = asyncio.ensure_future(flights.ask("same", work.begin, partial(watching, gone)))
        await asyncio.sleep(0)
        gone.set_result(None)
        await first
        second = asyncio.ensure_future(flights.ask("same", work.begin, never))
        await asyncio.sleep(0)
        work.futures[0].set_result("late")  # the end of the first must not take the second along
        work.futures[1].set_result("mine")
        assert await second == "mine"

    asyncio.run(join())


def test_a_failure_is_reported_to_all() -> None:
    async def fail() -> None:
        flights, work = SingleFlight[str](), Work()
        askers = [asyncio.ensure_future(flights.ask("same", work.begin, never)) for _ in range(2)]
        await asyncio.sleep(0)
        work.futures[0].set_exception(ValueError("no"))
        outcomes = await asyncio.gather(*askers, return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["no", "no"]

    asyncio.run(fail())


def test_an_asker_whose_task_is_cancelled_counts_as_gone() -> None:
    async def cancel() -> None:
        flights, work = SingleFlight[str](), Work()
        asker = asyncio.ensure_future(flights.ask("same", work.begin, never))
        await asyncio.sleep(0)
        asker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asker
        assert work.cancelled == 1

    asyncio.run(cancel())


def test_nobody_is_watched_for_work_that_ends_soon() -> None:
    async def hurry() -> None:
        flights, work, watched = SingleFlight[str](), Work(), list[bool]()

        def leaving() -> asyncio.Future[object]:
            watched.append(True)
            return never()

        quick = asyncio.ensure_future(flights.ask("quick", work.begin, leaving))
        await asyncio.sleep(0)
        work.futures[0].set_result("at once")
        assert await quick == "at once"
        assert not watched
        slow = asyncio.ensure_future(flights.ask("slow", work.begin, leaving))
        while not watched:
            await asyncio.sleep(0)
        work.futures[1].set_result("late")
        assert await slow == "late"

    asyncio.run(hurry())
