"""The version of the program, which together with the release determines the bytes of a response."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import kg
from kg.core.settings import PROJECT, Settings

_LIBRARIES = (
    *("pyoxigraph", "flask", "jinja2", "babel", "flask-compress", "brotli", "backports.zstd"),
    *("vl-convert-python", "xlsxwriter", "opencc", "rapidfuzz"),
)
_DIGITS = 16
_SUFFIXES = (".py", ".html", ".css", ".js", ".mo")


def build_version(settings: Settings) -> str:
    """Return a hash of everything besides the release that shapes a response.

    It covers our code, templates, files, queries, kept ontologies, some libraries and some settings. Memory and disk
    stores order their quads differently, which shows in queries without ORDER BY. An older release is in memory or on
    disk, depending on how many may be open.
    """
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.name.encode("utf-8") + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    digest.update(f"{settings.memory_max_quads} {settings.older_releases}\0".encode())
    if settings.source_text is not None:
        digest.update(settings.source_text.read_bytes())
    return digest.hexdigest()[:_DIGITS]


def _files() -> list[Path]:
    folders = [Path(kg.__file__).parent, Path(__file__).parents[2]]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in _SUFFIXES]
    versions = (PROJECT / "ontology" / "versions").rglob("*.ttl")
    return sorted(files) + sorted((PROJECT / "queries").glob("*/*.rq")) + sorted(versions)
