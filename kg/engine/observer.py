"""Observers of engines, which let a server count events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class PoolStatus:
    """The workers of a pool at one moment, and the questions that run and wait in each queue.

    ``replicas`` counts those of an external engine by state; it is empty for the worker pool.
    """

    idle: int
    running: dict[str, int]
    waiting: dict[str, int]
    replicas: dict[str, int] = field(default_factory=dict)


class HasPoolStatus(Protocol):
    """Anything that can report its workers and questions."""

    def pool_status(self) -> PoolStatus:
        """Return the workers and questions of this moment."""


class Observer(Protocol):
    """Receives every event of a pool, from any thread; must be quick and must not raise."""

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """Note that a pool began to answer."""

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """Note that a pool ended; may be called twice."""

    def question_ended(self, outcome: str, queue_name: str, seconds: float) -> None:
        """Note that a question ended in its last queue: ``outcome`` is ``ok`` or the class of its error."""

    def worker_ended(self, reason: str) -> None:
        """Note that a worker ended: ``killed`` by its pool, ``lost`` by itself, or ``retired`` after an answer."""

    def zygote_restarted(self) -> None:
        """Note that the zygote had died and was restarted."""


class NullObserver:
    """An observer that ignores all events."""

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """Do nothing."""

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """Do nothing."""

    def question_ended(self, outcome: str, queue_name: str, seconds: float) -> None:
        """Do nothing."""

    def worker_ended(self, reason: str) -> None:
        """Do nothing."""

    def zygote_restarted(self) -> None:
        """Do nothing."""
