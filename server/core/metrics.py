"""Metrics in the text format of Prometheus. No other module imports prometheus_client."""

from __future__ import annotations

import collections
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from kg.engine.observer import HasPoolStatus, PoolStatus
from server.core.response_cache import Cache

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)


class Metrics:
    """The counters of one application. It observes the engines and the requests."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "fyp_questions",
            "Questions by outcome (ok or the error) and lane",
            ["outcome", "lane"],
            registry=self._registry,
        )
        self._question_seconds = Histogram(
            "fyp_question_seconds",
            "Time from question to answer or error, waiting included",
            ["lane"],
            buckets=_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._requests = Counter(
            "fyp_requests",
            "Requests by route, method, status and part of the cache",
            ["route", "method", "status", "cache"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "fyp_request_seconds",
            "Time from a request to its response",
            buckets=_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._workers_ended = self._by_reason(
            "fyp_workers_ended", "Workers that ended, and why", ("killed", "lost", "retired")
        )
        self._zygotes_restarted = Counter(
            "fyp_zygote_restarts", "Times that the process which forks the workers died", registry=self._registry
        )
        self._page_processes_ended = self._by_reason(
            "fyp_page_processes_ended", "Processes for pages that ended, and why", ("lost", "overdue", "grown")
        )
        self._lock = threading.Lock()
        self._pools: list[HasPoolStatus] = []
        self._cache: Cache | None = None

    def _by_reason(self, name: str, description: str, reasons: Sequence[str]) -> Counter:
        """Return a counter with a sample for each reason. Each sample starts at 0."""
        made = Counter(name, description, ["reason"], registry=self._registry)
        for reason in reasons:
            # Prometheus sees the first increase of a sample only if it knew the sample before
            made.labels(reason)
        return made

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """Include the workers of this pool."""
        with self._lock:
            self._pools.append(pool)

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """Exclude the workers of this pool."""
        with self._lock:
            if pool in self._pools:
                self._pools.remove(pool)

    def question_ended(self, outcome: str, queue_name: str, seconds: float) -> None:
        """Count a question. Its queue is empty if it was refused before it entered one."""
        self._questions.labels(outcome, queue_name or "none").inc()
        self._question_seconds.labels(queue_name or "none").observe(seconds)

    def worker_ended(self, reason: str) -> None:
        """Count a worker that ended."""
        self._workers_ended.labels(reason).inc()

    def zygote_restarted(self) -> None:
        """Count a restart of the zygote."""
        self._zygotes_restarted.inc()

    def page_process_ended(self, reason: str) -> None:
        """Count a page process that ended. The reasons are those of ``PageProcesses``."""
        self._page_processes_ended.labels(reason).inc()

    def request_ended(self, *, route: str, method: str, status: int, cache: str, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, method, str(status), cache).inc()
        self._request_seconds.observe(seconds)

    def watch(self, cache: Cache) -> None:
        """Include the numbers of this cache."""
        self._cache = cache

    def pool_status(self) -> PoolStatus:
        """Return the summed status of all pools. A retired pool still counts until its last question ends."""
        with self._lock:
            pool_statuses = [pool.pool_status() for pool in self._pools]
        running, waiting, replicas = collections.Counter[str](), collections.Counter[str](), collections.Counter[str]()
        for status in pool_statuses:
            running.update(status.running)
            waiting.update(status.waiting)
            replicas.update(status.replicas)
        return PoolStatus(sum(status.idle for status in pool_statuses), dict(running), dict(waiting), dict(replicas))

    def text(self, release_id: str, followed_seconds_ago: float | None = None) -> bytes:
        """Return all metrics with the current release and the seconds since the follower saw its publication."""
        now = CollectorRegistry()
        now.register(_ScrapeCollector(release_id, self.pool_status(), self._cache, followed_seconds_ago))
        return generate_latest(self._registry) + generate_latest(now)


# compared by identity: a registry needs a hash of its collectors, and dictionaries have none
@dataclass(frozen=True, eq=False)
class _ScrapeCollector(Collector):
    """Metrics that are read at the time of a scrape, not counted."""

    release_id: str
    pool_status: PoolStatus
    cache: Cache | None
    followed_seconds_ago: float | None

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("fyp_release", "The release that is served", {"release": self.release_id})
        yield GaugeMetricFamily("fyp_workers_idle", "Workers that wait for a question", self.pool_status.idle)
        for name, help_, label, values in (
            ("fyp_questions_running", "Questions that run", "lane", self.pool_status.running),
            ("fyp_questions_waiting", "Questions that wait for their turn", "lane", self.pool_status.waiting),
            (
                "fyp_engine_replicas",
                "Replicas of an engine of another make, by state",
                "state",
                self.pool_status.replicas,
            ),
        ):
            family = GaugeMetricFamily(name, help_, labels=[label])
            for key, value in values.items():
                family.add_metric([key], value)
            yield family
        if self.followed_seconds_ago is not None:
            description = "Seconds since the publication that is followed was seen, and its release was here"
            yield GaugeMetricFamily("fyp_followed_seconds_ago", description, self.followed_seconds_ago)
        if self.cache is not None:
            facts = self.cache.facts()
            yield CounterMetricFamily("fyp_cache_hits", "Requests answered from the cache", facts.hits)
            yield CounterMetricFamily("fyp_cache_misses", "Requests that the cache could not answer", facts.misses)
            yield GaugeMetricFamily("fyp_cache_bytes", "Bytes that the cache holds", facts.bytes)
            yield GaugeMetricFamily("fyp_cache_entries", "Responses that the cache holds", facts.entries)
