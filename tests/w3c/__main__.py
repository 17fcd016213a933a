"""Run the W3C's tests and write the conformance page and the EARL report: ``python -m tests.w3c``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.w3c.manifest import ABSENT, FOLDER, read_cases
from tests.w3c.report import EARL, PAGE, earl, page
from tests.w3c.runner import FAILED, run

if not FOLDER.is_dir():
    sys.exit(ABSENT)
with tempfile.TemporaryDirectory() as folder:
    done = run(read_cases(), Path(folder))
PAGE.parent.mkdir(exist_ok=True)
PAGE.write_text(page(done), encoding="utf-8")
EARL.write_text(earl(done), encoding="utf-8")
sys.exit(any(outcome.word == FAILED for outcome in done.outcomes))
