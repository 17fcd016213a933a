"""Which statements link things: those that the graph makes, and of those that follow by rule what no other says."""

from __future__ import annotations

from kg.core.names import sparql_prologue

PROLOGUE = sparql_prologue("fyp", "graph", "id")

# What follows by rule mostly turns a statement round, widens its property, or takes two steps in one. These three
# say what is not stated of the two things in any other way.
FOLLOWING = ("fyp:mentionsTechnology", "fyp:coversTechnology", "fyp:planCooperatesOn")

LINKING = f"""?graph fyp:statementKind ?kind
  FILTER(?kind NOT IN (fyp:kindQuestions, fyp:kindMeta, fyp:kindOntology))
  FILTER(?kind != fyp:kindInferred || ?property IN ({", ".join(FOLLOWING)}))
  FILTER(?property != fyp:coversTechnology || NOT EXISTS {{ ?from fyp:mentionsTechnology ?to }})"""
"""What must hold of ``?from ?property ?to`` in ``?graph``; who covers a technology by naming it is said to name it."""

THINGS_ONLY = "FILTER(isIRI(?other) && ?other != ?thing && STRSTARTS(STR(?other), STR(id:)))"

CLASS = "GRAPH ?typing { ?other a ?class } FILTER(?typing != graph:inferred)"


def way(thing: str, property_: str, *, inverse: bool) -> str:
    """The statements that a thing makes, or those that others make with it, as ``?from ?property ?to``.

    Both the thing and the property are terms, or the variables ``?thing`` and ``?property``.
    """
    stated = f"?other {property_} {thing}" if inverse else f"{thing} {property_} ?other"
    ends = ("?other", thing) if inverse else (thing, "?other")
    fixed = [
        f"BIND({value} AS {variable})"
        for value, variable in ((thing, "?thing"), (property_, "?property"))
        if value != variable
    ]
    told = f"BIND({ends[0]} AS ?from) BIND({ends[1]} AS ?to) {' '.join(fixed)}"
    return f"GRAPH ?graph {{ {stated} }} {told} BIND({'true' if inverse else 'false'} AS ?inverse)"
