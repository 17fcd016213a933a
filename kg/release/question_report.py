"""The self-test results of a build: stored beside the release, not part of its id."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.core.errors import ReleaseBroken
from kg.questions.self_test import SelfTest
from kg.release import SELF_TEST_FILE, Release


@dataclass(frozen=True)
class SelfTestReport:
    """The self-test results of a release by question slug, and their time (UTC, ISO 8601)."""

    made_at: str
    by_slug: dict[str, SelfTest]


def write_report(folder: Path, trials: Iterable[SelfTest], made_at: datetime.datetime) -> None:
    """Write the self-test results into the folder of a release."""
    fields = {
        "made_at": made_at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "trials": [trial.to_fields() for trial in trials],
    }
    (folder / SELF_TEST_FILE).write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")


def read_report(release: Release) -> SelfTestReport | None:
    """Return the self-test results of a release, or None if an older build stored none.

    Raises:
        ReleaseBroken: the file is not as it was written.
    """
    path = release.folder / SELF_TEST_FILE
    if not path.exists():
        return None
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        trials = [SelfTest(**trial_fields) for trial_fields in fields["trials"]]
        return SelfTestReport(str(fields["made_at"]), {trial.slug: trial for trial in trials})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReleaseBroken(f"{path} cannot be read ({error}). Remove it, or run 'kg build' again.") from error
