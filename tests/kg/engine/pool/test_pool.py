"""No question can hurt the pool: each ends with an answer or an error of ours, in time, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.core.errors import (
    AnswerTooLarge,
    ClientBusy,
    EngineBusy,
    EngineLost,
    KgError,
    QueryInvalid,
    QueryRefused,
    QueryTooDeep,
    QuestionCancelled,
    QuestionTooHeavy,
    QuestionTooLong,
)
from kg.core.media_types import FORMS
from kg.engine import Answer, Question
from kg.engine.limits import CancellationToken
from kg.engine.pool.pool import Call, Job, PoolEngine
from kg.engine.pool.processes import Priority
from tests.kg.engine.conftest import PATIENCE_SECONDS, ROWS, PoolMaker
from tests.serving import is_alive

pytestmark = pytest.mark.serial

LIGHT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SORT_BOMB = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TEXT_BOMB = "SELECT (GROUP_CONCAT(CONCAT(?c, ?f)) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GRACE_SECONDS = 0.5
MANY_FILES = 2048


def children_of(process: int) -> set[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return set(map(int, path.read_text("ascii").split())) if path.exists() else set()


def workers_of(pool: PoolEngine, priority: Priority) -> set[int]:
    """The workers of a priority that have not begun a heavy question, when all of them have their priority."""

    def found() -> set[int]:
        return {
            process
            for process in children_of(pool.worker_processes.zygote_process)
            if set(priorities_of(process)) == {priority.value}
        }

    queue_name = pool.pages if priority is Priority.PAGES else pool.quick
    assert wait_until(lambda: len(found()) == queue_name.places)
    return found()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    return true()


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_question_is_answered_in_each_form(make_pool: PoolMaker, on_disk: bool) -> None:
    pool = make_pool(on_disk=on_disk)
    assert pool.answer(Question(LIGHT, FORMS["csv"])).body == f"n\r\n{ROWS}\r\n".encode()
    turtle = pool.answer(Question("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1", FORMS["ttl"])).body
    assert "值".encode() in turtle
    assert b"@zh" in turtle


def test_an_answer_longer_than_a_socket_holds_comes_whole_again_and_again(pool: PoolEngine) -> None:
    text = "SELECT * { ?s ?p ?o } LIMIT 3000"
    sizes = {len(pool.answer(Question(f"{text} # {number}")).body) for number in range(4)}
    assert len(sizes) == 1
    assert 300_000 < sizes.pop() < 2**21


def test_a_text_longer_than_a_socket_holds_is_asked_after_a_short_one(pool: PoolEngine) -> None:
    for text in (LIGHT, LIGHT + "#" + "x" * 1_000_000, LIGHT):
        assert pool.answer(Question(text, FORMS["csv"])).body == f"n\r\n{ROWS}\r\n".encode()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * {\n ?s ?p", QueryInvalid),
        ("DROP ALL", QueryRefused),
        ("SELECT * { SERVICE <http://127.0.0.1:9> { ?s ?p ?o } }", QueryRefused),
        ("SELECT " + "(" * 500, QueryTooDeep),
    ],
)
def test_an_error_in_a_worker_comes_back_as_it_is(pool: PoolEngine, text: str, error: type[KgError]) -> None:
    with pytest.raises(error) as raised:
        pool.answer(Question(text))
    if error is QueryInvalid:
        assert isinstance(raised.value, QueryInvalid)
        assert raised.value.line == 2
    assert pool.answer(Question("ASK {}")).body
    assert pool.worker_processes.killed == 0


@pytest.mark.parametrize("text", [HEAVY, SORT_BOMB, TEXT_BOMB, STREAM], ids=["count", "sort", "concatenate", "stream"])
def test_a_heavy_question_ends_at_its_limit(make_pool: PoolMaker, text: str) -> None:
    pool = make_pool()
    start = time.monotonic()
    with pytest.raises((QuestionTooLong, QuestionTooHeavy, AnswerTooLarge)):
        pool.answer(Question(text)).close()
    assert time.monotonic() - start < pool.limits.max_seconds + GRACE_SECONDS
    assert pool.answer(Question(LIGHT)).body


def test_a_question_that_needs_too_much_memory_ends_only_its_worker(make_pool: PoolMaker) -> None:
    pool = make_pool(memory_bytes=2**25, max_seconds=20.0)
    with pytest.raises(QuestionTooHeavy, match="MiB of memory"):
        pool.answer(Question(SORT_BOMB))
    assert pool.answer(Question(LIGHT)).body


def test_an_answer_that_is_too_large_is_an_error_and_never_a_part(make_pool: PoolMaker) -> None:
    pool = make_pool(answer_bytes=10_000)
    with pytest.raises(AnswerTooLarge, match="LIMIT"):
        pool.answer(Question("SELECT * { ?s ?p ?o }"))
    assert pool.worker_processes.killed == 0


def test_a_large_answer_comes_whole_from_its_file(make_pool: PoolMaker) -> None:
    pool = make_pool(answer_bytes=2**27, max_seconds=20.0)
    answer = pool.answer(Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000", FORMS["tsv"]))
    body = b"".join(answer.chunks())
    assert answer.spill is not None
    assert len(body) == answer.size
    assert body.count(b"\n") == 40_001
    assert pool.answer(Question(LIGHT)).body


def test_what_a_too_large_answer_left_is_in_no_later_answer(make_pool: PoolMaker) -> None:
    pool = make_pool(answer_bytes=2**22, max_seconds=20.0, quick_seconds=20.0, quick_places=1)
    with pytest.raises(AnswerTooLarge):
        pool.answer(Question("SELECT * { ?a ?b ?c . ?d ?e ?f }", FORMS["tsv"]))
    answer = pool.answer(Question("SELECT ?a { ?a ?b ?c . ?d ?e ?f } LIMIT 250000", FORMS["tsv"]))
    body = b"".join(answer.chunks())
    assert answer.spill is not None
    assert len(body) == answer.size
    assert body.startswith(b"?a\n<urn:s")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (" + "1+" * 3000 + "1 AS ?x) {}",
        "SELECT * {" + "".join(f"BIND({n} AS ?v{n}) " for n in range(3000)) + "}",
        "SELECT * {" + "FILTER(true) " * 5000 + "}",
        "SELECT * {" + "?s ?p ?o . " * 2000 + "}",
        "SELECT * { FILTER(" + "true && " * 5000 + "true) }",
        "SELECT * {" + " UNION ".join(["{ ?s ?p ?o }"] * 3000) + "}",
        "SELECT * { VALUES ?v {" + " 1" * 100_000 + "} }",
        "SELECT " + " ".join(f"?v{n}" for n in range(5000)) + " { ?s ?p ?o } LIMIT 1",
    ],
    ids=["sum", "bind", "filter", "patterns", "and", "union", "values", "variables"],
)
def test_a_text_of_an_evil_shape_ends_with_an_answer_or_an_error_of_ours(make_pool: PoolMaker, text: str) -> None:
    pool = make_pool()
    start = time.monotonic()
    with contextlib.suppress(KgError):
        pool.answer(Question(text)).close()
    assert time.monotonic() - start < pool.limits.max_seconds + GRACE_SECONDS
    assert pool.answer(Question("ASK {}")).body


def test_a_cancelled_question_frees_its_worker_at_once(make_pool: PoolMaker) -> None:
    pool = make_pool(max_seconds=30.0)
    cancellation, ended = CancellationToken(), threading.Event()

    def ask() -> None:
        with pytest.raises(QuestionCancelled):
            pool.answer(Question(HEAVY), cancellation)
        ended.set()

    threading.Thread(target=ask).start()
    assert wait_until(lambda: pool.heavy.running == 1)
    cancellation.cancel()
    assert ended.wait(0.5)
    assert (pool.quick.running, pool.heavy.running) == (0, 0)
    assert pool.answer(Question(LIGHT)).body


def test_a_question_can_be_cancelled_before_it_begins(pool: PoolEngine) -> None:
    cancellation = CancellationToken()
    cancellation.cancel()
    with pytest.raises(QuestionCancelled):
        pool.answer(Question(LIGHT), cancellation)
    assert pool.answer(Question(LIGHT)).body


def test_questions_for_one_page_share_a_deadline(make_pool: PoolMaker) -> None:
    pool = make_pool(max_seconds=1.0)
    cancellation = CancellationToken()
    for _ in range(3):
        with pytest.raises(QuestionTooLong):
            pool.answer(Question(HEAVY), cancellation)
    assert time.monotonic() - cancellation.began < 1.0 + GRACE_SECONDS


def test_a_thousand_open_files_do_not_matter(make_pool: PoolMaker) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < MANY_FILES:
        pytest.skip("needs the right to open many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (MANY_FILES, hard))
    try:
        with contextlib.ExitStack() as files:
            for _ in range(1100):  # select(2) knows numbers up to 1,023
                files.enter_context(Path(os.devnull).open())
            assert make_pool().answer(Question(LIGHT)).body
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_light_questions_are_answered_while_heavy_ones_run(make_pool: PoolMaker) -> None:
    pool = make_pool(max_seconds=2.0, max_waiting=40, max_per_client=100)
    outcomes: list[str] = []

    def ask_heavily() -> None:
        try:
            pool.answer(Question(HEAVY))
        except KgError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=ask_heavily) for _ in range(12)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        assert pool.answer(Question(LIGHT)).body
    for thread in threads:
        thread.join()
    assert len(outcomes) == 12
    assert set(outcomes) <= {"QuestionTooLong", "EngineBusy"}


def test_a_full_queue_and_a_greedy_client_are_reported(make_pool: PoolMaker) -> None:
    pool = make_pool(max_waiting=0, quick_places=1, max_per_client=1, quick_seconds=5.0, max_seconds=6.0)
    cancellation = CancellationToken("client")

    def ask() -> None:
        with contextlib.suppress(QuestionCancelled):
            pool.answer(Question(HEAVY), cancellation)

    thread = threading.Thread(target=ask)
    thread.start()
    assert wait_until(lambda: pool.quick.running == 1)
    with pytest.raises(ClientBusy):
        pool.answer(Question(LIGHT), CancellationToken("client"))
    with pytest.raises(EngineBusy):
        pool.answer(Question(LIGHT), CancellationToken("other"))
    cancellation.cancel()
    thread.join()
    assert pool.answer(Question(LIGHT), CancellationToken("client")).body


def test_a_question_that_waits_for_a_processor_is_not_heavy_however_long_it_waits(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1, quick_seconds=0.1, max_seconds=20.0)
    (worker,) = workers_of(pool, Priority.QUERIES)
    os.kill(worker, signal.SIGSTOP)  # as on a machine with much else to do
    cancellation, answered = CancellationToken("client"), threading.Event()

    def ask() -> None:
        pool.answer(Question(LIGHT), cancellation)
        answered.set()

    thread = threading.Thread(target=ask)
    thread.start()
    assert not answered.wait(2 * pool.limits.quick_seconds)
    os.kill(worker, signal.SIGCONT)
    thread.join()
    assert (cancellation.queue_name, pool.worker_processes.killed) == ("quick", 0)


def test_a_question_that_only_waits_is_moved_in_the_end(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1, quick_seconds=0.05, max_seconds=1.0)
    (worker,) = workers_of(pool, Priority.QUERIES)
    os.kill(worker, signal.SIGSTOP)
    cancellation = CancellationToken("client")
    with pytest.raises(QuestionTooLong):
        pool.answer(Question(LIGHT), cancellation)
    assert cancellation.queue_name == "heavy"


@contextlib.contextmanager
def heavy_question(pool: PoolEngine) -> Iterator[None]:
    """While a heavy question runs, which is cancelled at the end."""
    cancellation = CancellationToken()

    def ask() -> None:
        with pytest.raises(QuestionCancelled):
            pool.answer(Question(HEAVY), cancellation)

    heavy = threading.Thread(target=ask)
    heavy.start()
    try:
        yield
    finally:
        cancellation.cancel()
        heavy.join()


def test_while_others_wait_one_step_is_enough_to_see_that_a_question_is_heavy(
    make_pool: PoolMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = make_pool(max_seconds=30, quick_seconds=5, quick_places=1, heavy_places=1)
    waits: list[float] = []
    wait = Job.wait

    async def noted(job: Job, seconds: float, call: Call) -> Answer | None:
        waits.append(seconds)
        return await wait(job, seconds, call)

    monkeypatch.setattr(Job, "wait", noted)
    # as if each question had a processor of its own, which a busy machine does not give it
    monkeypatch.setattr(Job, "computed", property(lambda job: time.monotonic() - job.began))
    with heavy_question(pool):
        assert wait_until(lambda: pool.quick.running == 1)
        pool.answer(Question(LIGHT))
    assert [seconds for seconds in waits if seconds < 2][:2] == [1.0, 1.0]  # one step of each of the two
    assert len(waits) == 3  # and the time of a heavy one


def test_all_threads_of_a_heavy_question_let_others_go_first(make_pool: PoolMaker) -> None:
    pool = make_pool(max_seconds=30, quick_places=1, heavy_places=1)
    (worker,) = workers_of(pool, Priority.QUERIES)
    with heavy_question(pool):
        assert wait_until(lambda: set(priorities_of(worker)) == {15} and len(priorities_of(worker)) > 1)


def priorities_of(process: int) -> list[int]:
    """The nice value of each thread."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in tasks]


