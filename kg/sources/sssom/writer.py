"""Writing a mapping file: the same matches give the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import NamedNode

from kg.sources.sssom import COLUMNS, OPTIONAL_COLUMNS, Match
from kg.sources.sssom.reader import sort_key

_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|https?://[\w./#~%-]+", re.ASCII)  # dates and addresses need no quotes


def write_table(metadata: Mapping[str, Any], matches: Iterable[Match]) -> str:
    """Write a mapping file: rows in order of subject, predicate and object, without columns that nobody fills.

    Args:
        metadata: the header; its ``curie_map`` shortens every IRI of the rows.
        matches: the rows.
    """
    shorten = _Shortener(metadata["curie_map"])
    rows = sorted((_cells(match, shorten) for match in matches), key=sort_key)
    columns = [column for column in COLUMNS if column not in OPTIONAL_COLUMNS or any(row[column] for row in rows)]
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, delimiter="\t", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return "".join(f"#{line}\n" for line in _yaml(metadata)) + table.getvalue()


class _Shortener:
    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._bases = sorted(((base, prefix) for prefix, base in prefixes.items()), key=lambda pair: -len(pair[0]))

    def __call__(self, *iris: NamedNode) -> str:
        return _joined(self._one(iri.value) for iri in iris)

    def _one(self, iri: str) -> str:
        return next(f"{prefix}:{iri[len(base) :]}" for base, prefix in self._bases if iri.startswith(base))


def _joined(values: Iterable[str]) -> str:
    return "|".join(value.replace("|", "\\|") for value in values)


def _cells(match: Match, shorten: _Shortener) -> dict[str, str]:
    return {
        "subject_id": shorten(match.subject),
        "subject_label": match.subject_label,
        "predicate_id": shorten(match.predicate),
        "object_id": shorten(match.object),
        "object_label": match.object_label,
        "mapping_justification": shorten(match.justification),
        "author_label": _joined(match.authors),
        "mapping_date": match.date.isoformat(),
        "confidence": str(match.confidence),
        "subject_match_field": shorten(*match.subject_fields),
        "object_match_field": shorten(*match.object_fields),
        "match_string": _joined(match.match_strings),
        "comment": match.comment,
    }


def _yaml(metadata: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a header: texts, lists of texts and tables of texts are all that it holds."""
    for key, value in metadata.items():
        if isinstance(value, Mapping):
            yield f"{key}:"
            yield from (f"  {name}: {_scalar(text)}" for name, text in sorted(value.items()))
        elif isinstance(value, str):
            yield f"{key}: {_scalar(value)}"
        else:
            yield f"{key}:"
            yield from (f"  - {_scalar(text)}" for text in value)


def _scalar(text: str) -> str:
    """A text as YAML; a text in JSON is also one in YAML."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
