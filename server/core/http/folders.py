"""Folders of the machine, which errors name to the operator only. Pure."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from kg.core.settings import PROJECT, Settings


def folders_of(settings: Settings) -> dict[str, str]:
    """Return the text that clients read instead of each folder, the longest folder first."""
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
    """Return a text in which names replace the folders of the machine."""
    for folder, words in folders.items():
        text = text.replace(folder, words)
    return text