def test_a_killed_idle_worker_is_replaced_before_anyone_notices(pool: PoolEngine) -> None:
    workers = children_of(pool.worker_processes.zygote_process)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    assert wait_until(lambda: not any(map(is_alive, workers)))
    assert pool.answer(Question(LIGHT)).body


def test_a_worker_killed_at_work_ends_its_question_only(make_pool: PoolMaker) -> None:
    pool = make_pool(max_seconds=30.0)
    outcome: list[KgError] = []

    def ask() -> None:
        try:
            pool.answer(Question(HEAVY))
        except KgError as error:
            outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert wait_until(lambda: pool.heavy.running == 1)
    for worker in children_of(pool.worker_processes.zygote_process):
        os.kill(worker, signal.SIGKILL)
    thread.join(3)
    assert isinstance(outcome[0], EngineLost)
    assert pool.answer(Question(LIGHT)).body


def test_a_killed_zygote_takes_its_workers_along_and_is_started_again(pool: PoolEngine) -> None:
    zygote = pool.worker_processes.zygote_process
    workers = children_of(zygote)
    os.kill(zygote, signal.SIGKILL)
    assert wait_until(lambda: not any(map(is_alive, workers)))
    assert pool.answer(Question(LIGHT)).body
    assert pool.worker_processes.zygote_process != zygote


