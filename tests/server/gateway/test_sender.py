"""Files on disk are sent by their path, whole or in part; nothing of it is shared with who asks for another part."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.core.settings import Settings
from kg.release import Release
from server.core.metrics import Metrics
from server.core.response_cache import Cache
from server.core.wsgi import DISK_PATH, Wsgi, run
from server.gateway.handler import Gateway
from server.gateway.request_record import AccessLog
from tests.server.dated_releases import make_dated_stage
from tests.server.rsgi import Protocol, scope

PATH = "/dumps/fyp-kg.nq.gz"


class Served:
    """A front over three small releases."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self.stage, self.ids = make_dated_stage(home, settings)
        self.cache = Cache(settings.cache_bytes)
        self.front = Gateway(
            self.stage.app,
            settings,
            self.stage.lender,
            cache=self.cache,
            metrics=Metrics(),
            log=AccessLog(str(home / "log")),
        )
        self.log = home / "log"

    @property
    def release(self) -> Release:
        return self.stage.shelf.current()

    @property
    def file(self) -> Path:
        return self.release.path_of(self.release.manifest.dumps[0])

    def ask(self, method: str, path: str, *headers: tuple[str, str]) -> Protocol:
        protocol = Protocol()
        asyncio.run(asyncio.wait_for(self.front.__rsgi__(scope(method, path, "", *headers), protocol), 10))
        return protocol

    async def end(self) -> None:
        self.front.__rsgi_del__(asyncio.get_running_loop())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"), settings)
    yield served
    asyncio.run(served.end())


def test_a_file_is_sent_from_where_it_lies_and_not_kept(served: Served) -> None:
    answered = served.ask("GET", PATH)
    assert (answered.status, answered.path, answered.body) == (200, str(served.file), served.file.read_bytes())
    assert answered.headers["accept-ranges"] == "bytes"
    assert answered.headers["content-length"] == str(served.file.stat().st_size)
    assert answered.headers["content-type"] == "application/gzip"
    assert served.cache.facts().entries == 0


@pytest.mark.parametrize(("wanted", "start", "stop"), [("0-9", 0, 10), ("10-", 10, None), ("-7", -7, None)])
def test_a_part_is_206(served: Served, wanted: str, start: int, stop: int | None) -> None:
    whole = served.file.read_bytes()
    answered = served.ask("GET", PATH, ("range", f"bytes={wanted}"))
    assert (answered.status, answered.body) == (206, whole[start:stop])
    first = start % len(whole)
    assert answered.headers["content-range"] == f"bytes {first}-{(stop or len(whole)) - 1}/{len(whole)}"
    assert answered.headers["content-length"] == str(len(answered.body or b""))
    assert answered.headers["etag"] == served.ask("GET", PATH).headers["etag"]


def test_a_download_that_broke_off_goes_on_where_it_did(served: Served) -> None:
    begun = served.ask("GET", PATH, ("range", "bytes=0-99"))
    rest = served.ask("GET", PATH, ("range", "bytes=100-"), ("if-range", begun.headers["etag"]))
    assert (begun.body or b"") + (rest.body or b"") == served.file.read_bytes()
    other = served.ask("GET", PATH, ("range", "bytes=100-"), ("if-range", '"that of another release"'))
    assert (other.status, other.body) == (200, served.file.read_bytes())


def test_parts_that_are_asked_for_at_once_are_not_mixed_up(served: Served) -> None:
    async def both() -> list[Protocol]:
        asked = [(scope("GET", PATH, "", ("range", f"bytes={n}-{n}")), Protocol()) for n in range(4)]
        await asyncio.gather(*(served.front.__rsgi__(*arguments) for arguments in asked))
        return [protocol for _, protocol in asked]

    assert b"".join(answer.body or b"" for answer in asyncio.run(both())) == served.file.read_bytes()[:4]


def test_a_part_that_is_not_there_is_416_in_words(served: Served) -> None:
    answered = served.ask("GET", PATH, ("range", "bytes=999999-"))
    size = served.file.stat().st_size
    assert (answered.status, answered.headers["content-range"]) == (416, f"bytes */{size}")
    assert answered.body == (
        f"The file has {size} bytes; ask for a part of it, or for all of it without a Range header.\n".encode()
    )
    assert answered.headers["content-type"] == "text/plain; charset=utf-8"
    assert answered.headers["cache-control"] == "no-store"
    assert {"etag", "content-disposition"}.isdisjoint(answered.headers)


def test_head_tells_the_size_and_that_parts_can_be_had_and_knows_no_part(served: Served) -> None:
    answered = served.ask("HEAD", PATH, ("range", "bytes=0-9"))
    assert (answered.status, answered.body) == (200, None)
    assert answered.headers["content-length"] == str(served.file.stat().st_size)
    assert answered.headers["accept-ranges"] == "bytes"


def test_who_has_the_file_gets_304_before_any_part(served: Served) -> None:
    tag = served.ask("GET", PATH).headers["etag"]
    answered = served.ask("GET", PATH, ("if-none-match", tag), ("range", "bytes=0-9"))
    assert (answered.status, answered.body) == (304, None)


def test_pages_and_checksums_have_no_parts(served: Served) -> None:
    for path in ("/dumps/", "/dumps/SHA256SUMS"):
        answered = served.ask("GET", path, ("range", "bytes=0-9"))
        assert answered.status == 200
        assert "accept-ranges" not in answered.headers


def test_bytes_sent_and_status_of_a_part_are_logged(served: Served) -> None:
    served.ask("GET", PATH, ("range", "bytes=0-9"))
    assert '"status": 206' in served.log.read_text().splitlines()[-1]
    assert '"bytes": 10' in served.log.read_text().splitlines()[-1]


def test_a_file_of_an_older_release_is_sent_likewise(served: Served) -> None:
    older = served.stage.shelf.get(served.ids[1])
    answered = served.ask("GET", f"/release/{older.release_id}{PATH}", ("range", "bytes=0-9"))
    assert (answered.status, answered.path) == (206, str(older.path_of(older.manifest.dumps[0])))


def test_a_time_is_never_answered_with_what_is_kept_of_today(served: Served) -> None:
    when = ("accept-datetime", "Tue, 10 Mar 2026 00:00:00 GMT")
    for _ in range(2):
        today, then = served.ask("GET", "/data/plan-a.ttl"), served.ask("GET", "/data/plan-a.ttl", when)
        assert (today.status, then.status) == (200, 302)
        assert then.headers["location"] == f"/release/{served.ids[1]}/data/plan-a.ttl"
    assert served.cache.facts().hits > 0


def sends(path: Path, status: str, size: int) -> Wsgi:
    """An application that leaves the path of a file."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ[DISK_PATH] = path
        start_response(status, [("Content-Length", str(size))])
        return [b"told"]

    return application


def test_a_file_of_another_size_than_was_promised_is_never_a_200(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"short")
    with pytest.raises(OSError, match="file is not of the size that was promised"):
        run(sends(tmp_path / "file", "200 OK", 99), {})
    with pytest.raises(OSError, match="No such file"):
        run(sends(tmp_path / "none", "200 OK", 99), {})


def test_an_error_is_reported_in_place_of_the_file(tmp_path: Path) -> None:
    answer = run(sends(tmp_path / "file", "404 NOT FOUND", 4), {})
    assert (answer.status, answer.body, answer.disk_path) == (404, b"told", None)
