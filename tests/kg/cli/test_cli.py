"""Rules for every command: help, errors in one message, settings that are known."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kg import __version__
from kg.cli import main
from kg.core import errors
from kg.core.errors import KgError
from kg.core.settings import PROJECT
from tests.kg.cli.run import kg, told


def commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


COMMANDS = dict(commands(main))
COMPLETE = {  # the least that each command needs to run
    ("build",): (),
    ("check",): (),
    ("dump",): (),
    ("releases",): (),
    ("rollback",): (),
    ("ask",): ("-e", "ASK {}"),
    ("search",): ("data",),
    ("evidence",): ("--source", "README.md"),
    ("links", "check"): (),
    ("links", "propose"): ("graph_data/vocabulary.ttl",),
    ("publish",): ("published",),
    ("fetch",): ("http://127.0.0.1:9/",),
    ("serve",): (),
    ("push",): (),
    ("new", "plan"): ("rb", "--data", "graph_data"),
}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_option_has_a_help_text(words: tuple[str, ...]) -> None:
    result = kg(*words, "--help")
    assert result.exit_code == 0
    assert f"Usage: kg {' '.join(words)}" in result.stdout
    command = COMMANDS[words]
    assert len(command.help or "") > 20
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help, f"{words} {parameter.name}"


def test_the_list_of_complete_commands_is_complete() -> None:
    assert set(COMPLETE) == {words for words, command in COMMANDS.items() if not isinstance(command, click.Group)}


@pytest.mark.parametrize("words", COMPLETE, ids=" ".join)
def test_an_unknown_variable_stops_any_command(words: tuple[str, ...], tmp_path: Path) -> None:
    result = kg(*words, *COMPLETE[words], env={"KG_PROT": "80", "KG_HOME": str(tmp_path / "home")})
    assert told(result).startswith("KG_PROT is no setting of this program. Did you mean KG_PORT?")
    assert not (tmp_path / "home").exists()


def test_an_ill_formed_variable_stops_a_command() -> None:
    assert told(kg("releases", env={"KG_PORT": "eighty"})) == (
        "KG_PORT='eighty' is not valid: expected a whole number from 1 to 65535."
    )


def family(kind: type[KgError]) -> list[type[KgError]]:
    return [kind, *(descendant for child in kind.__subclasses__() for descendant in family(child))]


SPECIAL: dict[type[KgError], KgError] = {
    errors.TurtleInvalid: errors.TurtleInvalid(Path("a.ttl"), "what is the matter", 3, 4),
    errors.MappingInvalid: errors.MappingInvalid(Path("a.sssom.tsv"), "what is the matter", 3, "confidence"),
    errors.ThingRetired: errors.ThingRetired("old", ["new"], "what is the matter"),
    errors.ParameterInvalid: errors.ParameterInvalid("year", "what is the matter"),
}


@pytest.mark.parametrize("kind", family(KgError))
def test_every_error_of_ours_is_reported_in_one_line(kind: type[KgError], monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def fail() -> None:
        raise SPECIAL.get(kind) or kind("what is the matter")

    monkeypatch.setitem(main.commands, "fail", fail)
    message = told(kg("fail"))
    assert message.endswith("what is the matter")
    assert "\n" not in message


def test_an_error_of_the_system_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def fail() -> None:
        raise PermissionError(13, "Permission denied", "secret.ttl")

    monkeypatch.setitem(main.commands, "fail", fail)
    assert told(kg("fail")) == "[Errno 13] Permission denied: 'secret.ttl'"


def test_the_version_is_reported() -> None:
    assert kg("--version").stdout == f"kg, version {__version__}\n"


def kg_into(output: int, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *map(str, words)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    return subprocess.run(
        command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "words",
    [
        ("ask", "-e", "ASK {}"),
        ("ask", "-e", "SELECT * { ?s ?p ?o } LIMIT 9"),
        ("ask", "--format", "csv", "-e", "SELECT * { ?s ?p ?o }"),
        ("releases",),
    ],
    ids=str,
)
def test_a_full_device_gives_a_message_and_no_traceback(home: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = kg_into(full.fileno(), *words, "--home", home)
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.parametrize("ending", ["table", "csv"])
def test_a_reader_who_leaves_early_hears_no_complaint(home: Path, ending: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = kg_into(writing, "ask", "--format", ending, "-e", "SELECT * { ?s ?p ?o } LIMIT 2000", "--home", home)
    os.close(writing)
    assert ended.stderr in ("", "2000 rows\n")


@pytest.mark.parametrize(
    "words",
    [
        *[("releases",), ("releases", "--json"), ("rollback",), ("rollback", "0000000000000000"), ("dump",)],
        *[("ask", "-e", "ASK {}"), ("search", "data"), ("publish", "published"), ("serve",), ("push",)],
        *[("push", "--remove", "0000000000000000", "--dry-run")],
    ],
    ids=" ".join,
)
def test_a_home_that_is_not_there_is_reported_in_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    engine = {"KG_ENGINE_URL": "http://127.0.0.1:9/query", "KG_ENGINE_GRAPH_STORE": "http://127.0.0.1:9/store"}
    result = kg(*words, "--home", tmp_path / "none", env=engine if words[0] == "push" else {})
    message = told(result)
    assert "\n" not in message
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words", [(), *(words for words, command in COMMANDS.items() if isinstance(command, click.Group))]
)
def test_a_list_of_commands_cuts_no_help(words: tuple[str, ...]) -> None:
    shown = kg(*words, "--help").stdout
    assert "..." not in shown.replace("[ARGS]...", "")
    group = main
    for word in words:
        subcommand = group.commands[word]
        assert isinstance(subcommand, click.Group)
        group = subcommand  # type: ignore[assignment]
    for command in group.commands.values():
        first = " ".join((command.help or "").split()).partition(". ")[0]
        assert first.rstrip(".") in " ".join(shown.split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_an_option_is_whole(words: tuple[str, ...]) -> None:
    shown = " ".join(kg(*words, "--help").stdout.split())
    for parameter in COMMANDS[words].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert " ".join((parameter.help or "").split()) in shown
