"""Fuzzing: requests at random are sent to a server, and each answer is judged."""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.attacks.exchange import Exchange, exchange
from tests.attacks.random_requests import Fuzzed
from tests.serving import Server, is_alive

GRACE_SECONDS = 0.5
_WAITING_SECONDS = 15.0  # an answer that is late is waited for, so that it can be distinguished from none
_SOURCES = 200
_READ_WITHOUT_NEED = 64 * 1024  # a longer body need not be read, and to close the connection then may undo the answer
_MEANT_STATUSES = {501, 502, 503, 504, 505}
_PLACE = re.compile(r'File "[^"]*?((?:kg|server)/[a-z_/]*\.py)", line (\d+)')
_ERROR = re.compile(r"[A-Za-z_.]+(Error|Exception|Unknown|Invalid|[A-Z][a-z]+): ")


@dataclass(frozen=True)
class Finding:
    """A request that was not answered as it must be, what is wrong with the answer, and the seconds that it took."""

    kind: str
    request: Fuzzed
    status: int | None
    seconds: float
    traceback: str = ""


@dataclass
class Report:
    """The statuses of all answers, the findings, and late answers that came in time when asked again alone."""

    statuses: Counter[int | None] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    once_late: list[Finding] = field(default_factory=list)
    slowest: float = 0.0


class Fuzzing:
    """Sends requests to a server whose answers may take ``seconds`` each, from so many clients with own addresses."""

    def __init__(self, server: Server, seconds: float, clients: int = 4) -> None:
        self._server, self._seconds, self._clients = server, seconds, clients

    def run(self, requests: Iterator[Fuzzed], count: int) -> Report:
        """Send so many requests, and ask again alone for each that seemed late: the machine may have been busy."""
        report, left, lock = Report(), itertools.islice(requests, count), threading.Lock()
        suspected: list[Fuzzed] = []

        def send(client: int) -> None:
            for number in itertools.count():
                with lock:
                    request = next(left, None)
                if request is None:
                    return
                finding, received = self._send(request, f"127.0.{client + 2}.{number % _SOURCES + 1}")
                with lock:
                    report.statuses[received.status] += 1
                    report.slowest = max(report.slowest, received.seconds)
                    if finding is not None:
                        suspected.append(request)
                        report.once_late.append(finding)

        with ThreadPoolExecutor(self._clients) as threads:
            list(threads.map(send, range(self._clients)))
        self._confirm(suspected, report)
        return report

    def _confirm(self, suspected: list[Fuzzed], report: Report) -> None:
        first, report.once_late = report.once_late, []
        for request, before in zip(suspected, first, strict=True):
            start = self._server.errors.stat().st_size
            finding, _ = self._send(request, "127.0.0.9")
            traceback = self._server.errors.read_bytes()[start:].decode("utf-8", "replace")
            if finding is None and before.kind == "late":
                report.once_late.append(before)
            else:
                confirmed = finding or before
                report.findings.append(Finding(confirmed.kind, request, confirmed.status, confirmed.seconds, traceback))

    def _send(self, request: Fuzzed, source: str) -> tuple[Finding | None, Exchange]:
        leaves = not request.is_http  # nobody knows where such a request ends
        received = exchange(self._server.port, request.sent, _WAITING_SECONDS, source=source, leave=leaves)
        kind = judged(request, received, self._seconds + GRACE_SECONDS)
        return (Finding(kind, request, received.status, received.seconds) if kind else None), received


def judged(request: Fuzzed, received: Exchange, seconds: float) -> str:
    """Return in a word what is wrong with an answer; empty if it is right."""
    status = received.status
    if status is not None and status >= 500 and status not in _MEANT_STATUSES:
        return str(status)
    if received.seconds > seconds or not received.ended:
        return "late"
    if request.is_http and status is None and len(request.sent) < _READ_WITHOUT_NEED:
        return "no answer"
    if request.is_http and received.is_cut(request.method):
        return "cut"
    return ""


def grouped(report: Report) -> list[tuple[int, str, Finding]]:
    """Return the findings by cause, most frequent first: how many, the cause, and the first of them."""
    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault(_cause(finding), []).append(finding)
    return sorted(((len(findings), cause, findings[0]) for cause, findings in groups.items()), key=lambda row: -row[0])


def _cause(finding: Finding) -> str:
    """Return the kind and, if there is a traceback, its last line and the last place in our code; else the route."""
    lines = finding.traceback.splitlines()
    places = [f"{match[1]}, line {match[2]}" for line in lines if (match := _PLACE.search(line))]
    errors = [line for line in lines if _ERROR.match(line)]
    if not errors:
        return f"{finding.kind}: {finding.request.route}"
    error = re.sub("'[^']*'|\"[^\"]*\"", "'...'", errors[-1])[:150]
    return f"{finding.kind}: {error}" + (f" [{places[-1]}]" if places else "")


def is_well(server: Server) -> bool:
    """Return True if all its processes run and it still answers."""
    return server.query("ASK {}").status == 200 and all(map(is_alive, server.processes()))
