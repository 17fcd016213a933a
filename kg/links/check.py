"""All errors in mapping files, each with its place and remedy."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from kg.core.errors import MappingInvalid
from kg.core.names import curie, name
from kg.core.vocabularies import VOCABULARIES, vocabulary_of
from kg.links import FIELD_PREFIXES, PREDICATES, SEMAPV, OurLabel, header, is_proposal
from kg.sources.sssom import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    SUFFIX,
    Match,
    Table,
    errors_of_match,
    read_row,
    read_table,
    sort_key,
)

_JUSTIFICATION = re.compile(re.escape(SEMAPV) + "[A-Z][A-Za-z]+")
_EXACT = name("skos:exactMatch")
_FREE_KEYS = ("mapping_set_title", "creator_label")  # of the header: needed, in words of one's own

Placed = tuple[Path, Match]


def check_files(paths: Iterable[Path], labels: Iterable[OurLabel]) -> tuple[int, list[MappingInvalid]]:
    """Check mapping files, each for itself and all against one another.

    Args:
        paths: the files.
        labels: the labels of the resources in the graph.

    Returns:
        The number of matches that can be understood, and all findings in order of file and line.
    """
    names: dict[NamedNode, set[str]] = defaultdict(set)
    for label in labels:
        names[label.thing].add(label.text)
    findings: list[MappingInvalid] = []
    placed: list[Placed] = []
    for path in paths:
        try:
            table = read_table(path)
        except MappingInvalid as error:
            findings.append(error)
            continue
        findings += [*_header(table), *_columns(table), *_order(table)]
        for row in table.rows:
            match, wrong = read_row(table, row)
            findings += wrong
            if match is not None:
                placed.append((path, match))
                findings += [*errors_of_match(path, match), *_judgement(path, match), *_subject(path, match, names)]
    findings += _together(placed)
    return len(placed), sorted(
        findings, key=lambda finding: (str(finding.path), finding.line or 0, finding.column or "", str(finding))
    )


def _header(table: Table) -> Iterator[MappingInvalid]:
    vocabulary = VOCABULARIES.get(table.name)
    if vocabulary is None:
        available = ", ".join(VOCABULARIES)
        yield MappingInvalid(table.path, f"the file is named after no known vocabulary ({available}); rename it.", 1)
        return
    for key, value in header(vocabulary, proposed=is_proposal(table.path)).items():
        actual = table.metadata.get(key)
        if key == "curie_map" and isinstance(actual, dict):  # it may have the prefixes of further names
            actual = {prefix: base for prefix, base in actual.items() if FIELD_PREFIXES.get(prefix) != base}
        if actual != value and not (actual and key in _FREE_KEYS):
            wanted = json.dumps(value, ensure_ascii=False)
            yield MappingInvalid(table.path, f"{key} in the header must be {wanted}; correct it.", 1)


def _columns(table: Table) -> Iterator[MappingInvalid]:
    wanted = [column for column in COLUMNS if column in table.columns or column not in OPTIONAL_COLUMNS]
    if list(table.columns) != wanted:
        yield MappingInvalid(table.path, f"the columns must be {' '.join(wanted)}, in this order.", table.columns_line)


def _order(table: Table) -> Iterator[MappingInvalid]:
    keys = [sort_key(row.cells) for row in table.rows]
    for row, before, here in zip(table.rows[1:], keys, keys[1:], strict=False):
        if here < before:
            yield MappingInvalid(
                table.path, "the row stands too low; sort the rows by subject, predicate and object.", row.line
            )


def _judgement(path: Path, match: Match) -> Iterator[MappingInvalid]:
    if match.predicate not in PREDICATES:
        allowed = ", ".join(curie(predicate) for predicate in PREDICATES)
        yield MappingInvalid(path, f"{curie(match.predicate)} is none of {allowed}.", match.line, "predicate_id")
    if not _JUSTIFICATION.fullmatch(match.justification.value):
        message = "take a term of semapv, such as semapv:ManualMappingCuration."
        yield MappingInvalid(path, message, match.line, "mapping_justification")
    if not match.comment.strip():
        yield MappingInvalid(path, "say where the identifier was seen with its label.", match.line, "comment")
    vocabulary = vocabulary_of(match.object)
    if vocabulary is not None and path.name != vocabulary.prefix + SUFFIX:
        message = f"it belongs into {vocabulary.prefix}{SUFFIX}; move the row."
        yield MappingInvalid(path, message, match.line, "object_id")


def _subject(path: Path, match: Match, names: dict[NamedNode, set[str]]) -> Iterator[MappingInvalid]:
    labels = names.get(match.subject)
    if labels is None:
        message = f"the graph knows no {curie(match.subject)}; correct the slug, or declare the thing first."
        yield MappingInvalid(path, message, match.line, "subject_id")
    elif match.subject_label not in labels:
        message = f"{match.subject_label!r} is no label of {curie(match.subject)}; copy one from the graph."
        yield MappingInvalid(path, message, match.line, "subject_label")


@dataclass(frozen=True)
class _Rule:
    """A rule on pairs: two matches with the same key must be compatible."""

    words: str
    column: str
    concerns: Callable[[Path, Match], bool]
    key: Callable[[Match], Hashable]
    are_compatible: Callable[[Match, Match], bool]


def _is_exact_and_loaded(path: Path, match: Match) -> bool:
    return match.predicate == _EXACT and not is_proposal(path)


# the first two rules share a key: equal predicates repeat a match, different ones contradict it. The next two concern
# exact matches that are loaded, as proposals may compete.
_RULES = (
    _Rule(
        "the match repeats that of",
        "object_id",
        lambda _path, _match: True,
        lambda match: (match.subject, match.object),
        lambda match, other: match.predicate != other.predicate,
    ),
    _Rule(
        "the match contradicts that of",
        "predicate_id",
        lambda _path, _match: True,
        lambda match: (match.subject, match.object),
        lambda match, other: match.predicate == other.predicate,
    ),
    _Rule(
        "one thing cannot be the same as two of one vocabulary; see",
        "object_id",
        _is_exact_and_loaded,
        lambda match: (match.subject, vocabulary_of(match.object)),
        lambda match, other: match.object == other.object,
    ),
    _Rule(
        "two things of ours cannot be the same as one; see",
        "object_id",
        _is_exact_and_loaded,
        lambda match: match.object,
        lambda match, other: match.subject == other.subject,
    ),
    _Rule(
        "the object has another label in",
        "object_label",
        lambda _path, _match: True,
        lambda match: match.object,
        lambda match, other: match.object_label == other.object_label,
    ),
)


def _together(placed: list[Placed]) -> Iterator[MappingInvalid]:
    for rule in _RULES:
        # a row is compared with the first of its key, so a list of n rows needs n comparisons for each rule
        first_by_key: dict[Hashable, Placed] = {}
        for path, match in placed:
            if not rule.concerns(path, match):
                continue
            key = rule.key(match)
            if key not in first_by_key:
                first_by_key[key] = (path, match)
            elif not rule.are_compatible(first_by_key[key][1], match):
                yield _clash(rule, path, match, first_by_key[key])


def _clash(rule: _Rule, path: Path, match: Match, earlier: Placed) -> MappingInvalid:
    where = f"line {earlier[1].line}" if earlier[0] == path else f"{earlier[0]}, line {earlier[1].line}"
    return MappingInvalid(path, f"{rule.words} {where}; keep the one that is right.", match.line, rule.column)
