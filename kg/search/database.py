"""The index as an SQLite file with full-text search (FTS5): the schema, the writer and the connections."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.core.disk import write_failed
from kg.core.errors import Message, QuestionTooLong, ReleaseBroken
from kg.core.names import name
from kg.engine.limits import UNLIMITED, Budget
from kg.search.entries import Entry, Form, Role, Sort, Text, forms_of
from kg.search.folding import fold, is_han, tokens, without_spaces

# the number of the format of tables and folded forms; a reader refuses any other number
FORMAT = 1
BETWEEN = " \ue000 "  # separates the texts of a resource, so that no phrase spans two

# Places and figures, which are rarely searched for.
_MINOR = frozenset(map(name, ("fyp:Quantity", "fyp:EditorialNote", "fyp:Citation", "fyp:Section")))

_Profile = tuple[tuple[NamedNode, ...], frozenset[NamedNode], tuple[NamedNode, ...]]

# `content=''` keeps no copy of the texts, which are in their own table. The prefix indexes serve beginnings of 2 and 3
# letters. Diacritics are not removed here, because the texts are folded already.
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE profiles (id INTEGER PRIMARY KEY, kinds TEXT, all_kinds TEXT, plans TEXT);
CREATE TABLE things (id INTEGER PRIMARY KEY, iri TEXT, profile INTEGER, minor INTEGER);
CREATE TABLE texts (id INTEGER PRIMARY KEY, thing INTEGER, role INTEGER, language TEXT, text TEXT);
CREATE TABLE forms (squeezed TEXT, thing INTEGER, text INTEGER, sort INTEGER, form TEXT);
CREATE TABLE words (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE syllables (syllable TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE found USING fts5(
  names, sounds, about, content='', prefix='2 3', tokenize='unicode61 remove_diacritics 0'
);
"""
# indexes are made after the rows, which is faster than to update them with each row
_INDEXES = """
CREATE INDEX things_iri ON things (iri);
CREATE INDEX texts_thing ON texts (thing);
CREATE INDEX forms_squeezed ON forms (squeezed, thing);
CREATE INDEX forms_thing ON forms (thing);
INSERT INTO found (found) VALUES ('optimize');
"""


def write_index(entries: Iterable[Entry], path: Path, release_id: str) -> None:
    """Write the index of a release; equal entries give equal content.

    Raises:
        WriteFailed: there is no room or no right to write.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            # the caller deletes or discards a file that is not complete, so no journal has to protect it from a crash
            base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
            base.execute("BEGIN")
            _Writer(base).write(entries)
            facts = (("format", str(FORMAT)), ("release", release_id))
            base.executemany("INSERT INTO meta VALUES (?, ?)", facts)
            base.execute("COMMIT")
            base.executescript(_INDEXES)
    except sqlite3.Error as error:
        raise write_failed(str(path), error, "Make room or choose another KG_HOME.") from error


def schema_of(base: sqlite3.Connection) -> frozenset[tuple[str, str, str | None]]:
    """Return type, name and SQL of everything in a database."""
    return frozenset(base.execute("SELECT type, name, sql FROM sqlite_schema"))


@cache
def written_schema() -> frozenset[tuple[str, str, str | None]]:
    """Return the schema of every index that this program writes."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(_SCHEMA + _INDEXES)
        return schema_of(base)


