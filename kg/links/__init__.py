"""Links to other vocabularies: labels of ours, mapping files, and the header that they must have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, ROOT, graph_name_of, name
from kg.core.vocabularies import Vocabulary
from kg.sources.files import find_data_files, mapping_files, read_data_file
from kg.sources.sssom import SUFFIX

PROPOSED = "proposed"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SEMAPV = "https://w3id.org/semapv/vocab/"
FIELD_PREFIXES = {prefix: PREFIXES[prefix] for prefix in ("rdfs", "schema")}
"""Prefixes of properties that give names in dumps; the header of a mapping file may have them."""
PREDICATES = tuple(name(f"skos:{kind}Match") for kind in ("exact", "close", "broad", "narrow", "related"))

CREATOR = "The FYP-KG founders"
OUR_TITLE = "the knowledge graph of China's Five-Year Plans"

_LABELS = (name("skos:prefLabel"), name("skos:altLabel"))


@dataclass(frozen=True)
class OurLabel:
    """A label of a resource of ours; ``listed`` is True if it comes from a controlled list, not from a plan."""

    thing: NamedNode
    field: NamedNode
    text: str
    language: str
    listed: bool


def our_labels(folders: Iterable[Path]) -> Iterator[OurLabel]:
    """Yield every label of our resources; controlled lists are the graphs whose names begin with ``vocabulary``.

    Raises:
        TurtleInvalid: a file of data does not parse.
        FileUnreadable: a file or folder cannot be read.
    """
    for file in find_data_files(folders):
        if file.path.name.endswith(SUFFIX):
            continue
        listed = (graph_name_of(file.graph) or "").partition("-")[0] == "vocabulary"
        for quad in read_data_file(file):
            label, subject = quad.object, quad.subject
            if quad.predicate in _LABELS and isinstance(label, Literal) and isinstance(subject, NamedNode):
                yield OurLabel(subject, quad.predicate, label.value, label.language or "", listed)


def all_mapping_files(folders: Iterable[Path]) -> list[Path]:
    """Return the mapping files of data folders: those that are loaded, then the proposals."""
    folder_list = list(folders)
    waiting = [path for folder in folder_list for path in sorted((folder / "links" / PROPOSED).glob(f"*{SUFFIX}"))]
    # loaded files come first, so that a clash is reported at the proposal
    return [path for folder in folder_list for path in mapping_files(folder)] + waiting


def is_proposal(path: Path) -> bool:
    """Return True if a mapping file has proposals, which are not loaded."""
    return path.parent.name == PROPOSED


def header(vocabulary: Vocabulary, *, proposed: bool) -> dict[str, Any]:
    """Return the header that the mapping file of a vocabulary must have; it may have more."""
    return {
        "sssom_version": "1.0",
        "curie_map": {
            "id": PREFIXES["id"],
            "semapv": SEMAPV,
            "skos": PREFIXES["skos"],
            vocabulary.prefix: vocabulary.namespace,
        },
        "mapping_set_id": ROOT + "/".join(("links", *([PROPOSED] if proposed else []), vocabulary.prefix)),
        "mapping_set_title": f"{'Proposed links' if proposed else 'Links'} between {OUR_TITLE} and {vocabulary.title}",
        "creator_label": [CREATOR],
        "license": LICENCE,
        "subject_source": PREFIXES["id"],
        "object_source": vocabulary.namespace,
    }
