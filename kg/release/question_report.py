"""How the canned questions did when a release was built: kept beside it, no part of its id."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.core.errors import ReleaseBroken
from kg.questions.self_test import SelfTest
from kg.release import TRIALS_FILE, Release


@dataclass(frozen=True)
class Trials:
    """The trials of a release by the slug of the question, and when they were made (UTC, ISO 8601)."""

    made_at: str
    by_slug: dict[str, SelfTest]


def write_trials(folder: Path, trials: Iterable[SelfTest], made_at: datetime.datetime) -> None:
    """Write the trials into the folder of a release."""
    fields = {
        "made_at": made_at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "trials": [trial.to_fields() for trial in trials],
    }
    (folder / TRIALS_FILE).write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")


def read_trials(release: Release) -> Trials | None:
    """The trials of a release, or None for one that was built before trials were kept.

    Raises:
        ReleaseBroken: the file is not as it was written.
    """
    path = release.folder / TRIALS_FILE
    if not path.exists():
        return None
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        trials = [SelfTest(**one) for one in fields["trials"]]
        return Trials(str(fields["made_at"]), {trial.slug: trial for trial in trials})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReleaseBroken(f"{path} cannot be read ({error}). Remove it, or run 'kg build' again.") from error
