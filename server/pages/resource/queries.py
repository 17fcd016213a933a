"""The queries that give what pages of things show, for whoever wants to ask further."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import PREFIXES, curie, graph, slug_of


def statements_query(thing: NamedNode) -> str:
    """A query for all statements about a thing, each with its graph."""
    return f"""{_prefixes("id", "fyp", "skos")}
# Everything that is stated of {curie(thing)}, and everything that names it, with the graph that says so
SELECT ?graph ?subject ?property ?object WHERE {{
  VALUES ?thing {{ {_written(thing)} }}
  {{ GRAPH ?graph {{ ?thing ?property ?object }} BIND(?thing AS ?subject) }}
  UNION
  {{ GRAPH ?graph {{ ?subject ?property ?thing }} BIND(?thing AS ?object) }}
}} ORDER BY ?graph ?property ?subject ?object"""


def property_query(thing: NamedNode, property_: NamedNode, *, inverse: bool) -> str:
    """A query for all statements about a thing with one property, as its page shows them."""
    triple = f"?subject {property_} {thing}" if inverse else f"{thing} {property_} ?object"
    variable = "?subject" if inverse else "?object"
    rule = f" FILTER(?graph != {graph('inferred')})" if inverse else ""
    return f"SELECT ?graph {variable} WHERE {{\n  GRAPH ?graph {{ {triple} }}{rule}\n}} ORDER BY {variable} ?graph"


def _prefixes(*names: str) -> str:
    return "\n".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in names)


def _written(thing: NamedNode) -> str:
    return curie(thing) if slug_of(thing) is not None else str(thing)
