"""`make test` leaves out tests that need another program, and each test is in one of the two parts of a run."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest

from tests.conftest import NEEDS
from tests.run import BYTECODE, TESTS, keep_bytecode, report, serial_files
from tests.selection import IMPLIED, LEFT_OUT, Selection


def test_every_program_that_a_test_needs_has_a_marker_that_leaves_it_out() -> None:
    assert set(IMPLIED) == set(NEEDS)
    assert set(IMPLIED.values()) <= set(LEFT_OUT)


def test_the_markers_follow_and_each_test_is_counted_once(request: pytest.FixtureRequest) -> None:
    selection = Selection()
    items = [
        pytest.Function.from_parent(request.node.parent, name=name, callobj=lambda: None) for name in ("a", "b", "c")
    ]
    for item, markers in zip(items, (["java"], ["chromium", "slow"], ["serial"]), strict=True):
        for marker in markers:
            item.add_marker(marker)
    selection.pytest_collection_modifyitems(list(items))
    selection.pytest_deselected(items)
    assert [item.get_closest_marker("clients") is not None for item in items] == [True, False, False]
    assert dict(selection.left_out) == {"clients": 1, "browser": 1}


def test_all_but_four_parameter_sets_of_a_test_are_marked_and_no_test_with_fewer(
    request: pytest.FixtureRequest,
) -> None:
    names = [*(f"many[{number}]" for number in range(10)), *(f"few[{number}]" for number in range(4)), "single"]
    items = [pytest.Function.from_parent(request.node.parent, name=name, callobj=lambda: None) for name in names]
    Selection().pytest_collection_modifyitems(list(items))
    unmarked = [item.name for item in items if item.get_closest_marker("examples") is None]
    assert unmarked == ["many[0]", "many[3]", "many[6]", "many[9]", "few[0]", "few[1]", "few[2]", "few[3]", "single"]


def test_compiled_modules_are_kept_where_the_environment_forbids_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    keep_bytecode()
    assert (sys.dont_write_bytecode, sys.pycache_prefix) == (False, str(BYTECODE))
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(BYTECODE)


def test_the_counts_of_workers_come_to_the_process_that_reports() -> None:
    selection = Selection()
    for counts in ({"slow": 3}, {"slow": 3, "browser": 1}, {}):
        selection.pytest_testnodedown(SimpleNamespace(workeroutput={"left_out": counts}))
    selection.pytest_testnodedown(SimpleNamespace())  # it was killed
    assert dict(selection.left_out) == {"slow": 3, "browser": 1}


def test_the_files_of_the_second_part_are_those_with_serial_tests() -> None:
    files = serial_files()
    assert TESTS / "attacks" / "test_attacks.py" in files
    assert TESTS / "test_docs.py" not in files


def test_a_run_reports_what_it_left_out_and_a_run_of_all_tests_nothing() -> None:
    selection = Selection()
    assert report("quick", selection) == "Nothing was left out."
    selection.left_out.update({"slow": 3, "browser": 1})
    assert report("quick", selection).startswith("Left out: 1 browser, 3 slow; 'make test-all' runs them")
    assert report("all", selection) == "Nothing was left out."  # what one part deselects runs in the other
