"""A full disk is reported as such, and ends neither a worker nor the room of others."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from kg.core.errors import DiskFull
from kg.core.media_types import FORMS
from kg.engine import Question
from kg.engine.pool.worker import Sink
from tests.damage import small_disk
from tests.kg.engine.conftest import PoolMaker

LARGE = Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 200000", FORMS["csv"])
SMALL = Question("ASK {}", FORMS["csv"])


def test_an_answer_that_finds_no_room_is_a_full_disk() -> None:
    full = os.open("/dev/full", os.O_RDWR)
    try:
        with pytest.raises(DiskFull, match=r"because the disk is full \(No space left on device\)"):
            Sink(full, 2**30).write(b"x" * 3_000_000)
    finally:
        os.close(full)


def test_a_pool_on_a_full_disk_reports_it_and_answers_what_needs_no_room(
    make_pool: PoolMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "small", "4m") as folder:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        pool = make_pool(max_seconds=20.0)
        for _ in range(3):
            with pytest.raises(DiskFull, match="the disk is full"):
                pool.answer(LARGE)
            assert pool.answer(SMALL).body
        statistics = os.statvfs(folder)
        assert statistics.f_bavail == statistics.f_blocks  # nothing of the answers that did not fit is left
        pool.close()
