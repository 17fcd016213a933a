"""The release_store lists, opens and exchanges releases; one build at a time writes to it."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QueryTriples

from kg.build.build import build
from kg.core.errors import BuildRunning, KgError, QuestionTooHeavy, ReleaseBroken, ReleaseMissing, WriteFailed
from kg.core.media_types import FORMS
from kg.core.settings import read_settings
from kg.engine import Question
from kg.engine.pool.pool import PoolEngine
from kg.engine.pool.processes import Priority
from kg.release import Manifest, Release
from kg.release.engines import pool_engine
from kg.release.store import Change, History, ReleaseStore, open_store, read_history
from tests.damage import flip, flip_blocks
from tests.kg.release.small import said, small_build, write_data
from tests.server.dated_releases import DAYS, make_dated_home
from tests.serving import make_release


def test_without_a_release_the_remedy_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match=r"There is no release in .*home. Run 'kg build' first\."):
        ReleaseStore(tmp_path / "home").current()
    assert ReleaseStore(tmp_path / "home").releases() == []


def test_the_releases_are_listed_newest_first(release_store: ReleaseStore, old: Release, new: Release) -> None:
    assert release_store.releases() == [new, old]
    os.utime(old.folder)
    assert release_store.releases() == [old, new]


def test_the_previous_release_is_the_one_before_the_current(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert release_store.current() == new
    assert release_store.previous() == old
    release_store.set_current(old)
    assert said(release_store.current()) == "old"
    with pytest.raises(ReleaseMissing, match=f"no release older than {old.release_id} to roll back to"):
        release_store.previous()


def test_an_unknown_id_lists_what_there_is(release_store: ReleaseStore, old: Release) -> None:
    with pytest.raises(ReleaseMissing, match=rf"There are: {old.release_id}\."):
        release_store.get("0123456789abcdef")
    with pytest.raises(ReleaseMissing, match=r"There are: none\."):
        ReleaseStore(release_store.home / "empty").get("x")


@pytest.mark.parametrize("hostile", ["..", ".", "", "../home", ".draft-1"])
def test_an_id_is_no_path(release_store: ReleaseStore, hostile: str) -> None:
    with pytest.raises(ReleaseMissing):
        release_store.get(hostile)


def test_the_ids_are_listed_newest_first_whole_or_not(release_store: ReleaseStore, old: Release, new: Release) -> None:
    (release_store.folder / "notes").mkdir()
    (release_store.folder / ".draft-1").mkdir()
    assert release_store.ids() == [new.release_id, old.release_id]
    (old.folder / "manifest.json").unlink()
    os.utime(old.folder)
    assert release_store.ids() == [old.release_id, new.release_id]
    assert release_store.has(old.release_id)
    assert ReleaseStore(release_store.home / "empty").ids() == []


def test_older_releases_can_be_removed_but_not_the_current_one(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert release_store.prune(2) == []
    release_store.set_current(old)
    assert release_store.prune(1) == []
    release_store.set_current(new)
    assert release_store.prune(1) == [old.release_id]
    assert [path.name for path in release_store.folder.iterdir()] == [new.release_id]
    assert said(release_store.current()) == "new"
    with pytest.raises(ReleaseMissing):
        ReleaseStore(release_store.home / "empty").prune(1)


@pytest.mark.parametrize("stranger", ["..", "", "notes", "../home", "0123456789ABCDEF", "0123456789abcdef", "\n"])
def test_what_is_no_id_of_a_release_here_has_no_place(release_store: ReleaseStore, stranger: str) -> None:
    (release_store.folder / "notes").mkdir()
    assert not release_store.has(stranger)


def test_a_second_build_at_the_same_time_is_refused(
    release_store: ReleaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_data(tmp_path / "data", "new")
    with release_store.draft() as draft:
        with pytest.raises(BuildRunning, match=r"Another build is at work in .*; wait until it has ended"):
            small_build(monkeypatch, release_store.home, data)
        assert draft.is_dir()
    assert not draft.exists()
    assert said(build(release_store, [data])) == "new"


def test_a_file_in_the_place_of_the_home_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    with pytest.raises(WriteFailed, match=r"home cannot be written: .*Choose another folder with KG_HOME\."):
        small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", "new"))


def test_a_folder_in_the_place_of_the_pointer_is_reported(release_store: ReleaseStore, old: Release) -> None:
    (release_store.home / "current").unlink()
    (release_store.home / "current").mkdir()
    with pytest.raises(WriteFailed, match="current cannot be written"):
        release_store.set_current(old)


def test_the_home_may_be_moved(release_store: ReleaseStore, tmp_path: Path) -> None:
    release_store.home.rename(tmp_path / "elsewhere")
    assert said(ReleaseStore(tmp_path / "elsewhere").current()) == "old"


QUESTIONS = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph",
    "SELECT ?s ?label { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } ORDER BY ?s ?label",
    "ASK { ?s a <https://w3id.org/fyp-kg/ontology#Objective> }",
    "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c . ?c a <http://www.w3.org/2002/07/owl#Class> }",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_memory_and_disk_give_the_same_answers(release: Release, question: str) -> None:
    answers = []
    for memory_max_quads in (release.manifest.quads, release.manifest.quads - 1):
        query = open_store(release, memory_max_quads).query(question)
        if isinstance(query, QueryTriples):
            answers.append(sorted(str(triple).encode() for triple in query))
        else:
            answers.append([query.serialize(format=QueryResultsFormat.JSON) or b""])
    assert answers[0] == answers[1]
    assert len(answers[0][0]) > 20


UTC = datetime.UTC


def dated_release(release_id: str, day: str, **graphs: int) -> Release:
    manifest = Manifest(release_id, sum(graphs.values()), graphs, "", 0, "", {}, built_on=day)
    return Release(Path(release_id), manifest)


A, B, C = (dated_release(*item) for item in (("a", "2026-01-05"), ("b", "2026-03-10"), ("c", "2026-03-10")))
HISTORY = History((dated_release("x", ""), A, B, C))


@pytest.mark.parametrize(
    ("moment", "result"),
    [
        (datetime.datetime(1970, 1, 1, tzinfo=UTC), A),
        (datetime.datetime(2026, 1, 5, tzinfo=UTC), A),
        (datetime.datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC), A),
        (datetime.datetime(2026, 3, 10, tzinfo=UTC), C),
        (datetime.datetime(9999, 12, 31, tzinfo=UTC), C),
        (datetime.datetime(2026, 3, 10, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2))), A),
    ],
)
def test_the_last_release_of_a_day_counts_from_its_beginning_and_the_first_for_all_time_before(
    moment: datetime.datetime, result: Release
) -> None:
    assert HISTORY.at(moment) == result


def test_without_a_day_nothing_was_current_at_any_time() -> None:
    assert History((dated_release("x", ""),)).at(datetime.datetime.now(UTC)) is None
    assert History(()).at(datetime.datetime.now(UTC)) is None


def test_what_was_rolled_back_is_left_out() -> None:
    assert HISTORY.until("b").releases == HISTORY.releases[:3]
    assert HISTORY.until("nowhere").releases == ()


def test_a_release_is_found_by_its_id() -> None:
    assert HISTORY.get("b") == B
    assert HISTORY.get("nowhere") is None


def test_changes_are_counted_by_graph_between_neighbours() -> None:
    history = History((dated_release("a", "", one=1, same=2, gone=3), dated_release("b", "", one=4, same=2, new=5)))
    assert list(history.changes()) == [
        (history.releases[1], (Change("gone", 3, 0), Change("new", 0, 5), Change("one", 1, 4))),
        (history.releases[0], ()),
    ]


def test_a_release_store_is_read_in_order_of_days_whatever_was_written_last(tmp_path: Path) -> None:
    made = make_dated_home(tmp_path)
    oldest = made[0]
    replace(oldest.manifest, inputs_sha256="touched").write(oldest.folder)
    (oldest.folder / "touched").touch()
    history = read_history(ReleaseStore(tmp_path))
    assert [item.release_id for item in history.releases] == [item.release_id for item in made]
    assert [since.date() for since, _ in history.dated] == list(DAYS)


TEXTS = (
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } ORDER BY ?o",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
    "SELECT DISTINCT ?o { ?s ?p ?o }",
)


@pytest.fixture
def damaged(tmp_path: Path) -> Release:
    graph, says = NamedNode("urn:g"), NamedNode("urn:says")
    quads = [Quad(NamedNode(f"urn:thing:{n}"), says, Literal(f"a longer text, number {n}"), graph) for n in range(5000)]
    return make_release(tmp_path / "home", quads)


@pytest.fixture
def pool(damaged: Release) -> Iterator[PoolEngine]:
    """Workers that were started before the damage: each opens the store for itself."""
    with closing(pool_of(damaged)) as opened:
        yield opened


def pool_of(damaged: Release) -> PoolEngine:
    return pool_engine(damaged, read_settings({}, memory_max_quads=0, memory_bytes=2**28, quick_workers=2))


def error_of(pool: PoolEngine, text: str, form: str = "csv") -> KgError:
    with pytest.raises(KgError) as caught:
        pool.answer(Question(text, FORMS[form]))
    return caught.value


@pytest.mark.parametrize("text", TEXTS)
def test_a_query_that_meets_a_bad_block_gets_the_error_that_the_release_is_broken(damaged: Release, text: str) -> None:
    flip_blocks(damaged)
    with closing(pool_of(damaged)) as pool:
        error = error_of(pool, text)
        assert type(error) is ReleaseBroken
        assert "store/" in str(error)
        assert str(damaged.folder) not in str(error)
        assert pool.answer(Question("ASK {}", FORMS["csv"])).body


def test_a_graph_that_meets_a_bad_block_is_reported(damaged: Release) -> None:
    flip_blocks(damaged)
    with closing(pool_of(damaged)) as pool:
        assert type(error_of(pool, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "ttl")) is ReleaseBroken


def test_a_store_that_a_new_worker_cannot_open_is_reported(damaged: Release, pool: PoolEngine) -> None:
    for path in (damaged.folder / "store").glob("*.sst"):
        flip(path, 0.99999)
    for _ in range(2 * pool.quick.places):  # the workers that wait have opened the store before
        worker = pool.worker_processes.take_idle(Priority.QUERIES)
        assert worker is not None
        pool.worker_processes.discard(worker)
    assert type(error_of(pool, "SELECT * { ?s ?p ?o }")) is ReleaseBroken


@pytest.mark.slow
def test_a_query_that_needs_too_much_memory_is_still_reported(pool: PoolEngine) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . BIND(CONCAT(?c, ?f) AS ?x) } GROUP BY ?x ORDER BY ?n"
    assert type(error_of(pool, text)) is QuestionTooHeavy
