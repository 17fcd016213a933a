"""CSL-JSON, which Zotero, pandoc and citeproc read (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html)."""

from __future__ import annotations

import json

from kg.output.citation.text import one_line
from kg.output.citation.work import Work


def csl_json(work: Work) -> str:
    """A list of one item of the type ``dataset``."""
    item: dict[str, object] = {
        "id": work.key,
        "type": "dataset",
        "title": one_line(work.full_title),
        "author": [{"literal": one_line(author)} for author in work.authors],
        "publisher": one_line(work.publisher),
        "version": work.release_id,
        "language": work.language,
        "URL": work.address,
        "note": f"{work.licence}, {work.licence_address}",
    }
    if work.container:
        item["container-title"] = one_line(work.container)
    if work.question:
        item["abstract"] = one_line(work.question)
    if work.built_on is not None:
        item["issued"] = {"date-parts": [[work.built_on.year, work.built_on.month, work.built_on.day]]}
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"
