"""RIS, which EndNote, Zotero, Citavi and others import: lines of a tag and a text."""

from __future__ import annotations

from kg.output.citation.text import one_line
from kg.output.citation.work import Work


def ris(work: Work) -> str:
    """One record of the type DATA; a line break in a text would begin another field, so there is none."""
    day = f"{work.built_on:%Y/%m/%d}/" if work.built_on is not None else ""
    fields = [
        ("TY", "DATA"),
        ("ID", work.key),
        *(("AU", author) for author in work.authors),
        ("TI", work.full_title),
        ("T2", work.container),
        ("PY", work.year),
        ("DA", day),
        ("PB", work.publisher),
        ("ET", work.release_id),
        ("LA", work.language),
        ("AB", work.question),
        ("N1", f"{work.licence}, {work.licence_address}"),
        ("UR", work.address),
    ]
    lines = [f"{tag}  - {one_line(text)}" for tag, text in fields if text]
    return "\r\n".join([*lines, "ER  - ", ""])
