"""HermiT's opinion of the graph, asked through owlready2: a contradiction, or what follows."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from kg.core.errors import OntologyInconsistent, ReasonerMissing
from kg.core.names import PREFIXES, graph, name
from kg.engine.store import Store

_TYPE, _CLASS = name("rdf:type"), name("owl:Class")
# Graphs that the build adds: consequences, and descriptions of the dataset and the service. These use terms that the
# ontology does not declare, and a property of unknown kind is not OWL 2 DL.
_DERIVED = {graph("inferred"), graph("meta"), graph("questions")}


def check_consistency(store: Store) -> None:
    """Let HermiT look for a contradiction in the stated quads.

    Raises:
        OntologyInconsistent: there is one.
        ReasonerMissing: there is no Java runtime, or no owlready2.
    """
    hermit_inferences(store)


def hermit_inferences(store: Store) -> set[Triple]:
    """Return what HermiT infers from the stated quads: classes of resources, and object properties between them.

    Raises:
        OntologyInconsistent: the quads contradict each other.
        ReasonerMissing: there is no Java runtime, or no owlready2.
    """
    if shutil.which("java") is None:
        raise ReasonerMissing(
            "HermiT needs a Java runtime, and 'java' is not on the PATH. Install one, or leave --hermit out."
        )
    try:
        import owlready2  # here, not above: the import takes a second and only this function needs it
    except ImportError as error:
        raise ReasonerMissing(
            "HermiT is called by owlready2, which the service does not need. Run 'make dev', or leave --hermit out."
        ) from error

    # a new world each time, since the default one keeps what was loaded before
    world = owlready2.World()
    body = pyoxigraph.serialize(_for_owlready(store), format=RdfFormat.N_TRIPLES)
    assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
    ontology = world.get_ontology(PREFIXES["fyp"]).load(fileobj=io.BytesIO(body))
    declared = {
        quad.subject for quad in store.graph(graph("ontology")) if quad.predicate == _TYPE and quad.object == _CLASS
    }
    # a file that was read in part must not pass as one without contradictions
    read = len(list(ontology.classes()))
    if read < len({iri for iri in declared if isinstance(iri, NamedNode) and iri.value.startswith(PREFIXES["fyp"])}):
        raise OntologyInconsistent(f"owlready2 read only {read} of the ontology's classes.")
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise OntologyInconsistent("HermiT finds a contradiction between the data and the ontology.") from error
    return set(_inferred(world))


def _for_owlready(store: Store) -> Iterator[Triple]:
    """Yield the stated quads that HermiT can weigh: no annotations of resources, whose xsd:date it cannot read."""
    individuals = set()
    for quad in stated(store):
        if isinstance(quad.object, Literal) and quad.graph_name != graph("ontology") and not _is_data(quad):
            continue
        yield Triple(quad.subject, quad.predicate, quad.object)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(PREFIXES["id"]):
            individuals.add(quad.subject)
    for individual in individuals:
        yield Triple(individual, _TYPE, name("owl:NamedIndividual"))


def _is_data(quad: Quad) -> bool:
    """Return True if a literal belongs to one of our data properties; those have no language."""
    return (
        quad.predicate.value.startswith(PREFIXES["fyp"])
        and isinstance(quad.object, Literal)
        and not quad.object.language
    )


def _inferred(world: object) -> Iterable[Triple]:
    """Return all triples of a world after reasoning that lie between IRIs."""
    body = io.BytesIO()
    # owlready2 is imported only in one function and has no types, so a world is an object here
    world.save(file=body, format="ntriples")  # type: ignore[attr-defined]
    for triple in pyoxigraph.parse(body.getvalue(), format=RdfFormat.N_TRIPLES):
        if not isinstance(triple.subject, BlankNode) and isinstance(triple.object, NamedNode):
            yield Triple(triple.subject, triple.predicate, triple.object)


def stated(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the quads that were read from files; the build made the others."""
    return (quad for quad in quads if quad.graph_name not in _DERIVED)
