"""The dataset in VoID: counts of a release as a whole, by graph, class, property and linkset (VoID, section 5)."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.media_types import FORMS, GRAPH_FORMS, Form
from kg.core.names import FORMATS, PREFIXES, SLUG, curie, name, sparql_prologue
from kg.core.vocabularies import VOCABULARIES, Vocabulary
from kg.engine import Engine, Term, select
from kg.output.metadata.dataset import (
    AUTHOR,
    CHINA,
    DATASET,
    DESCRIPTIONS,
    FIRST_DAY,
    FOUNDERS,
    LANGUAGE_TERMS,
    LAST_DAY,
    LICENSE,
    THEMES,
    TITLES,
    UNION,
    Site,
    in_languages,
)

LINKING = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
"""The predicates of a link, the closest first."""


@dataclass(frozen=True)
class Linkset:
    """The number of triples that link our resources to an external vocabulary by one predicate."""

    vocabulary: Vocabulary
    predicate: NamedNode
    triples: int

    @property
    def iri(self) -> NamedNode:
        """Return its IRI, made of both names: ``...void#links-wikidata-exactMatch``."""
        return name(f"dataset:links-{self.vocabulary.prefix}-{curie(self.predicate).partition(':')[2]}")


def links_query() -> str:
    """Return the query that counts the links; a page shows it so that readers can run it."""
    spaces = " ".join(f'"{vocabulary.namespace}"' for vocabulary in VOCABULARIES.values())
    return f"""{sparql_prologue("skos")}SELECT ?space ?link (COUNT(*) AS ?triples) WHERE {{
  {{ SELECT DISTINCT ?thing ?link ?target WHERE {{
    VALUES ?link {{ {" ".join(LINKING)} }}
    ?thing ?link ?target .
    FILTER (isIRI(?target) && STRSTARTS(STR(?thing), "{PREFIXES["id"]}"))
  }} }}
  VALUES ?space {{ {spaces} }}
  FILTER (STRSTARTS(STR(?target), ?space))
}} GROUP BY ?space ?link ORDER BY ?space ?link"""


def linksets(engine: Engine) -> tuple[Linkset, ...]:
    """Return the non-empty linksets of a release, by vocabulary and closeness of the match.

    Raises:
        As ``Engine.answer``.
    """
    by_space = {vocabulary.namespace: vocabulary for vocabulary in VOCABULARIES.values()}
    sets = [
        Linkset(by_space[space.value], link, int(triples.value))
        for space, link, triples in select(engine, links_query()).rows
        if isinstance(space, Literal) and isinstance(link, NamedNode) and isinstance(triples, Literal)
    ]
    order = [name(linkset) for linkset in LINKING]
    return tuple(sorted(sets, key=lambda linkset: (linkset.vocabulary.prefix, order.index(linkset.predicate))))


def describe_linksets(links: Iterable[Linkset]) -> Iterator[Triple]:
    """Yield the linksets as subsets of the dataset, and their target datasets."""
    targets = dict[str, Vocabulary]()
    for linkset in links:
        target = _target(linkset.vocabulary)
        yield Triple(DATASET, name("void:subset"), linkset.iri)
        yield Triple(linkset.iri, name("rdf:type"), name("void:Linkset"))
        yield Triple(linkset.iri, name("void:subjectsTarget"), DATASET)
        yield Triple(linkset.iri, name("void:objectsTarget"), target)
        yield Triple(linkset.iri, name("void:linkPredicate"), linkset.predicate)
        yield Triple(linkset.iri, name("void:triples"), Literal(str(linkset.triples), datatype=name("xsd:integer")))
        yield Triple(linkset.iri, name("dcterms:title"), Literal(_title(linkset), language="en"))
        targets[linkset.vocabulary.prefix] = linkset.vocabulary
    for vocabulary in targets.values():
        target = _target(vocabulary)
        title = vocabulary.title.removeprefix("the ")
        yield Triple(target, name("rdf:type"), name("void:Dataset"))
        yield Triple(target, name("dcterms:title"), Literal(title, language="en"))
        yield Triple(target, name("void:uriSpace"), Literal(vocabulary.namespace))


def _target(vocabulary: Vocabulary) -> NamedNode:
    return name(f"dataset:target-{vocabulary.prefix}")


def _title(linkset: Linkset) -> str:
    return f"{TITLES['en']}: links to {linkset.vocabulary.title} by {curie(linkset.predicate)}"


