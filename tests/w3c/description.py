"""The schema of SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import PREFIXES, name

_SD = PREFIXES["sd"]
_TYPE = name("rdf:type")

_CLASSES = {
    *("Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile"),
    *("GraphCollection", "Dataset", "Graph", "NamedGraph"),
}
_DOMAIN_AND_RANGE = {  # an empty range: any IRI
    "endpoint": ("Service", ""),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
_MEMBERS = {
    "Feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}
_BROADER = {"Dataset": "GraphCollection"}
_ENTAILMENT = "http://www.w3.org/ns/entailment/"


def against_schema(quads: Iterable[Quad]) -> Iterator[str]:
    """Return the parts of a service description that are not as the schema wants them."""
    triples = list(quads)
    types: dict[object, set[str]] = {}
    for quad in triples:
        if quad.predicate == _TYPE and isinstance(quad.object, NamedNode) and quad.object.value.startswith(_SD):
            local = quad.object.value.removeprefix(_SD)
            types.setdefault(quad.subject, set()).update({local, _BROADER.get(local, local)})
            if local not in _CLASSES:
                yield f"there is no class sd:{local}"
    services = [subject for subject, classes in types.items() if "Service" in classes]
    if len(services) != 1:
        yield f"{len(services)} services are described, not one"
    for quad in triples:
        if quad.predicate.value.startswith(_SD):
            yield from _against_property(quad, types)


def _against_property(quad: Quad, types: dict[object, set[str]]) -> Iterator[str]:
    local = quad.predicate.value.removeprefix(_SD)
    if local not in _DOMAIN_AND_RANGE:
        yield f"there is no property sd:{local}"
        return
    domain, wanted = _DOMAIN_AND_RANGE[local]
    if domain not in types.get(quad.subject, set()):
        yield f"the subject of sd:{local} is no sd:{domain}"
    if isinstance(quad.object, Literal):
        yield f"the object of sd:{local} is a literal"
    elif wanted and wanted not in types.get(quad.object, set()) and not _is_member(quad.object, wanted):
        yield f"the object of sd:{local} is no sd:{wanted}"


def _is_member(term: object, cls: str) -> bool:
    if not isinstance(term, NamedNode):
        return False
    if cls == "EntailmentRegime":
        return term.value.startswith(_ENTAILMENT)
    return term.value.removeprefix(_SD) in _MEMBERS.get(cls, set())