def without_zygote(pool: PoolEngine, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The next so many workers lose their zygote, and die with it, before they are asked."""
    ask, left = Job.ask, iter(range(times))

    def kill_and_ask(job: Job) -> None:
        if next(left, None) is not None:
            os.kill(pool.worker_processes.zygote_process, signal.SIGKILL)
            assert wait_until(lambda: not is_alive(job.worker.process))
        ask(job)

    monkeypatch.setattr(Job, "ask", kill_and_ask)


def test_no_question_is_blamed_for_the_end_of_the_zygote(pool: PoolEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    without_zygote(pool, monkeypatch, times=1)
    assert pool.answer(Question(LIGHT)).body


def test_a_zygote_that_ends_twice_is_reported(pool: PoolEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    without_zygote(pool, monkeypatch, times=2)
    with pytest.raises(EngineLost, match="ended twice"):
        pool.answer(Question(LIGHT))
    assert pool.answer(Question(LIGHT)).body


def test_a_closed_pool_starts_no_process(pool: PoolEngine) -> None:
    pool.close()
    zygote = pool.worker_processes.zygote_process
    with pytest.raises(EngineLost, match="closed"):
        pool.answer(Question(LIGHT))
    assert pool.worker_processes.zygote_process == zygote
    assert not is_alive(zygote)


def test_closing_leaves_no_process(make_pool: PoolMaker) -> None:
    pool = make_pool()
    zygote = pool.worker_processes.zygote_process
    everyone = {zygote, *children_of(zygote)}
    assert len(everyone) >= 3
    pool.close()
    assert wait_until(lambda: not any(map(is_alive, everyone)))


def test_nothing_leaks_over_many_questions(make_pool: PoolMaker) -> None:
    pool = make_pool(max_per_client=10_000)
    before = open_descriptors()
    for number in range(1500):
        if number % 50 == 0:
            with pytest.raises(QueryInvalid):
                pool.answer(Question("SELECT"))
        pool.answer(Question(LIGHT))
    assert open_descriptors() <= before + 2
    assert len(children_of(pool.worker_processes.zygote_process)) <= pool.quick.places + pool.pages.places


def test_questions_of_pages_have_places_and_workers_of_their_own(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1, quick_seconds=0.5, max_seconds=20.0)
    (worker,) = workers_of(pool, Priority.PAGES)
    os.kill(worker, signal.SIGSTOP)
    page = CancellationToken("client", is_page=True)
    thread = threading.Thread(target=pool.answer, args=(Question(LIGHT), page))
    thread.start()
    assert wait_until(lambda: pool.pages.running == 1)
    assert pool.answer(Question(LIGHT), CancellationToken("client")).body
    assert (page.queue_name, pool.quick.running) == ("pages", 0)
    assert pool.pages.running == 1  # its worker is the one that was stopped
    os.kill(worker, signal.SIGCONT)
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert workers_of(pool, Priority.PAGES) == {worker}


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="this machine has one processor")
def test_workers_for_pages_leave_the_first_processor_to_others(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1)
    everywhere = os.sched_getaffinity(0)
    (light,) = workers_of(pool, Priority.QUERIES)
    (page,) = workers_of(pool, Priority.PAGES)
    # a worker sets its own priority, after it was forked
    assert wait_until(lambda: os.sched_getaffinity(page) == everywhere - {min(everywhere)})
    assert os.sched_getaffinity(light) == everywhere


def test_a_page_worker_that_is_killed_is_replaced_by_one_of_its_priority(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1)
    (worker,) = workers_of(pool, Priority.PAGES)
    os.kill(worker, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(worker))
    assert pool.answer(Question(LIGHT), CancellationToken("client", is_page=True)).body
    assert len(workers_of(pool, Priority.PAGES)) == len(workers_of(pool, Priority.QUERIES)) == 1


def test_a_heavy_question_of_a_page_moves_to_the_heavy_queue(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1, quick_seconds=0.05, max_seconds=1.0)
    page = CancellationToken("client", is_page=True)
    with pytest.raises(QuestionTooLong):
        pool.answer(Question(HEAVY), page)
    assert page.queue_name == "heavy"


def test_threads_and_an_event_loop_share_the_queues_of_one_pool(make_pool: PoolMaker) -> None:
    pool = make_pool(quick_places=1, heavy_places=1, quick_seconds=5.0, max_seconds=20.0, max_waiting=40)
    bodies: list[bytes] = []

    def ask_from_thread(number: int) -> None:
        bodies.append(PoolEngine.answer(pool, Question(f"{LIGHT} # {number}", FORMS["csv"])).body)

    async def ask_from_loop() -> None:
        with ThreadPoolExecutor(4) as threads:
            asking = (
                pool.answer_soon(Question(f"{LIGHT} # {n}", FORMS["csv"]), CancellationToken(), threads)
                for n in range(12)
            )
            bodies.extend(answer.body for answer in await asyncio.gather(*asking))

    threads = [threading.Thread(target=ask_from_thread, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    asyncio.run(ask_from_loop())
    for thread in threads:
        thread.join()
    assert bodies == [f"n\r\n{ROWS}\r\n".encode()] * 18
    assert (pool.quick.running, pool.quick.waiting, pool.heavy.running) == (0, 0, 0)