_WHOLE = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_KINDS = sparql_prologue("fyp", "graph") + "SELECT ?graph ?kind { GRAPH graph:meta { ?graph fyp:statementKind ?kind } }"
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = "SELECT DISTINCT ?p { ?s ?p ?o }"  # sorted in Python: ORDER BY would sort all triples


def _of_property(p: NamedNode) -> str:
    """Return the query for the sizes of a property.

    A triple of two graphs is one triple of their union, but pyoxigraph's union returns it twice. Removing duplicates
    needs memory, so properties and classes are counted one by one.
    """
    return f"""SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) {{
{{ SELECT DISTINCT ?s ?o {{ ?s {p} ?o }} }} }}"""


def _of_class(cls: NamedNode) -> str:
    return f"""SELECT ?p (COUNT(*) AS ?triples) {{ {{ SELECT DISTINCT ?s ?p ?o {{ ?s a {cls} ; ?p ?o }} }} }}
GROUP BY ?p ORDER BY ?p"""


@dataclass(frozen=True)
class Sizes:
    """Numbers of distinct triples, subjects and objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Counts:
    """The size of a release: as a whole and by graph, class and property, in triples or entities."""

    release_id: str
    whole: Sizes
    graphs: dict[NamedNode, int]
    kinds: dict[NamedNode, NamedNode]
    classes: dict[NamedNode, int]
    properties: dict[NamedNode, Sizes]
    uses: dict[tuple[NamedNode, NamedNode], int]
    links: tuple[Linkset, ...] = ()


def count(engine: Engine, *, uses: bool = True) -> Counts:
    """Count a release in a few passes, and one more for each class if ``uses``.

    Raises:
        As ``Engine.answer``.
    """
    named = sorted((_iri(p) for (p,) in select(engine, _PROPERTIES).rows), key=lambda p: p.value)
    properties = {p: _sizes(select(engine, _of_property(p)).rows[0]) for p in named}
    # a blank node as class or graph cannot be described by name
    classes = {cls: _number(n) for cls, n in select(engine, _CLASSES).rows if isinstance(cls, NamedNode)}
    subjects, objects = map(_number, select(engine, _WHOLE).rows[0])
    return Counts(
        engine.release_id,
        # each triple has exactly one property, so the sum over the properties is the number of triples
        Sizes(sum(sizes.triples for sizes in properties.values()), subjects, objects),
        {_iri(graph): _number(triples) for graph, triples in select(engine, _GRAPHS).rows},
        {_iri(graph): _iri(kind) for graph, kind in select(engine, _KINDS).rows},
        classes,
        properties,
        {(cls, _iri(p)): _number(n) for cls in classes if uses for p, n in select(engine, _of_class(cls)).rows},
        linksets(engine),
    )


def _iri(term: Term | None) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - graphs of a release and predicates are always IRIs
    return term


def _number(term: Term | None) -> int:
    assert isinstance(term, Literal)  # noqa: S101 - a COUNT
    return int(term.value)


def _sizes(row: tuple[Term | None, ...] | list[Term | None]) -> Sizes:
    return Sizes(*map(_number, row))


def describe_classes(classes: dict[NamedNode, int]) -> Iterator[Triple]:
    """Yield each class with the number of its entities."""
    for cls, entities in classes.items():
        part = _part("class", cls)
        yield Triple(DATASET, name("void:classPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:class"), cls)
        yield Triple(part, name("void:entities"), integer(entities))


def describe_properties(properties: dict[NamedNode, Sizes]) -> Iterator[Triple]:
    """Yield each property with the number of its triples, subjects and objects."""
    for predicate, sizes in properties.items():
        part = _part("property", predicate)
        yield Triple(DATASET, name("void:propertyPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:property"), predicate)
        yield from with_sizes(part, sizes)


def describe_uses(counts: Counts) -> Iterator[Triple]:
    """Yield how often each class uses each property."""
    for (cls, predicate), triples in counts.uses.items():
        part = NamedNode(f"{_part('class', cls).value}-property-{_slug(predicate)}")
        yield Triple(_part("class", cls), name("void:propertyPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:property"), predicate)
        yield Triple(part, name("void:triples"), integer(triples))


def with_sizes(part: NamedNode, sizes: Sizes) -> Iterator[Triple]:
    """Yield the three sizes of a part, or of the whole."""
    yield Triple(part, name("void:triples"), integer(sizes.triples))
    yield Triple(part, name("void:distinctSubjects"), integer(sizes.subjects))
    yield Triple(part, name("void:distinctObjects"), integer(sizes.objects))


def integer(number: int) -> Literal:
    """Return a number as ``xsd:integer``."""
    return Literal(str(number), datatype=name("xsd:integer"))


def _part(kind: str, term: NamedNode) -> NamedNode:
    return name(f"dataset:{kind}-{_slug(term)}")


def _slug(term: NamedNode) -> str:
    """Return a fragment for a term: its compact IRI with a hyphen, or a hash if no prefix matches."""
    short = curie(term)
    if short == term.value:
        return hashlib.sha256(term.value.encode()).hexdigest()[:16]
    return quote(short.replace(":", "-", 1), safe="")


_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def service_description(counts: Counts, endpoint: NamedNode) -> list[Triple]:
    """Return the endpoint and its dataset in SPARQL 1.1 Service Description.

    Terms: https://www.w3.org/TR/sparql11-service-description/.
    """
    service = NamedNode(f"{endpoint.value}#service")
    return [
        Triple(service, name("rdf:type"), name("sd:Service")),
        Triple(service, name("sd:endpoint"), endpoint),
        Triple(service, name("sd:supportedLanguage"), name("sd:SPARQL11Query")),
        Triple(service, name("sd:feature"), name("sd:UnionDefaultGraph")),
        Triple(service, name("sd:defaultEntailmentRegime"), _SIMPLE),
        Triple(service, name("sd:defaultDataset"), DATASET),
        *(Triple(service, name("sd:resultFormat"), _format(form)) for form in FORMS.values()),
        *describe_contents(counts, endpoint),
    ]


def describe_contents(counts: Counts, endpoint: NamedNode) -> Iterator[Triple]:
    """Yield the dataset of an endpoint: its graphs, their sizes, its partitions."""
    yield from (Triple(DATASET, name("rdf:type"), name(cls)) for cls in ("sd:Dataset", "void:Dataset"))
    yield from in_languages(DATASET, "dcterms:title", TITLES)
    yield Triple(DATASET, name("dcterms:license"), LICENSE)
    yield Triple(DATASET, name("owl:versionInfo"), Literal(counts.release_id))
    yield Triple(DATASET, name("void:sparqlEndpoint"), endpoint)
    yield Triple(DATASET, name("void:uriSpace"), Literal(PREFIXES["id"]))
    yield from (Triple(DATASET, name("void:feature"), _format(form)) for form in GRAPH_FORMS)
    yield from (Triple(DATASET, name("void:vocabulary"), vocabulary) for vocabulary in vocabularies(counts))
    yield from with_sizes(DATASET, counts.whole)
    yield Triple(DATASET, name("void:classes"), integer(len(counts.classes)))
    yield Triple(DATASET, name("void:properties"), integer(len(counts.properties)))
    yield Triple(DATASET, name("sd:defaultGraph"), UNION)
    yield from (Triple(DATASET, name("sd:namedGraph"), graph) for graph in counts.graphs)
    yield from (Triple(DATASET, name("void:subset"), graph) for graph in counts.graphs)
    yield Triple(UNION, name("rdf:type"), name("sd:Graph"))
    yield Triple(UNION, name("void:triples"), integer(counts.whole.triples))
    yield from _graphs(counts)
    yield from describe_classes(counts.classes)
    yield from describe_properties(counts.properties)


def vocabularies(counts: Counts) -> list[NamedNode]:
    """Return the namespaces of the classes and properties in use."""
    terms = [term.value for term in (*counts.classes, *counts.properties)]
    spaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
    return [NamedNode(space) for space in sorted(spaces - {""})]


def _graphs(counts: Counts) -> Iterator[Triple]:
    """Yield the named graphs; the IRI of a graph is both the graph and its name, as in the graph ``meta``."""
    for graph, triples in counts.graphs.items():
        yield from (Triple(graph, name("rdf:type"), name(cls)) for cls in ("sd:NamedGraph", "sd:Graph", "void:Dataset"))
        yield Triple(graph, name("sd:name"), graph)
        yield Triple(graph, name("sd:graph"), graph)
        yield Triple(graph, name("void:triples"), integer(triples))
        if graph in counts.kinds:
            yield Triple(graph, name("fyp:statementKind"), counts.kinds[graph])


def _format(form: Form) -> NamedNode:
    """Return the IRI at https://www.w3.org/ns/formats/; pyoxigraph has another one for JSON-LD."""
    return NamedNode(FORMATS + form.format.iri.rpartition("/")[2])


