"""Ten thousand requests at random to every route of the real server: ``make bench-fuzz``.

Prints what was answered otherwise than it must be, grouped by cause, and ends with 1 if there is any such answer.
``--requests`` and ``--seed`` choose another number and other requests.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from kg.core.settings import read_settings
from kg.engine.embedded import EmbeddedEngine
from kg.release.store import ReleaseStore, open_store
from server.app import create_app
from tests.attacks.fuzzing import Fuzzing, Report, grouped, is_well
from tests.attacks.random_requests import Generator
from tests.attacks.surface import Route, surface
from tests.serving import Server

REQUESTS = 10_000
_SHOWN_BYTES = 1000
LIMITS = {"max_seconds": 2, "body_seconds": 0.5, "quick_seconds": 0.1, "memory_bytes": 2**28, "max_per_client": 64}


def routes_of(home: Path) -> list[Route]:
    """Return the routes of the application over the current release of a home."""
    release, settings = ReleaseStore(home).current(), read_settings({}, home=home)
    engine = EmbeddedEngine(open_store(release, settings.memory_max_quads), release.release_id, settings.max_nesting)
    return surface(create_app(settings, engine), engine)


def main() -> None:
    """Send, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=read_settings(os.environ).home)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    generator = Generator(routes_of(options.home), ReleaseStore(options.home).current().release_id, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        errors, began = Path(folder, "errors"), time.monotonic()
        with Server(options.home, errors, **LIMITS) as server:
            report = Fuzzing(server, float(LIMITS["max_seconds"])).run(generator.requests(), options.requests)
            well = is_well(server)
        tracebacks = errors.read_text("utf-8", "replace").count("Traceback")
    sys.stdout.write(told(report, time.monotonic() - began, well=well, tracebacks=tracebacks))
    if report.findings or tracebacks or not well:
        raise SystemExit(1)


def shown(sent: bytes) -> str:
    """Return a request with its repetitions cut."""
    return repr(re.sub(rb"(.)\1{20,}", rb"\1\1[...]", sent)[:_SHOWN_BYTES])


def told(report: Report, seconds: float, *, well: bool, tracebacks: int) -> str:
    """Return the report in words."""
    statuses = ", ".join(f"{status}: {number}" for status, number in sorted(report.statuses.items(), key=str))
    lines = [
        f"{report.statuses.total()} requests in {seconds:.0f} s, the slowest took {report.slowest:.1f} s. {statuses}."
    ]
    lines += [f"The server {'is well' if well else 'IS NOT WELL'}; {tracebacks} tracebacks in its errors."]
    lines += [f"{len(report.once_late)} were late once, and in time when asked again alone."]
    for number, cause, first in grouped(report):
        lines += [f"\n{number} x {cause} ({first.seconds:.1f} s), first:", f"    {shown(first.request.sent)}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
