"""``kg build`` and ``kg check``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.build.build import Graph
from kg.build.checks import Violation
from kg.engine.store import Store
from kg.release.store import ReleaseStore
from kg.sources.files import Declarations
from tests.kg.cli.run import kg, told
from tests.kg.release.small import said, small_graph, write_data


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small data, and ``kg build`` reading nothing else."""
    monkeypatch.setattr("kg.build.build.read_graph", small_graph)
    return write_data(tmp_path / "data", "first")


def checked(monkeypatch: pytest.MonkeyPatch, graph: Graph) -> None:
    """Let ``kg check`` find this graph, without reading it again."""
    monkeypatch.setattr(import_module("kg.cli.build"), "read_graph", lambda *_: graph)


def violations(count: int, severity: str) -> Graph:
    violation_list = [
        Violation(
            "colour-missing", NamedNode(f"https://w3id.org/fyp-kg/id/x{n}"), "", "No colour.", "Paint it.", severity
        )
        for n in range(count)
    ]
    return Graph(Store(), violation_list, Declarations({}))


def test_a_build_tells_its_steps_and_its_release(data: Path, tmp_path: Path) -> None:
    result = kg("build", "--home", tmp_path / "home", "--data", data)
    release = ReleaseStore(tmp_path / "home").current()
    assert result.stdout == f"Release {release.release_id}: 200 quads in 1 graphs, in {release.folder}\n"
    assert result.stderr.splitlines()[0] == "Reading the files ..."
    assert result.stderr.splitlines()[-1] == "Pointing to the release ..."


def test_a_second_build_with_the_same_inputs_has_nothing_to_do(data: Path, tmp_path: Path) -> None:
    first, second = (kg("build", "--home", tmp_path / "home", "--data", data) for _ in range(2))
    assert second.stdout == first.stdout
    assert second.stderr == ""


def test_folders_of_data_may_be_given_together(data: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "official.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    result = kg("build", "--home", tmp_path / "home", "--data", data, "--data", more)
    assert "201 quads in 2 graphs" in result.stdout


def test_two_builds_at_once_are_refused_and_the_release_stays(data: Path, tmp_path: Path) -> None:
    kg("build", "--home", tmp_path / "home", "--data", data)
    release_store = ReleaseStore(tmp_path / "home")
    write_data(data, "second")
    with release_store.draft():
        message = told(kg("build", "--home", tmp_path / "home", "--data", data))
    assert message == f"Another build is at work in {tmp_path / 'home'}; wait until it has ended."
    assert said(release_store.current()) == "first"


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_folder_that_is_not_there_is_refused(command: str, tmp_path: Path) -> None:
    result = kg(command, "--data", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere' does not exist" in result.stderr


def test_a_check_of_the_real_graph_finds_nothing(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    checked(monkeypatch, graph)
    result = kg("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"No violation in {len(graph.store)} quads.\n"


def test_a_warning_is_reported_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    checked(monkeypatch, violations(1, "warning"))
    result = kg("check")
    assert result.exit_code == 0
    assert result.stderr == ("Warning: (declared in no file): x0: No colour. [colour-missing]\n    Remedy: Paint it.\n")


@pytest.mark.parametrize(
    ("count", "first", "last"),
    [
        (1, "1 violation stops the build:", "    Remedy: Paint it."),
        (20, "20 violations stop the build:", "    Remedy: Paint it."),
        (25, "25 violations stop the build:", "... and 5 more."),
    ],
)
def test_violations_are_counted_and_the_first_are_shown(
    monkeypatch: pytest.MonkeyPatch, count: int, first: str, last: str
) -> None:
    checked(monkeypatch, violations(count, "violation"))
    lines = told(kg("check")).splitlines()
    assert (lines[0], lines[-1]) == (first, last)
    assert sum("[colour-missing]" in line for line in lines) == min(count, 20)


def test_without_java_a_check_with_hermit_says_so(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    checked(monkeypatch, graph)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Install one, or leave --hermit out." in told(kg("check", "--hermit"))
