"""Build: from files to an immutable release, the same on every machine."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph
from pyoxigraph import Quad

from kg import __version__
from kg.build.canonical import canonical_lines_of
from kg.build.checks import Violation, read_checks, run_checks
from kg.build.fingerprint import fingerprint
from kg.build.rules import infer, read_rules
from kg.build.shapes import read_shapes, run_shapes
from kg.core.errors import DataViolated, SettingInvalid
from kg.core.names import META, describe_graphs, graph_name_of
from kg.core.settings import PROJECT
from kg.engine.counts import write_counts
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store, write_store
from kg.output.metadata import count, describe_in_release
from kg.questions.catalogue import read_catalogue
from kg.questions.catalogue_rdf import describe_catalogue
from kg.questions.self_test import SelfTest, run_self_tests
from kg.release import QUADS_FILE, STORE_FOLDER, Manifest, Release
from kg.release.dump.write import adding_dumps
from kg.release.question_report import write_report
from kg.release.store import ReleaseStore
from kg.release.verify import hashes_in, verify_files, write_file_list
from kg.sources.files import DataFile, Declarations, declarations, find_data_files, read_data_file

Step = Callable[[str], None]
DATA = PROJECT / "graph_data"

# one mistake in a file can break a check many times, and the first violations are enough to find it
_SHOWN = 20
_MAX_NESTING = 128  # our own questions are no danger
_EPOCH = "SOURCE_DATE_EPOCH"


@dataclass(frozen=True)
class Graph:
    """All quads that a release will hold, what breaks the rules in them, and where each resource is declared."""

    store: Store
    violations: list[Violation]
    where: Declarations

    def raise_if_violated(self) -> None:
        """Refuse the data if anything but a warning was found.

        Raises:
            DataViolated: names file, resource and remedy of the first violations.
        """
        grave = [violation for violation in self.violations if violation.severity == "violation"]
        if not grave:
            return
        shown = [violation.describe(self.where) for violation in grave[:_SHOWN]]
        more = f"\n... and {len(grave) - _SHOWN} more." if len(grave) > _SHOWN else ""
        noun = "violation stops" if len(grave) == 1 else "violations stop"
        raise DataViolated(f"{len(grave)} {noun} the build:\n" + "\n".join(shown) + more)


def _ignore(_: str) -> None:
    """Tell nobody."""


def read_graph(folders: Sequence[Path] = (DATA,), step: Step = _ignore) -> Graph:
    """Read the files and the questions, infer what follows, and run every check and shape.

    Raises:
        TurtleInvalid: a file does not parse.
        HeaderInvalid: a query file's header is not as it must be.
        ThingDeclaredTwice: a slug is declared twice.
        FileUnreadable: a file or folder cannot be read.
    """
    # here, not above: the dictionary of pinyin takes a second, and most commands build nothing
    from kg.search.folding import LABEL, pinyin_keys

    step("Reading the files")
    store = Store()
    questions = describe_catalogue(read_catalogue())
    where = declarations(chain(_stored(store, find_data_files(folders)), questions))
    step("Applying the rules")
    infer(store, read_rules())
    # after the rules, which are about the plans
    store.add([quad for _, quads in questions for quad in quads])
    store.add(list(pinyin_keys(store.quads_with_property(LABEL))))
    store.add(list(describe_graphs(store.sizes())))
    # the last addition, since it counts all others and not itself (decision 0021)
    store.add(_description(store))
    step("Running the checks")
    # checks and shapes come after all additions, so they see inferred statements too
    violations = run_checks(store, read_checks())
    step("Checking the shapes")
    violations += run_shapes(store, read_shapes())
    return Graph(store, violations, where)


def _stored(store: Store, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, list[Quad]]]:
    """Read one file after the other into a store, so that the quads of one at a time are held besides."""
    for file in files:
        quads = read_data_file(file)
        store.add(quads)
        yield file, quads


def _description(store: Store) -> list[Quad]:
    """Return what the release says of itself as a dataset, in the graph ``meta``."""
    triples = describe_in_release(count(EmbeddedEngine(store, "draft", _MAX_NESTING), uses=False))
    return [Quad(triple.subject, triple.predicate, triple.object, META) for triple in triples]


def date_of_build(environment: Mapping[str, str]) -> datetime.date:
    """Return the day of a build in UTC: that of ``SOURCE_DATE_EPOCH`` if it is set, else today.

    Source: https://reproducible-builds.org/specs/source-date-epoch/.

    Raises:
        SettingInvalid: the variable is no whole number of seconds, or of a day that the calendar does not have.
    """
    seconds = environment.get(_EPOCH)
    if seconds is None:
        return datetime.datetime.now(datetime.UTC).date()
    try:
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        expected = "expected seconds since 1970, as from 'date +%s'"
        raise SettingInvalid(f"{_EPOCH}={seconds!r} is not valid: {expected}.") from error


def build(
    shelf: ReleaseStore, folders: Sequence[Path] = (DATA,), step: Step = _ignore, *, on: datetime.date | None = None
) -> Release:
    """Make a release from the files and point ``current`` to it; the same files give the same id.

    Nothing is done when a whole release was made from the same inputs. A failed or killed build leaves the
    current release as it was. ``on`` is the day that a new release notes, today if not given.

    Raises:
        DataViolated: a check or a shape is broken.
        QuestionBroken: a canned question no longer answers as its header promises.
        WriteFailed: there is no room or no right to write.
        BuildRunning: another build is at work in the same home.
        As ``read_graph``.
    """
    inputs = fingerprint(folders)
    for release in shelf.releases():
        if release.manifest.inputs_sha256 == inputs and not verify_files(release):
            shelf.set_current(release)
            return release
    graph = read_graph(folders, step)
    graph.raise_if_violated()
    trials = _try(graph.store, folders, step)
    with shelf.draft() as draft:
        step("Writing the release")
        manifest = _write(graph.store, draft, inputs, on)
        # for a large release a child process writes the dumps while this one writes the index and the store
        with adding_dumps(draft, manifest) as add_dumps:
            _write_aids(graph.store, draft, manifest.release_id, step)
            del graph  # so that its store is not held beside that on disk
            step("Writing the store")
            write_store(draft / QUADS_FILE, draft / STORE_FOLDER)
            step("Writing the dumps")
            manifest = add_dumps()
        write_report(draft, trials, datetime.datetime.now(datetime.UTC))
        write_file_list(draft, manifest.release_id, hashes_in(manifest))
        step("Pointing to the release")
        release = shelf.keep(draft, manifest.release_id)
        shelf.set_current(release)
    return release


def _try(store: Store, folders: Sequence[Path], step: Step) -> list[SelfTest]:
    """Ask the canned questions; of other data than the project's own they promise nothing, so they are not asked."""
    if set(folders) != {DATA}:
        return []
    step("Asking the questions")
    return run_self_tests(EmbeddedEngine(store, "draft", _MAX_NESTING), read_catalogue())


