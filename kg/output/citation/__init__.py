"""Citations: a work of ours in the formats of those who manage references; a further format is a module and a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kg.output.citation.bibtex import bibtex
from kg.output.citation.csl import csl_json
from kg.output.citation.plain import plain
from kg.output.citation.ris import ris
from kg.output.citation.work import Work, spelt_out, work_of_dataset, work_of_question, work_of_thing

__all__ = [
    "CITATIONS",
    "Citation",
    "Work",
    "bibtex",
    "csl_json",
    "plain",
    "ris",
    "spelt_out",
    "work_of_dataset",
    "work_of_question",
    "work_of_thing",
]


@dataclass(frozen=True)
class Citation:
    """A format: the ending of its files, its name and media type, and how a work is written in it."""

    ending: str
    name: str
    media_type: str
    write: Callable[[Work], str]


CITATIONS: Mapping[str, Citation] = MappingProxyType(
    {
        citation.ending: citation
        for citation in (
            Citation("bib", "BibTeX", "application/x-bibtex", bibtex),
            Citation("ris", "RIS", "application/x-research-info-systems", ris),
            Citation("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
            Citation("cite.txt", "Text", "text/plain", plain),
        )
    }
)
"""By ending, in the order in which a page offers them."""
