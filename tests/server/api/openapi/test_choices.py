"""The choices come from the graph, with labels."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.names import curie, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.labels import labels_of
from kg.questions.catalogue import options_of
from server.api.openapi.questions import choices_of
from tests.catalogue import project_catalogue


def test_the_choices_are_those_of_the_forms_with_their_labels(engine: EmbeddedEngine) -> None:
    catalogue = project_catalogue()
    choices = choices_of(catalogue, engine)
    question = catalogue.get("objectives-mentioning-technology")
    technologies = [option.value for option in options_of(question.parameters[0], engine)]
    listed = choices[f"{question.slug}.technology"]
    assert [choice.value for choice in listed] == [
        curie(technology) for technology in technologies if isinstance(technology, NamedNode)
    ]
    big_data = thing("technology-big-data")
    labels = {choice.value: choice.label for choice in listed}
    assert labels[curie(big_data)] == labels_of(engine, [big_data])[big_data]["en"].text
    scopes = choices[f"{question.slug}.scope"]
    assert [choice.label for choice in scopes] == [
        option.labels["en"] for option in question.parameters[1].fixed_options
    ]
    assert choices["technology-pairs.minimum"] == []
