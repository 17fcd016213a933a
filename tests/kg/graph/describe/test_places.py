"""Where something is said."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import graph, name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.describe.places import Place, places_of


def number(value: int) -> Literal:
    return Literal(str(value), datatype=name("xsd:integer"))


def test_each_of_very_many_places_is_told() -> None:
    quads, expected = [], {}
    for n in range(250):
        place = thing(f"passage-{n}-{n + 1}")
        said: dict[str, NamedNode | Literal] = {
            "rdf:type": name("fyp:Evidence"),
            "fyp:lineNumber": number(n + 1),
            "fyp:startOffset": number(n),
        }
        said |= {"fyp:endOffset": number(n + 1), "fyp:inSection": thing("section-a")}
        quads += [Quad(place, name(key), value, graph("source")) for key, value in said.items()]
        expected[place] = Place(place, line=n + 1, start=n, end=n + 1, section=thing("section-a"))
    engine = EmbeddedEngine(Store(quads), "places", 10)
    assert places_of(engine, expected) == expected
    assert places_of(engine, [thing("passage-7-8"), thing("plan-a")]) == {
        thing("passage-7-8"): expected[thing("passage-7-8")]
    }
    assert places_of(engine, []) == {}
