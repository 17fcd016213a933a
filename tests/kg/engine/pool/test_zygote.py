"""The zygote hands the counts of its release, which lie beside the quads, to every worker."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from kg.core.media_types import FORMS
from kg.engine import Question
from kg.engine.counts import write_counts
from kg.engine.pool.pool import PoolEngine
from kg.engine.pool.processes import WorkerConfig
from kg.engine.store import Store, write_store
from tests.kg.engine.conftest import LIMITS, ROWS

TOTAL = Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", FORMS["csv"])


def total(folder: Path, *, in_memory: bool) -> int:
    config = WorkerConfig(folder / ("quads.nq" if in_memory else "store"), in_memory, "r1", 128, 2**28, 2**20)
    with closing(PoolEngine(config, LIMITS)) as pool:
        return int(pool.answer(TOTAL).body.split()[-1])


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(("counts_of", "expected"), [("r1", 0), ("r2", ROWS), ("", ROWS)])
def test_workers_answer_from_the_counts_of_their_release_only(
    nquads: Path, tmp_path: Path, counts_of: str, expected: int, *, in_memory: bool
) -> None:
    shutil.copy(nquads, tmp_path / "quads.nq")
    if not in_memory:
        write_store(nquads, tmp_path / "store")
    if counts_of:
        write_counts(Store(), tmp_path, counts_of)  # not its own, so that it shows who answers
    assert total(tmp_path, in_memory=in_memory) == expected