_PERIOD = name("dataset:period")


def void_description(counts: Counts, site: Site) -> list[Triple]:
    """Return the dataset with its links, its files, and the use of properties by class."""
    return [
        Triple(site.document, name("rdf:type"), name("void:DatasetDescription")),
        Triple(site.document, name("dcterms:title"), Literal("VoID description", language="en")),
        Triple(site.document, name("dcterms:creator"), FOUNDERS),
        Triple(site.document, name("foaf:primaryTopic"), DATASET),
        *describe_contents(counts, site.endpoint),
        *describe_itself(),
        *_at_site(site),
        *describe_linksets(counts.links),
        *describe_uses(counts),
    ]


def describe_itself() -> Iterator[Triple]:
    """Yield what is the same for every release and server."""
    yield from in_languages(DATASET, "dcterms:description", DESCRIPTIONS)
    for predicate in ("dcterms:creator", "dcterms:publisher"):
        yield Triple(DATASET, name(predicate), FOUNDERS)
    yield from (Triple(DATASET, name("dcterms:subject"), theme) for theme in THEMES)
    yield from (Triple(DATASET, name("dcterms:language"), term) for term in LANGUAGE_TERMS.values())
    yield Triple(DATASET, name("dcterms:spatial"), CHINA)
    yield Triple(DATASET, name("dcterms:temporal"), _PERIOD)
    yield Triple(DATASET, name("void:uriRegexPattern"), Literal(f"^{re.escape(PREFIXES['id'])}{SLUG.pattern}$"))
    yield Triple(CHINA, name("rdf:type"), name("dcterms:Location"))
    yield Triple(_PERIOD, name("rdf:type"), name("dcterms:PeriodOfTime"))
    yield Triple(_PERIOD, name("dcat:startDate"), Literal(FIRST_DAY, datatype=name("xsd:date")))
    yield Triple(_PERIOD, name("dcat:endDate"), Literal(LAST_DAY, datatype=name("xsd:date")))
    yield Triple(FOUNDERS, name("rdf:type"), name("foaf:Agent"))
    yield Triple(FOUNDERS, name("foaf:name"), Literal(AUTHOR))


