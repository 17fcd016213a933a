"""A build is deterministic, does nothing twice, and never harms the current release."""

from __future__ import annotations

import datetime
import errno
import functools
import shutil
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat

from kg.build.build import DATA, Graph, build, date_of_build
from kg.cli import main
from kg.core.errors import SettingInvalid
from kg.core.settings import PROJECT
from kg.engine.store import Store, write_store
from kg.release import Release
from kg.release.store import ReleaseStore
from kg.sources.files import find_data_files
from kg.sources.sssom import read_table
from tests.kg.release.small import said, small_build, small_graph, write_data

INPUTS = ("ontology", "graph_data", "queries", "kg")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all that a build reads, in another folder, and read from there."""
    for folder in INPUTS:
        shutil.copytree(PROJECT / folder, tmp_path / "project" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    copy = tmp_path / "project"
    monkeypatch.setattr("kg.build.build.PROJECT", copy)
    monkeypatch.setattr("kg.build.fingerprint.PROJECT", copy)
    in_copy = functools.partial(find_data_files, ontology=copy / "ontology")
    for module in ("build", "fingerprint"):
        monkeypatch.setattr(f"kg.build.{module}.find_data_files", in_copy)
    return copy


def turn(path: Path) -> None:
    """Write the rows of a mapping file in reverse."""
    table = read_table(path)
    head, rows = path.read_text("utf-8").splitlines()[: table.columns_line], table.rows[::-1]
    path.write_text("\n".join([*head, *("\t".join(row.cells.values()) for row in rows)]) + "\n", encoding="utf-8")


def shuffle(path: Path) -> None:
    """Rewrite a Turtle file: subjects and their statements in reverse, blank nodes with other names."""
    triples = list(pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True))
    places = {subject: place for place, subject in enumerate({str(triple.subject): 0 for triple in triples})}
    triples.sort(key=lambda triple: (-places[str(triple.subject)], str(triple.object)))
    path.write_bytes(pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


@pytest.mark.slow
def test_other_folder_other_order_other_blank_nodes_and_another_home_give_the_same_bytes(
    release: Release, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in [*elsewhere.glob("graph_data/**/*.ttl"), elsewhere / "ontology/core.ttl"]:
        shuffle(path)
    for path in elsewhere.glob("graph_data/links/*.sssom.tsv"):
        turn(path)
    for judge in ("kg.build.build.run_checks", "kg.build.build.run_shapes"):  # they judge the quads and change none
        monkeypatch.setattr(judge, lambda *_: [])
    again = build(ReleaseStore(tmp_path / "home"), [elsewhere / "graph_data"])
    assert again.release_id == release.release_id
    assert (again.folder / "quads.nq").read_bytes() == (release.folder / "quads.nq").read_bytes()
    assert again.manifest.graphs == release.manifest.graphs
    assert again.manifest.inputs_sha256 != release.manifest.inputs_sha256


def test_a_second_build_with_the_same_inputs_does_nothing(
    release_store: ReleaseStore, new: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.build.build.read_graph", lambda *_: pytest.fail("the files were read again"))
    before = new.folder.stat().st_mtime_ns
    assert build(release_store, [tmp_path / "data"]) == new == release_store.current()
    assert new.folder.stat().st_mtime_ns == before


def test_a_build_with_nothing_to_do_needs_no_right_to_write(
    release_store: ReleaseStore, new: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("symlink_to", "replace", "unlink", "mkdir", "touch"):
        monkeypatch.setattr(Path, name, refuse)
    assert build(release_store, [tmp_path / "data"]) == new


def test_after_a_rollback_a_build_makes_its_release_the_current_one_again(
    release_store: ReleaseStore, old: Release, new: Release, tmp_path: Path
) -> None:
    release_store.set_current(old)
    assert build(release_store, [tmp_path / "data"]) == new == release_store.current()


def test_changed_data_give_another_release_and_the_old_one_stays(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert new.release_id != old.release_id
    assert (said(new), said(release_store.get(old.release_id))) == ("new", "old")


def test_inputs_that_change_no_quad_keep_the_release_and_are_not_built_twice(
    release_store: ReleaseStore, new: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "data" / "links.ttl").open("a", encoding="utf-8") as file:
        file.write("\n# a comment\n")
    again = small_build(monkeypatch, release_store.home, tmp_path / "data")
    assert again.release_id == new.release_id
    assert said(release_store.current()) == "new"
    monkeypatch.setattr("kg.build.build.read_graph", lambda *_: pytest.fail("the files were read again"))
    assert build(release_store, [tmp_path / "data"]) == again


DAY, LATER = datetime.date(2026, 11, 25), datetime.date(2027, 1, 2)


def test_a_release_notes_the_day_of_its_first_build_which_is_no_part_of_its_id(
    release_store: ReleaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.build.build.read_graph", small_graph)
    data = write_data(tmp_path / "data", "dated")
    first = build(release_store, [data], on=DAY)
    with (data / "links.ttl").open("a", encoding="utf-8") as file:
        file.write("\n# a comment\n")
    again = build(release_store, [data], on=LATER)
    assert (first.built_on, again.built_on) == (DAY, DAY)
    assert again.release_id == first.release_id
    assert again.manifest.inputs_sha256 != first.manifest.inputs_sha256
    assert build(ReleaseStore(tmp_path / "elsewhere"), [data], on=LATER).release_id == first.release_id


def test_a_release_without_a_day_takes_that_of_the_build_that_makes_it_again(
    release_store: ReleaseStore, old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(old.manifest, built_on="", inputs_sha256="").write(old.folder)
    monkeypatch.setattr("kg.build.build.read_graph", small_graph)
    again = build(release_store, [write_data(tmp_path / "data", "old")], on=DAY)
    assert (again.release_id, again.built_on) == (old.release_id, DAY)


def test_a_build_is_dated_today_or_by_source_date_epoch() -> None:
    before, today, after = (datetime.datetime.now(datetime.UTC).date(), date_of_build({}), date_of_build({}))
    assert before <= today <= after
    assert date_of_build({"SOURCE_DATE_EPOCH": "1795564799"}) == datetime.date(2026, 11, 24)
    assert date_of_build({"SOURCE_DATE_EPOCH": "1795564800"}) == DAY


@pytest.mark.parametrize("epoch", ["", "soon", "1.5", "9" * 30])
def test_a_source_date_epoch_that_is_none_stops_the_build(
    epoch: str, tmp_path: Path, release_store: ReleaseStore
) -> None:
    with pytest.raises(SettingInvalid, match=r"SOURCE_DATE_EPOCH='.*' is not valid: expected seconds since 1970"):
        date_of_build({"SOURCE_DATE_EPOCH": epoch})
    arguments = ["build", "--home", str(release_store.home), "--data", str(write_data(tmp_path / "data", "new"))]
    ended = CliRunner(env={"SOURCE_DATE_EPOCH": epoch}).invoke(main, arguments)
    assert ended.exit_code == 1
    assert "SOURCE_DATE_EPOCH" in ended.stderr
    assert len(release_store.releases()) == 1


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(name: str, text: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        with (data / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def twice(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]]), encoding="utf-8")


def misname(data: Path) -> None:
    (data / "plan" / "gr.ttl").rename(data / "plan" / "Gr 2.ttl")


def empty(data: Path) -> None:
    for path in data.rglob("*.ttl"):
        path.unlink()


def break_a_claim_and_a_label(data: Path) -> None:
    edit(data / "plan" / "gr.ttl", " ;\n    fyp:evidence id:passage-13592-13786", "")
    edit(data / "plan" / "gr.ttl", ',\n        "技术能力尚不足以如期实现碳达峰、碳中和目标"@zh', "")


TWICE = "\nid:gr-ch1 a fyp:Challenge .\n"

FAILURES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "malformed": (append("plan/gr.ttl", "\nid:gr-x a ;\n"), ("plan/gr.ttl, line 4", "column 11")),
    "no UTF-8": (lambda data: (data / "more.ttl").write_bytes(b'<a:b> <a:c> "\xff" .'), ("more.ttl",)),
    "a malformed row": (
        append("links/yso.sssom.tsv", "id:technology-5g\t5G\n"),
        ("links/yso.sssom.tsv, line ", "2 cells for 10 columns"),
    ),
    "a wrong cell": (
        lambda data: edit(data / "links" / "yso.sssom.tsv", "\t0.94\t", "\t94 %\t"),
        ("links/yso.sssom.tsv, line ", "column confidence: '94 %' is no number from 0 to 1"),
    ),
    "a link of an unknown thing": (
        lambda data: edit(data / "links" / "yso.sssom.tsv", "id:technology-smart-grid\t", "id:technology-smart-grit\t"),
        ("technology-smart-grit", "[thing-without-class]"),
    ),
    "a link twice": (
        lambda data: twice(data / "links" / "yso.sssom.tsv"),
        ("links/yso.sssom.tsv: link-yso-", "is declared twice (lines "),
    ),
    "twice in one file": (
        append("plan/gr.ttl", TWICE),
        ("gr.ttl: gr-ch1 is declared twice", "give one of them another"),
    ),
    "twice in two files": (
        append("plan/bd.ttl", TWICE),
        ("gr-ch1 is declared in ", "plan/bd.ttl", "plan/gr.ttl", "give one of them another slug"),
    ),
    "bad file name": (misname, ("Gr 2.ttl: rename it", "a-z, 0-9 and single hyphens only")),
    "no data": (empty, ("holds no .ttl file; name a folder of data with --data",)),
    "violated": (
        break_a_claim_and_a_label,
        (
            "violations stop the build",
            "plan/gr.ttl:",
            ": gr-ch1: A claim has no declared passage",
            "[claim-without-evidence]",
            "Remedy: Give it fyp:evidence",
            "gr-ch2: An item has no label in English, German or Chinese. (zh) [label-missing]",
            "Remedy: Add a skos:prefLabel in the language named",
        ),
    ),
}


@pytest.mark.parametrize(("breaking", "message_parts"), FAILURES.values(), ids=FAILURES)
def test_a_failed_build_says_file_thing_and_remedy_and_keeps_the_release(
    release_store: ReleaseStore,
    old: Release,
    tmp_path: Path,
    breaking: Callable[[Path], object],
    message_parts: tuple[str, ...],
) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "graph_data"))
    breaking(data)
    ended = CliRunner().invoke(main, ["build", "--home", str(release_store.home), "--data", str(data)])
    assert ended.exit_code == 1
    for words in message_parts:
        assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert release_store.current() == old
    assert said(release_store.current()) == "old"
    assert [path.name for path in release_store.folder.iterdir()] == [old.release_id]


def test_the_graph_is_let_go_before_the_store_on_disk_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs: list[weakref.ref[Store]] = []
    held: list[bool] = []

    def read(folders: Sequence[Path], step: Callable[[str], object]) -> Graph:
        graph = small_graph(folders, step)
        graphs.append(weakref.ref(graph.store))
        return graph

    def write(nquads: Path, folder: Path) -> None:
        held.extend(graph() is not None for graph in graphs)
        write_store(nquads, folder)

    monkeypatch.setattr("kg.build.build.read_graph", read)
    monkeypatch.setattr("kg.build.build.write_store", write)
    release = build(ReleaseStore(tmp_path / "home"), [write_data(tmp_path / "data", "old")])
    assert held == [False]
    assert said(release) == said(release, memory_max_quads=0) == "old"
