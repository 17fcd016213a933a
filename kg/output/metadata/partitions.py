"""Parts of the dataset by class and by property (VoID, section 4.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import curie, name
from kg.output.metadata.counts import Counts, Sizes
from kg.output.metadata.texts import DATASET


def describe_classes(classes: dict[NamedNode, int]) -> Iterator[Triple]:
    """Each class with the number of its entities."""
    for cls, entities in classes.items():
        part = _part("class", cls)
        yield Triple(DATASET, name("void:classPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:class"), cls)
        yield Triple(part, name("void:entities"), integer(entities))


def describe_properties(properties: dict[NamedNode, Sizes]) -> Iterator[Triple]:
    """Each property with the number of its triples, subjects and objects."""
    for predicate, sizes in properties.items():
        part = _part("property", predicate)
        yield Triple(DATASET, name("void:propertyPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:property"), predicate)
        yield from with_sizes(part, sizes)


def describe_uses(counts: Counts) -> Iterator[Triple]:
    """Which class uses which property how often."""
    for (cls, predicate), triples in counts.uses.items():
        part = NamedNode(f"{_part('class', cls).value}-property-{_slug(predicate)}")
        yield Triple(_part("class", cls), name("void:propertyPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:property"), predicate)
        yield Triple(part, name("void:triples"), integer(triples))


def with_sizes(part: NamedNode, sizes: Sizes) -> Iterator[Triple]:
    """The three sizes of a part, or of the whole."""
    yield Triple(part, name("void:triples"), integer(sizes.triples))
    yield Triple(part, name("void:distinctSubjects"), integer(sizes.subjects))
    yield Triple(part, name("void:distinctObjects"), integer(sizes.objects))


def integer(number: int) -> Literal:
    """A number as VoID counts."""
    return Literal(str(number), datatype=name("xsd:integer"))


def _part(kind: str, term: NamedNode) -> NamedNode:
    return name(f"dataset:{kind}-{_slug(term)}")


def _slug(term: NamedNode) -> str:
    """A fragment for a term: its compact IRI with a hyphen, or a hash of an IRI that no prefix of ours begins."""
    short = curie(term)
    if short == term.value:
        return hashlib.sha256(term.value.encode()).hexdigest()[:16]
    return quote(short.replace(":", "-", 1), safe="")