def describe_in_release(counts: Counts) -> list[Triple]:
    """Return the VoID statements that a release contains about itself.

    They depend neither on a server nor on these statements themselves. ``counts`` are those of the release without
    them. Terms that they use, such as ``rdf:type``, are not counted. The VoID document of a server is made later and
    has those numbers too.
    """
    triples = [
        Triple(DATASET, name("rdf:type"), name("void:Dataset")),
        *in_languages(DATASET, "dcterms:title", TITLES),
        Triple(DATASET, name("dcterms:license"), LICENSE),
        Triple(DATASET, name("void:uriSpace"), Literal(PREFIXES["id"])),
        *(Triple(DATASET, name("void:vocabulary"), vocabulary) for vocabulary in vocabularies(counts)),
        *(Triple(DATASET, name("void:subset"), graph) for graph in counts.graphs),
        *describe_itself(),
        *describe_linksets(counts.links),
    ]
    parts = [*describe_classes(counts.classes), *describe_properties(counts.properties)]
    # a count of a term that the description uses would change with the description, so it is left out (decision 0021)
    own: set[object] = {name("fyp:statementKind"), name("sd:NamedGraph")}
    own |= {triple.predicate for triple in (*triples, *parts)}
    own |= {triple.object for triple in (*triples, *parts) if triple.predicate == name("rdf:type")}
    triples += describe_classes({cls: n for cls, n in counts.classes.items() if cls not in own})
    triples += describe_properties({triple: sizes for triple, sizes in counts.properties.items() if triple not in own})
    return triples


def _at_site(site: Site) -> Iterator[Triple]:
    yield Triple(DATASET, name("foaf:homepage"), site.home)
    yield Triple(DATASET, name("foaf:page"), site.page)
    yield Triple(DATASET, name("void:exampleResource"), site.example)
    if site.search is not None:
        yield Triple(DATASET, name("void:openSearchDescription"), site.search)
    if site.built_on is not None:
        yield from (
            Triple(DATASET, name(predicate), date(site.built_on))
            for predicate in ("dcterms:issued", "dcterms:modified")
        )
    yield from (Triple(DATASET, name("void:dataDump"), dump.address) for dump in site.dumps)


def date(day: datetime.date) -> Literal:
    """Return a day as ``xsd:date``."""
    return Literal(day.isoformat(), datatype=name("xsd:date"))
