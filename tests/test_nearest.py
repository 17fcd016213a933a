"""Each file has tests near to it, of which `make check` runs few."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from tests import nearest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one package in three modules and tests of two of them."""
    modules = ("kg/a/__init__.py", "kg/a/b.py", "kg/a/c.py", "kg/new/d.py", "tests/kg/a/tool.py")
    tests = ("tests/kg/a/test_b.py", "tests/kg/a/test_b_slowly.py", "tests/kg/a/test_a.py", "tests/test_x.py")
    for path in (*modules, *tests):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    monkeypatch.setattr(nearest, "PROJECT", tmp_path)
    monkeypatch.setattr(nearest, "TESTS", tmp_path / "tests")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("kg/a/b.py", ["tests/kg/a/test_b.py", "tests/kg/a/test_b_slowly.py"]),
        ("kg/a/__init__.py", ["tests/kg/a/test_a.py"]),
        ("kg/a/c.py", ["tests/kg/a"]),
        ("kg/new/d.py", ["tests"]),
        ("tests/kg/a/test_b.py", ["tests/kg/a/test_b.py"]),
        ("tests/kg/a/tool.py", ["tests/kg/a"]),
    ],
)
def test_a_file_has_the_tests_that_mirror_its_path_or_the_nearest_folder(
    project: Path, path: str, expected: list[str]
) -> None:
    assert nearest.nearest_tests(project / path) == [project / test for test in expected]


def test_python_is_linted_and_a_template_is_not() -> None:
    linters = ["ruff", "ruff", "mypy", "pytest"]
    assert [command[0] for command in nearest.commands(PROJECT / "kg" / "core" / "errors.py")] == linters
    assert [command[0] for command in nearest.commands(PROJECT / "server" / "templates" / "base.html")] == ["pytest"]