def _write_aids(store: Store, draft: Path, release_id: str, step: Step) -> None:
    """Write what makes answers quicker, and is no part of the release's id."""
    from kg.release.store import write_search

    step("Writing the search index")
    write_search(draft, EmbeddedEngine(store, release_id, _MAX_NESTING))
    step("Counting the whole graph")
    write_counts(store, draft, release_id)


def _write(store: Store, draft: Path, inputs: str, on: datetime.date | None = None) -> Manifest:
    """Write the quads and the manifest."""
    quads = draft / QUADS_FILE
    digest = hashlib.sha256()
    with TemporaryDirectory(prefix=".sorting-", dir=draft) as scratch, quads.open("wb") as file:
        for line in canonical_lines_of(store, Path(scratch)):
            # the hash is computed while the lines are written, so that they are not read again
            digest.update(line)
            file.write(line)
        # the manifest follows, and must not reach the disk before the quads
        os.fsync(file.fileno())
    manifest = Manifest(
        release_id=digest.hexdigest()[:16],
        quads=len(store),
        graphs={graph_name_of(node) or node.value: n for node, n in store.sizes().items()},
        quads_sha256=digest.hexdigest(),
        quads_bytes=quads.stat().st_size,
        inputs_sha256=inputs,
        made_with={"fyp-kg": __version__, "pyoxigraph": pyoxigraph.__version__},
        built_on=(on or date_of_build({})).isoformat(),
    )
    manifest.write(draft)
    return manifest