class _Writer:
    """Writes entries into an empty database."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._profiles: dict[_Profile, int] = {}
        self._words: set[str] = set()
        self._syllables: set[str] = set()
        self._texts = 0

    def write(self, entries: Iterable[Entry]) -> None:
        for number, entry in enumerate(entries, 1):
            minor = not _MINOR.isdisjoint(entry.kinds)
            thing = (number, entry.thing.value, self._profile(entry), minor)
            self._base.execute("INSERT INTO things VALUES (?, ?, ?, ?)", thing)
            self._found(number, entry)
        profiles = ((number, *map(_json, profile)) for profile, number in self._profiles.items())
        self._base.executemany("INSERT INTO profiles VALUES (?, ?, ?, ?)", profiles)
        self._base.executemany("INSERT INTO words VALUES (?)", ((text,) for text in sorted(self._words)))
        self._base.executemany("INSERT INTO syllables VALUES (?)", ((text,) for text in sorted(self._syllables)))

    def _profile(self, entry: Entry) -> int:
        profile = (entry.kinds, entry.all_kinds, entry.plans)
        # numbers follow the order of the first use, so equal entries give equal numbers
        return self._profiles.setdefault(profile, len(self._profiles) + 1)

    def _found(self, thing: int, entry: Entry) -> None:
        names, sounds, about = [], [], []
        for text in entry.texts:
            self._texts += 1
            self._base.execute(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
                (self._texts, thing, int(text.role), text.language, _whole(text)),
            )
            # a description is searched by its words only, so it has no forms for exact names and no sounds
            if text.role is Role.DESCRIPTION:
                about.append(fold(text.text))
                continue
            for form in forms_of(text):
                self._form(thing, form)
                if form.sort is Sort.SPELT:
                    names.append(form.form)
                elif form.sort is Sort.SOUND:
                    sounds.append(form.form)
        self._words.update(word for form in names for word in tokens(form) if not is_han(word))
        self._syllables.update(syllable for form in sounds for syllable in form.split())
        columns = (_column(names), BETWEEN.join(dict.fromkeys(sounds)), _column(about))
        self._base.execute("INSERT INTO found (rowid, names, sounds, about) VALUES (?, ?, ?, ?)", (thing, *columns))

    def _form(self, thing: int, form: Form) -> None:
        row = (without_spaces(form.form), thing, self._texts, int(form.sort), form.form)
        self._base.execute("INSERT INTO forms VALUES (?, ?, ?, ?, ?)", row)


def _whole(text: Text) -> str:
    """Return the text without lone surrogates, which SQLite cannot store."""
    return text.text.encode("utf-8", "replace").decode("utf-8")


def _column(forms: Iterable[str]) -> str:
    # spaces around each Chinese character make it a token of FTS5, whose tokenizer would keep a run as one token
    return BETWEEN.join(" ".join(tokens(form)) for form in dict.fromkeys(forms))


def _json(iris: Collection[NamedNode]) -> str:
    # sets have no fixed order, and equal entries must give equal bytes
    in_order = sorted(iris, key=lambda iri: iri.value) if isinstance(iris, frozenset) else iris
    return json.dumps([iri.value for iri in in_order])


_MOST_SECONDS = 10.0
_STEPS = 10_000  # instructions of SQLite's virtual machine between two checks of the time
# the advice of SQLite for files from elsewhere (https://www.sqlite.org/security.html). Without memory mapping, a file
# that shrinks is an error and not a signal that ends the process.
_SAFE = "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
_MOST_RESTING = 4  # idle connections; each has up to two megabytes of pages


class Connections:
    """A pool of read-only connections to one database; each use is limited to ``seconds``.

    A file on disk may have been altered. A database with unexpected tables, views or triggers is therefore refused. Its
    schema may run no functions, and long-running SQL is interrupted.
    """

    def __init__(self, path: Path, seconds: float = _MOST_SECONDS) -> None:
        self._seconds = seconds
        # `immutable` spares locks and checks for changes: a release never changes
        self._address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        self._resting: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def acquire(self, budget: Budget = UNLIMITED) -> Iterator[sqlite3.Connection]:
        """Yield a connection for one thread; a query in it ends when the budget is used up.

        Raises:
            ReleaseBroken: there is no such base, it was altered, or it cannot be read on.
            QuestionTooLong: the block runs SQL for too long.
            As ``Budget.check``.
        """
        with self._lock:
            base = self._resting.pop() if self._resting else None
        end = time.monotonic() + self._seconds
        try:
            base = base or self._open()
            base.set_progress_handler(lambda: time.monotonic() > end or budget.problem() is not None, _STEPS)
            yield base
        except sqlite3.Error as error:
            # an interrupted statement has the same error as an unreadable file. So the reasons are asked in turn: the
            # budget of the request, the time of this search, and last the file.
            budget.check()
            if time.monotonic() > end:
                raise QuestionTooLong(
                    Message(
                        "The search took longer than %(seconds)s seconds. Search for fewer or rarer words.",
                        seconds=f"{self._seconds:g}",
                    )
                ) from error
            raise ReleaseBroken(
                f"The search index cannot be read as an index ({error}). Run 'kg build' or 'kg fetch' again."
            ) from error
        finally:
            if base is not None:
                self._take_back(base)

    def _open(self) -> sqlite3.Connection:
        # one connection moves between threads of the pool, but only one thread has it at a time
        base = sqlite3.connect(self._address, uri=True, check_same_thread=False)
        try:
            # reading an altered schema can take long as well, so the limit applies before the first statement
            end = time.monotonic() + self._seconds
            base.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            base.executescript(_SAFE)
            _check_schema(base)
        except BaseException:
            base.close()
            raise
        return base

    def _take_back(self, base: sqlite3.Connection) -> None:
        with self._lock:
            # a connection that is in use at `close` comes back later, and is then closed here
            keep = not self._closed and len(self._resting) < _MOST_RESTING
            if keep:
                self._resting.append(base)
        if not keep:
            base.close()

    def close(self) -> None:
        """Close the idle connections now, and the others when they are returned."""
        with self._lock:
            self._closed = True
            resting, self._resting = self._resting, []
        # the connections are closed outside of the lock, so that no search waits for it
        for base in resting:
            base.close()


def _check_schema(base: sqlite3.Connection) -> None:
    if schema_of(base) != written_schema():
        raise sqlite3.DatabaseError("it has other tables or indexes than this program writes")
