"""The examples for operators name files, options and settings that there are."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from kg.cli import main
from kg.core.settings import PROJECT, SETTINGS, read_settings

DEPLOY = PROJECT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
UNIT = DEPLOY / "fyp-kg.service"
DOCUMENTS = {entry["kind"]: entry for entry in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))}
BYTES = {"Gi": 2**30, "G": 2**30, "Mi": 2**20}


def dockerfile() -> list[tuple[str, list[str]]]:
    """Its instructions, each with its words; lines that go on are one."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return [(words[0], words[1:]) for words in lines]


def unit() -> Mapping[str, list[str]]:
    """The values of each key of the unit, with all its sections together."""
    values: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            values.setdefault(key, []).append(value)
    return values


def container() -> Any:
    (only,) = DOCUMENTS["Deployment"]["spec"]["template"]["spec"]["containers"]
    return only


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    variables = {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"\bKG_[A-Z_]+", path.read_text("utf-8"))) <= variables


def test_the_values_of_the_settings_are_such() -> None:
    environments = [
        dict(value.split("=", 1) for value in unit()["Environment"]),
        {entry["name"]: entry["value"] for entry in container()["env"] if "value" in entry},
        {k: v for word, words in dockerfile() if word == "ENV" for k, v in (pair.split("=", 1) for pair in words)},
    ]
    for environment in environments:
        chosen = read_settings({key: value for key, value in environment.items() if key.startswith("KG_")})
        assert chosen.home.is_absolute()


def test_every_file_that_is_copied_into_the_image_is_there() -> None:
    copied = [
        source for word, words in dockerfile() if word == "COPY" and "--from=made" not in words for source in words[:-1]
    ]
    assert "requirements.lock" in copied
    assert [source for source in copied if not (PROJECT / source).exists()] == []


def test_the_image_has_all_that_the_library_reads_in_its_folder() -> None:
    """Folders of the project that the code names by ``PROJECT / "folder"``."""
    sources = [path.read_text("utf-8") for folder in ("kg", "server") for path in (PROJECT / folder).rglob("*.py")]
    named = {name for text in sources for name in re.findall(r'PROJECT / "([\w.-]+)"', text)} - {".kg"}
    copied = {source for word, words in dockerfile() if word == "COPY" for source in words[:-1]}
    assert "queries" in named
    assert {name for name in named if (PROJECT / name).exists()} <= copied


def test_the_image_runs_without_root_and_says_whether_it_is_well() -> None:
    (user,) = [words for word, words in dockerfile() if word == "USER"]
    assert user == [str(DOCUMENTS["Deployment"]["spec"]["template"]["spec"]["securityContext"]["runAsUser"])]
    assert [word for word, _ in dockerfile()].count("HEALTHCHECK") == 1
    assert "--require-hashes" in (PROJECT / "Makefile").read_text("utf-8")


def test_the_image_and_the_unit_have_what_the_service_needs_and_no_more() -> None:
    """Compiled, too: neither may write beside the code, and would compile it at every start."""
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    (recipe,) = re.findall(r"^\$\(READY\):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    (install,) = [line.split() for line in recipe.splitlines() if "requirements.lock" in line]
    assert "--compile-bytecode" in install
    assert "compileall -q kg server" in makefile
    built = [words for word, words in dockerfile() if word == "RUN"]
    assert ["make", "setup"] in [words[:2] for words in built]
    (environment,) = [words for word, words in dockerfile() if word == "ENV"]
    assert "PATH=/app/.venv/bin:$PATH" in environment
    assert unit()["ExecStart"][0].startswith("/opt/fyp-kg/.venv/bin/kg ")


def test_the_image_has_what_the_set_up_depends_on() -> None:
    """Of a file that is not there, make says that it has no rule for it."""
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = (r"\$\(READY\)", r"\.tools/build/\.ready", r"\.tools/uv")
    depends = " ".join(re.findall(rf"^(?:{'|'.join(targets)}):([^|\n]*)", makefile, re.MULTILINE)).split()
    copied = {source for word, words in dockerfile() if word == "COPY" for source in words[:-1]}
    assert "requirements-uv.lock" in depends
    assert set(depends) <= copied


def test_the_end_of_a_copy_lets_questions_end() -> None:
    """A signal to every process would end those in which questions run; and requests come until others know of it."""
    assert unit()["KillMode"] == ["mixed"]
    (command, seconds) = container()["lifecycle"]["preStop"]["exec"]["command"]
    assert command == "sleep"
    longest = read_settings({}).max_seconds + int(seconds)
    assert longest < DOCUMENTS["Deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert read_settings({}).max_seconds < int(unit()["TimeoutStopSec"][0])


def test_the_image_starts_a_command_that_there_is() -> None:
    words = dict(dockerfile())
    assert yaml.safe_load(" ".join(words["ENTRYPOINT"])) == ["kg"]
    started = [unit()[key][0].split()[1:] for key in ("ExecStart", "ExecReload")]
    for arguments in (yaml.safe_load(" ".join(words["CMD"])), container()["args"], *started):
        command = main.commands[arguments[0]]
        assert isinstance(command, click.Command)
        assert set(arguments[1:]) <= {option for parameter in command.params for option in parameter.opts}


def test_the_memory_of_the_questions_fits_the_limits() -> None:
    """Each worker may take ``KG_MEMORY_BYTES``; what the service and its release take besides fits into a gibibyte."""
    environment = {entry["name"]: entry["value"] for entry in container()["env"] if "value" in entry}
    limit = container()["resources"]["limits"]["memory"]
    for settings, most in (
        (read_settings(environment), limit),
        (read_settings(dict(value.split("=", 1) for value in unit()["Environment"])), unit()["MemoryMax"][0]),
    ):
        number, suffix = re.fullmatch(r"(\d+)([A-Za-z]+)", most).groups()  # type: ignore[union-attr]
        needed = settings.memory_bytes * (settings.quick_workers + settings.heavy_workers) + 2**30
        assert needed <= int(number) * BYTES[suffix]


def test_the_copies_are_safe_ready_and_not_all_away_at_once() -> None:
    assert container()["securityContext"]["readOnlyRootFilesystem"] is True
    assert container()["readinessProbe"]["httpGet"]["path"] == "/health"
    template = DOCUMENTS["Deployment"]["spec"]["template"]
    mounts = {entry["name"]: entry["mountPath"] for entry in container()["volumeMounts"]}
    assert mounts.keys() == {volume["name"] for volume in template["spec"]["volumes"]}
    assert mounts["data"] == next(entry["value"] for entry in container()["env"] if entry["name"] == "KG_HOME")
    labels = template["metadata"]["labels"].items()
    for kind in ("Service", "PodDisruptionBudget"):
        selector = DOCUMENTS[kind]["spec"]["selector"]
        assert selector.get("matchLabels", selector).items() <= labels
    assert DOCUMENTS["PodDisruptionBudget"]["spec"]["minAvailable"] < DOCUMENTS["Deployment"]["spec"]["replicas"]


def test_the_unit_is_one(tmp_path: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(UNIT, "utf-8")
    assert parser.sections() == ["Unit", "Service", "Install"]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    # the program is somewhere else on this machine; all else is verified as it is
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text("utf-8").replace("/opt/fyp-kg/.venv/bin/kg", "/bin/true"), "utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
    assert [line for line in verified.stderr.splitlines() if UNIT.name in line] == []
