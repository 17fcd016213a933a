"""The access log: one JSON object a line."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from kg.core.errors import WriteFailed
from server.gateway.request_record import AccessLog
from tests.damage import small_disk


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_a_json_object_with_its_time(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"))
    log.write({"path": "/q/", "status": 200})
    log.close()
    (line,) = lines(tmp_path / "log")
    assert (line["path"], line["status"]) == ("/q/", 200)
    assert str(line["time"]).endswith("Z")


def test_no_visitor_can_write_a_line_of_its_own(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"))
    path = '/x\n{"status": 200}\r\u2028\x1b[31m\udc80%s'
    log.write({"path": path})
    log.close()
    assert [line["path"] for line in lines(tmp_path / "log")] == [path]
    assert (tmp_path / "log").read_bytes().isascii()


def test_a_log_that_was_moved_away_is_begun_again(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"))
    log.write({"n": 1})
    (tmp_path / "log").rename(tmp_path / "log.1")
    log.write({"n": 2})
    log.close()
    assert [[line["n"] for line in lines(tmp_path / name)] for name in ("log.1", "log")] == [[1], [2]]


def test_a_dash_means_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    AccessLog("-").write({"status": 404})
    captured = capsys.readouterr()
    assert json.loads(captured.err)["status"] == 404
    assert captured.out == ""


def test_off_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    log = AccessLog("off")
    log.write({"status": 404})
    log.close()
    assert not log.is_enabled
    assert capsys.readouterr() == ("", "")


def test_a_log_that_cannot_be_written_is_reported_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="KG_ACCESS_LOG"):
        AccessLog(str(tmp_path / "no" / "folder"))


def test_a_full_disk_is_reported_once_until_a_line_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(tmp_path / "small", "16k") as folder:
        log = AccessLog(str(folder / "log"))
        filler = folder / "filler"
        for _ in range(2):
            with suppress(OSError):
                filler.write_bytes(b"x" * 2**20)
            for _ in range(3):
                log.write({"path": "x" * 8_192})
            message = capsys.readouterr().err
            assert message.count("because the disk is full") == 1
            assert "Traceback" not in message
            filler.unlink()
            log.write({"path": "/"})
            log.write({"path": "/"})
        log.close()


def test_a_log_whose_folder_is_gone_ends_no_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").mkdir()
    log = AccessLog(str(tmp_path / "logs" / "log"))
    log.write({"n": 1})
    shutil.rmtree(tmp_path / "logs")
    log.write({"n": 2})
    log.write({"n": 3})
    log.close()
    assert capsys.readouterr().err.count("The access log cannot be written: No such file or directory") == 1
