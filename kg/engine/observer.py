"""An observer of engines: told what happens in them, so that a server can count it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class PoolStatus:
    """The workers of a pool at one moment, and the questions that run and wait in each lane.

    ``replicas`` are those of another engine, by their state; there are none where it is embedded.
    """

    idle: int
    running: dict[str, int]
    waiting: dict[str, int]
    replicas: dict[str, int] = field(default_factory=dict)


class HasPoolStatus(Protocol):
    """Anything that can tell its staff."""

    def staff(self) -> PoolStatus:
        """The workers and questions of this moment."""


class Observer(Protocol):
    """Told of every event of a pool, from any thread; must be quick and must not raise."""

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """A pool began to answer."""

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """A pool ended; may be told twice."""

    def question_ended(self, outcome: str, lane: str, seconds: float) -> None:
        """A question ended: ``outcome`` is ``ok`` or the class of its error, ``lane`` is where it ended."""

    def worker_ended(self, reason: str) -> None:
        """A worker ended: ``killed`` by its pool, ``lost`` by itself, or ``retired`` after an answer."""

    def zygote_restarted(self) -> None:
        """The process that forks the workers had died and was started anew."""


class NullObserver:
    """The observer of those whom nobody watches."""

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """Nothing."""

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """Nothing."""

    def question_ended(self, outcome: str, lane: str, seconds: float) -> None:
        """Nothing."""

    def worker_ended(self, reason: str) -> None:
        """Nothing."""

    def zygote_restarted(self) -> None:
        """Nothing."""
