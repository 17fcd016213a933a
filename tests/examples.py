"""How many examples Hypothesis tries: all of them, or a tenth with ``--hypothesis-profile=quick``."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import settings

FULL, QUICK = 100, 10  # examples of a test that asks for no number


def register_profiles() -> None:
    """Register both profiles; in neither an example has a deadline, as that depends on how busy the machine is."""
    settings.register_profile("full", max_examples=FULL, deadline=None)
    settings.register_profile("quick", max_examples=QUICK, deadline=None)
    settings.load_profile("full")


def examples(number: int, **options: Any) -> settings:
    """Return the settings of a test that tries so many examples in the full profile."""
    return settings(max_examples=math.ceil(number * settings().max_examples / FULL), **options)
