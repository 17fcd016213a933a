"""Metrics: what is counted, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from kg.core.errors import QueryInvalid
from kg.core.settings import Settings
from kg.engine import Question
from kg.engine.observer import NullObserver, Observer, PoolStatus
from kg.engine.pool.pool import PoolEngine
from kg.release import Release
from kg.release.engines import pool_engine
from server.core.metrics import Metrics
from server.core.response_cache import Cache, Key
from server.core.wsgi import Finished

KEY = Key("GET", "http://host", "/", "", "*/*", "identity", "r1")


def read(metrics: Metrics, name: str, **labels: str) -> float | None:
    """The value of a sample; None when there is none."""
    for family in text_string_to_metric_families(metrics.text("r1").decode("utf-8")):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return None


@dataclass
class FakePool:
    idle: int = 0
    running: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)

    def pool_status(self) -> PoolStatus:
        return PoolStatus(self.idle, self.running, self.waiting)


def test_questions_are_counted_by_outcome_and_queue() -> None:
    metrics = Metrics()
    metrics.question_ended("ok", "quick", 0.002)
    metrics.question_ended("QuestionTooLong", "heavy", 20.0)
    metrics.question_ended("ClientBusy", "", 0.0)
    assert read(metrics, "fyp_questions_total", outcome="ok", lane="quick") == 1
    assert read(metrics, "fyp_questions_total", outcome="QuestionTooLong", lane="heavy") == 1
    assert read(metrics, "fyp_questions_total", outcome="ClientBusy", lane="none") == 1
    assert read(metrics, "fyp_question_seconds_sum", lane="heavy") == 20
    assert read(metrics, "fyp_question_seconds_bucket", lane="quick", le="0.0025") == 1


def test_ends_of_workers_are_counted_from_nought() -> None:
    metrics = Metrics()
    assert read(metrics, "fyp_workers_ended_total", reason="killed") == 0
    metrics.worker_ended("killed")
    metrics.zygote_restarted()
    assert read(metrics, "fyp_workers_ended_total", reason="killed") == 1
    assert read(metrics, "fyp_zygote_restarts_total") == 1


def test_requests_are_counted_by_route_status_and_cache() -> None:
    metrics = Metrics()
    metrics.request_ended(route="/q/<slug>", method="GET", status=200, cache="hit", seconds=0.001)
    assert read(metrics, "fyp_requests_total", route="/q/<slug>", method="GET", status="200", cache="hit") == 1
    assert read(metrics, "fyp_request_seconds_count") == 1


def test_the_release_is_reported() -> None:
    assert read(Metrics(), "fyp_release_info", release="r1") == 1


def test_workers_of_all_open_pools_are_reported() -> None:
    metrics = Metrics()
    old, new = FakePool(0, {"quick": 1, "heavy": 1}, {"quick": 0, "heavy": 2}), FakePool(4, {"quick": 2, "heavy": 0})
    metrics.pool_opened(old)
    metrics.pool_opened(new)
    assert read(metrics, "fyp_workers_idle") == 4
    assert read(metrics, "fyp_questions_running", lane="quick") == 3
    assert read(metrics, "fyp_questions_waiting", lane="heavy") == 2
    metrics.pool_closed(old)
    metrics.pool_closed(old)
    assert read(metrics, "fyp_questions_running", lane="quick") == 2


def test_the_cache_is_reported() -> None:
    metrics, cache = Metrics(), Cache(2**20)
    assert read(metrics, "fyp_cache_hits_total") is None
    metrics.watch(cache)
    cache.put(KEY, Finished(200, [("cache-control", "public")], b"body"))
    cache.get(KEY)
    cache.get(KEY._replace(path="/other"))
    assert read(metrics, "fyp_cache_hits_total") == 1
    assert read(metrics, "fyp_cache_misses_total") == 1
    assert read(metrics, "fyp_cache_entries") == 1
    assert (read(metrics, "fyp_cache_bytes") or 0) > 4


def test_two_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.worker_ended("killed")
    assert read(second, "fyp_workers_ended_total", reason="killed") == 0


def test_a_pool_tells_its_observer(release: Release, settings: Settings) -> None:
    metrics = Metrics()
    pool = pool_engine(release, settings, metrics)
    try:
        pool.answer(Question("ASK {}"))
        _fail(pool)
        assert read(metrics, "fyp_workers_idle") == pool.quick.places + pool.pages.places
        assert read(metrics, "fyp_questions_total", outcome="ok", lane="quick") == 1
        assert read(metrics, "fyp_questions_total", outcome="QueryInvalid", lane="quick") == 1
    finally:
        pool.close()
    assert read(metrics, "fyp_workers_idle") == 0


def _fail(pool: PoolEngine) -> None:
    try:
        pool.answer(Question("ASK {"))
    except QueryInvalid:
        return
    raise AssertionError


def test_nobody_need_observe() -> None:
    silence: Observer = NullObserver()
    silence.pool_opened(FakePool())
    silence.question_ended("ok", "quick", 0.1)
    silence.worker_ended("killed")
    silence.zygote_restarted()
    silence.pool_closed(FakePool())
