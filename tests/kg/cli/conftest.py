"""A publication to fetch from and to follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.release import Release
from kg.release.replication.publish import publish
from tests.kg.release.replication.signed import SIGNED
from tests.kg.release.small import small_build, write_data


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Release]:
    """Two releases by the word that they say."""
    words = ("old", "new")
    return {word: small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", word)) for word in words}


@pytest.fixture
def folder(releases: dict[str, Release], tmp_path: Path) -> Path:
    """A publication of the old one."""
    publish(releases["old"], tmp_path / "web", SIGNED)
    return tmp_path / "web"
