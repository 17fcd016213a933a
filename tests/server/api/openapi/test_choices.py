"""What there is to pick from comes from the graph, with labels."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import curie, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.labels import labels_of
from kg.questions.binding import options_of
from kg.questions.catalogue import read_catalogue
from server.api.openapi.questions import choices_of


def test_the_choices_are_those_of_the_forms_with_their_labels(engine: EmbeddedEngine) -> None:
    catalogue = read_catalogue()
    found = choices_of(catalogue, engine)
    question = catalogue.get("objectives-mentioning-technology")
    technologies = [option.value for option in options_of(question.parameters[0], engine)]
    listed = found[f"{question.slug}.technology"]
    assert [one.value for one in listed] == [curie(one) for one in technologies if isinstance(one, NamedNode)]
    big_data = thing("technology-big-data")
    labels = {one.value: one.label for one in listed}
    assert labels[curie(big_data)] == labels_of(engine, [big_data])[big_data]["en"].text
    scopes = found[f"{question.slug}.scope"]
    assert [one.label for one in scopes] == [one.labels["en"] for one in question.parameters[1].fixed_options]
    assert found["technology-pairs.minimum"] == []
