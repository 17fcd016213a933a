"""The files of large responses are bounded for each client and for all, and released when they were sent."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine
from typing import IO, Any

import pytest

from kg.core.errors import ClientBusy, EngineBusy
from server.core.wsgi import Finished
from server.gateway import response_files
from server.gateway.response_files import ResponseFiles

MIB = 2**20
PATIENCE_SECONDS = 5


def response_of(mib: int) -> Finished:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the budget closes it
    file.truncate(mib * MIB)
    return Finished(200, [("content-length", str(mib * MIB))], file=file)


def opened(response: Finished) -> IO[bytes]:
    """Open the file as the HTTP server does."""
    return open(response.path, "rb")  # noqa: PTH123 - a path below /proc, closed by the test


def with_budget(
    test: Callable[[ResponseFiles], Coroutine[Any, Any, None]], total: int = 10, per_client: int = 6
) -> None:
    async def run() -> None:
        budget = ResponseFiles(total * MIB, per_client * MIB)
        budget.start(asyncio.get_running_loop())
        try:
            await test(budget)
        finally:
            budget.stop(asyncio.get_running_loop())
        assert budget.bytes == 0

    asyncio.run(run())


def held_for_two(budget: ResponseFiles) -> Finished:
    response = response_of(3)
    budget.hold(response, "a")
    budget.hold(response, "b")
    return response


async def becomes(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.005)
    return condition()


def is_closed(response: Finished) -> bool:
    return response.file is not None and response.file.closed


def test_a_file_is_released_when_the_http_server_closes_it() -> None:
    async def test(budget: ResponseFiles) -> None:
        response = response_of(3)
        budget.hold(response, "a")
        with opened(response):
            await asyncio.sleep(0.05)
            assert (budget.bytes, is_closed(response)) == (3 * MIB, False)
        assert await becomes(lambda: budget.bytes == 0)
        assert is_closed(response)

    with_budget(test)


def test_a_file_that_is_sent_to_two_is_released_by_the_second() -> None:
    async def test(budget: ResponseFiles) -> None:
        response = held_for_two(budget)
        with opened(response):
            opened(response).close()
            await asyncio.sleep(0.05)
            assert budget.bytes == 3 * MIB
        assert await becomes(lambda: budget.bytes == 0)

    with_budget(test)


def test_a_file_that_one_of_two_never_opens_is_released_when_the_other_has_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response_files, "_OPENED_SECONDS", 0.02)

    async def test(budget: ResponseFiles) -> None:
        response = held_for_two(budget)
        with opened(response):
            await asyncio.sleep(0.1)
            assert (budget.bytes, is_closed(response)) == (3 * MIB, False)
        assert await becomes(lambda: budget.bytes == 0)
        assert is_closed(response)

    with_budget(test)


def test_the_time_of_one_client_does_not_release_the_file_of_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_files, "_OPENED_SECONDS", 0.2)

    async def test(budget: ResponseFiles) -> None:
        response = response_of(3)
        budget.hold(response, "a")
        monkeypatch.setattr(response_files, "_OPENED_SECONDS", PATIENCE_SECONDS)
        budget.hold(response, "b")
        opened(response).close()
        await asyncio.sleep(0.4)
        assert (budget.bytes, is_closed(response)) == (3 * MIB, False)
        opened(response).close()
        assert await becomes(lambda: budget.bytes == 0)

    with_budget(test)


def test_files_that_two_close_at_once_are_released_although_the_events_are_merged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response_files, "_OPENED_SECONDS", 0.05)

    async def test(budget: ResponseFiles) -> None:
        response = held_for_two(budget)
        first, second = opened(response), opened(response)
        await asyncio.sleep(0.1)
        assert budget.bytes == 3 * MIB
        first.close()
        second.close()
        assert await becomes(lambda: budget.bytes == 0)

    with_budget(test)


def test_a_client_is_refused_beyond_its_budget_and_others_are_not() -> None:
    async def test(budget: ResponseFiles) -> None:
        budget.hold(response_of(4), "a")
        refused = response_of(3)
        with pytest.raises(ClientBusy, match="4 MiB are on their way to you"):
            budget.hold(refused, "a")
        refused.close()
        budget.hold(response_of(3), "b")

    with_budget(test)


def test_one_answer_may_be_larger_than_the_budget_of_a_client_and_of_all() -> None:
    async def test(budget: ResponseFiles) -> None:
        budget.hold(response_of(20), "a")

    with_budget(test)


def test_all_together_are_refused_beyond_the_total() -> None:
    async def test(budget: ResponseFiles) -> None:
        for client in "abc":
            budget.hold(response_of(3), client)
        refused = response_of(3)
        with pytest.raises(EngineBusy, match="on their way to others"):
            budget.hold(refused, "d")
        refused.close()

    with_budget(test)


def test_half_of_the_total_is_for_clients_that_have_nothing_on_the_way() -> None:
    async def test(budget: ResponseFiles) -> None:
        budget.hold(response_of(2), "a")
        budget.hold(response_of(2), "b")
        refused = response_of(2)
        with pytest.raises(EngineBusy):
            budget.hold(refused, "a")
        refused.close()
        budget.hold(response_of(2), "c")

    with_budget(test)


def test_a_file_that_is_never_opened_is_released_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_files, "_OPENED_SECONDS", 0.02)

    async def test(budget: ResponseFiles) -> None:
        response = response_of(3)
        budget.hold(response, "a")
        assert await becomes(lambda: budget.bytes == 0)
        assert is_closed(response)

    with_budget(test)


def test_a_file_that_is_read_slowly_is_not_released_after_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_files, "_OPENED_SECONDS", 0.02)

    async def test(budget: ResponseFiles) -> None:
        response = response_of(3)
        budget.hold(response, "a")
        with opened(response):
            await asyncio.sleep(0.1)
            assert budget.bytes == 3 * MIB

    with_budget(test)


def test_a_response_that_nobody_takes_is_closed_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_files, "_TAKEN_SECONDS", 0.02)

    async def test(budget: ResponseFiles) -> None:
        left, sent = response_of(3), response_of(3)
        budget.close_unless_sent(left)
        budget.close_unless_sent(sent)
        budget.hold(sent, "a")
        assert await becomes(lambda: is_closed(left))
        await asyncio.sleep(0.05)
        assert not is_closed(sent)

    with_budget(test)
