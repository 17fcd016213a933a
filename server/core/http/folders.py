"""Folders of the machine: an error names them to the operator, and strangers read them as their part alone. Pure."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from kg.core.settings import PROJECT, Settings


def folders_of(settings: Settings) -> dict[str, str]:
    """Return what strangers read in place of each folder, the longest folder first."""
    source = {str(settings.source_text): "KG_SOURCE_TEXT"} if settings.source_text is not None else {}
    names = {
        str(settings.home): "KG_HOME",
        str(settings.home.resolve()): "KG_HOME",
        **source,
        str(PROJECT): "the program's folder",
        tempfile.gettempdir(): "the folder for temporary files",
        str(Path.home()): "the home folder",
    }
    return {folder: names[folder] for folder in sorted(names, key=len, reverse=True) if len(folder) > 1}


def hide_folders(text: str, folders: Mapping[str, str]) -> str:
    """Return a text without the folders of the machine."""
    for folder, words in folders.items():
        text = text.replace(folder, words)
    return text
