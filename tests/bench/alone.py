"""Alone: each peer is first asked each question by itself, to see what it answers and whether that can be measured."""

from __future__ import annotations

import csv
import io
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote

from kg.sparql.lexer import kind_of
from tests.bench.load import TRIPLES
from tests.bench.meter import Meter
from tests.bench.peers import Peer

Question = tuple[str, str]
Looks = Mapping[str, Mapping[str, "Look"]]
"""By question and name of peer."""

_SETTLING_SECONDS = 600.0
_PAUSE_SECONDS = 0.2
_IDLE_SHARE = 0.2
_WORTH_REPEATING = 4  # of what is waited for: the first time of a question is often longer than its next


@dataclass(frozen=True)
class Look:
    """The outcome of a question: its rows or statements, -1 for a refusal; the seconds, None where it took too long."""

    rows: int
    seconds: float | None


def look(peer: Peer, text: str, patience: float) -> Look:
    """Ask once, and wait so many seconds."""
    began = time.perf_counter()
    makes_graph, query = kind_of(text).makes_graph, quote(peer.worded(text))
    connection = HTTPConnection(peer.authority, timeout=patience)
    try:
        accept = TRIPLES if makes_graph else "text/csv"
        connection.request("GET", f"{peer.path}?query={query}", headers={"Accept": accept})
        response = connection.getresponse()
        body = response.read().decode("utf-8")
    except (OSError, HTTPException):
        return Look(-1, None)
    finally:
        connection.close()
    seconds = time.perf_counter() - began
    if seconds > patience:
        return Look(-1, None)
    if response.status != HTTPStatus.OK:
        return Look(-1, seconds)
    return Look(len(body.splitlines()) if makes_graph else len(list(csv.reader(io.StringIO(body)))) - 1, seconds)


def look_at_all(peers: Sequence[Peer], questions: Sequence[Question], patience: float) -> tuple[Looks, list[str]]:
    """Ask each peer each question, and leave out a peer that still computes long after nobody waits."""
    looks: dict[str, dict[str, Look]] = {name: {} for name, _ in questions}
    left_out = []
    for peer in peers:
        for name, text in questions:
            looks[name][peer.name] = look = _quicker(peer, text, patience)
            if look.seconds is None:
                sys.stderr.write(f"{peer.name}: {name} takes more than {patience:g} s\n")
                if not settle(peer):
                    left_out.append(peer.name)
                    break
    return looks, left_out


def _quicker(peer: Peer, text: str, patience: float) -> Look:
    """The first look, or the next where that is quicker; a number in a comment makes its text new."""
    first = look(peer, text, patience)
    if first.seconds is None or first.seconds > patience / _WORTH_REPEATING:
        return first
    again = look(peer, f"{text}\n# {time.time_ns()}", patience)
    return min(first, again, key=lambda candidate: patience if candidate.seconds is None else candidate.seconds)


def settle(peer: Peer, most_seconds: float = _SETTLING_SECONDS) -> bool:
    """Wait until a peer computes nothing; says whether it came to that."""
    end = time.monotonic() + most_seconds
    while time.monotonic() < end:
        with Meter(peer.process) as meter:
            time.sleep(_PAUSE_SECONDS)
        if meter.seconds < _IDLE_SHARE * _PAUSE_SECONDS:
            return True
    return False


def can_be_measured(looks: Mapping[str, Look], names: Sequence[str]) -> bool:
    """Return True if all of these peers answered a question, so that it may be in the mix."""
    return all(name in looks and looks[name].seconds is not None and looks[name].rows >= 0 for name in names)


def differing(looks: Looks, first: str) -> list[dict[str, object]]:
    """Return the peers with another number of rows than the first, of those that answered in time."""
    return [
        {"peer": name, "question": question, "rows": look.rows, "ours": by_peer[first].rows}
        for question, by_peer in looks.items()
        for name, look in by_peer.items()
        if None not in (look.seconds, by_peer[first].seconds) and look.rows != by_peer[first].rows
    ]
