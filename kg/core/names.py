"""The IRIs of this project: the only place that spells a prefix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

# published releases contain these IRIs, so none of them can change
ROOT = "https://w3id.org/fyp-kg/"

PROBLEM = ROOT + "problem/"

ENDPOINT = NamedNode(ROOT + "sparql")

_QUESTIONS = ROOT + "q/"

FORMATS = "http://www.w3.org/ns/formats/"

# The most frequent ones come first, and none begins another.
PREFIXES = {
    "fyp": ROOT + "ontology#",
    "id": ROOT + "id/",
    "module": ROOT + "ontology/modules#",
    "graph": ROOT + "graph/",
    "catalog": ROOT + "catalog#",
    "dataset": ROOT + ".well-known/void#",
    "cube": ROOT + "cube#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sh": "http://www.w3.org/ns/shacl#",
    "shape": ROOT + "shapes#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "unit": "http://qudt.org/vocab/unit/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

OUTSIDE = {
    "eli": "http://data.europa.eu/eli/ontology#",
    "frbr": "http://purl.org/vocab/frbr/core#",
    "m8g": "http://data.europa.eu/m8g/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "sssom": "https://w3id.org/sssom/",
    "vann": "http://purl.org/vocab/vann/",
}
"""Prefixes of vocabularies that only the ontology names; the endpoint does not declare them for queries."""

LANGUAGES = ("en", "de", "zh")

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def name(curie: str) -> NamedNode:
    """Expand a compact IRI such as ``fyp:Plan``.

    Raises:
        KeyError: the prefix is not one of ours.
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def curie(iri: NamedNode) -> str:
    """Shorten an IRI by the one prefix that fits, or give it back whole."""
    value = iri.value
    for prefix, base in PREFIXES.items():
        if value.startswith(base):
            return f"{prefix}:{value[len(base) :]}"
    return value


def short(iri: NamedNode) -> str:
    """Return an IRI as a page shows it: compact, even if queries cannot write that form, or in full."""
    outside = next(
        (f"{prefix}:{iri.value[len(base) :]}" for prefix, base in OUTSIDE.items() if iri.value.startswith(base)), ""
    )
    return outside or curie(iri)


def thing(slug: str) -> NamedNode:
    """Return the IRI of the resource with a slug."""
    return NamedNode(PREFIXES["id"] + slug)


def graph(graph_name: str) -> NamedNode:
    """Return the IRI of the named graph with a name such as ``plan-ii``."""
    return NamedNode(PREFIXES["graph"] + graph_name)


def slug_of(iri: NamedNode) -> str | None:
    """Return the slug of a resource, or None for an IRI of another project."""
    local = iri.value.removeprefix(PREFIXES["id"])
    # an IRI below the same namespace that is no slug, such as one with a slash, is not a resource
    return local if local != iri.value and SLUG.fullmatch(local) else None


def graph_name_of(iri: NamedNode) -> str | None:
    """Return the name of one of our named graphs, or None for any other IRI."""
    local = iri.value.removeprefix(PREFIXES["graph"])
    return local if local != iri.value else None


def question_page(slug: str, part: str = "") -> NamedNode:
    """Return the canonical address of a canned question, or of a parameter on its page."""
    return NamedNode(f"{_QUESTIONS}{slug}#{part}" if part else _QUESTIONS + slug)


def question_slug_of(iri: NamedNode) -> str | None:
    """Return the slug of the canned question with this canonical address, or None for any other IRI."""
    local = iri.value.removeprefix(_QUESTIONS).partition("#")[0]
    return local if iri.value.startswith(_QUESTIONS) and SLUG.fullmatch(local) else None


def sparql_prologue(*prefixes: str) -> str:
    """PREFIX lines for the given prefixes, for the query texts of this library."""
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in prefixes)


META = graph("meta")

# the first word of the name of a graph, and the local name of its kind; ontology and shapes have one kind
KINDS = {
    "plan": "kindStated",
    "official": "kindOfficial",
    "outcome": "kindOutcome",
    "editorial": "kindEditorial",
    "vocabulary": "kindVocabulary",
    "source": "kindSource",
    "links": "kindLinks",
    "inferred": "kindInferred",
    "meta": "kindMeta",
    "questions": "kindQuestions",
    "ontology": "kindOntology",
    "shapes": "kindOntology",
}


def kind_of_graph(graph_iri: NamedNode) -> NamedNode | None:
    """Return the kind of a graph, by the first word of its name, or None if the kind is unknown."""
    first = (graph_name_of(graph_iri) or "").partition("-")[0]
    return name("fyp:" + KINDS[first]) if first in KINDS else None


def describe_graphs(sizes: Mapping[NamedNode, int]) -> Iterator[Quad]:
    """Yield the kind and number of triples of each named graph, and the kind of ``meta`` without a number."""
    for graph_iri in [*sizes, META]:
        yield Quad(graph_iri, name("rdf:type"), name("sd:NamedGraph"), META)
        if (kind := kind_of_graph(graph_iri)) is not None:
            yield Quad(graph_iri, name("fyp:statementKind"), kind, META)
        if graph_iri in sizes:
            size = Literal(str(sizes[graph_iri]), datatype=name("xsd:integer"))
            yield Quad(graph_iri, name("void:triples"), size, META)
