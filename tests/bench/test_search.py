"""The labels of the search bench: the same each time, and the same ones in the index and in the store."""

from __future__ import annotations

from pyoxigraph import Literal

from kg.core.names import name, thing
from kg.search import Entry, Role, Text
from tests.bench.search import LABEL, LABELS_A_THING, TYPE, quads_of, synthetic

REAL = [
    Entry(
        thing("plan-x"),
        (
            Text(Role.LABEL, "en", "Plan of data"),
            Text(Role.LABEL, "de", "Plan"),
            Text(Role.LABEL, "zh", "数据规划"),
        ),
        (name("fyp:SectoralPlan"),),
    )
]


def test_the_same_number_gives_the_same_labels() -> None:
    made = list(synthetic(REAL, 5))
    assert made == list(synthetic(REAL, 5))
    assert len({entry.thing for entry in made}) == 5


def test_every_label_that_is_searched_is_also_filtered() -> None:
    for entry in synthetic(REAL, 5):
        quads = list(quads_of(entry))
        labels = [quad.object for quad in quads if quad.predicate == LABEL]
        assert labels == [Literal(text.text, language=text.language) for text in entry.texts if text.role is Role.LABEL]
        assert len(labels) == LABELS_A_THING
        assert [quad.object for quad in quads if quad.predicate == TYPE] == list(REAL[0].kinds)
