"""Headers are read from a file; its faults are reported, and no secret with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.credentials import read_headers
from kg.core.errors import SettingInvalid


def written(folder: Path, text: str, mode: int = 0o640) -> Path:
    path = folder / "headers"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_headers_are_read_line_by_line(tmp_path: Path) -> None:
    path = written(tmp_path, "# who we are\nAuthorization: Basic dTpw\n\nX-Key:  a b \n")
    assert read_headers("KG_ENGINE_HEADERS_FILE", path) == (("Authorization", "Basic dTpw"), ("X-Key", "a b"))


@pytest.mark.parametrize(
    "line", ["secret", "Authorization:", "A B: secret", "X: \x07secret", "Host: secret", "Äh: secret"]
)
def test_a_line_that_is_no_header_is_reported_without_what_it_holds(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"X-Key: 1\n{line}\n")
    with pytest.raises(SettingInvalid, match=r"line 2 of .*headers") as error:
        read_headers("KG_ENGINE_HEADERS_FILE", path)
    assert "secret" not in str(error.value)


def test_a_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="chmod o-rwx"):
        read_headers("KG_ENGINE_HEADERS_FILE", written(tmp_path, "X-Key: 1\n", 0o644))


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="KG_ENGINE_HEADERS_FILE"):
        read_headers("KG_ENGINE_HEADERS_FILE", tmp_path / "nothing")


def test_without_a_file_there_are_none() -> None:
    assert read_headers("KG_ENGINE_HEADERS_FILE", None) == ()
