"""The template agrees with the code that it describes."""

from __future__ import annotations

from typing import Any

import pytest

from kg.core.names import LANGUAGES
from kg.graph.neighbours import TRUSTS
from kg.output.citation import CITATIONS
from kg.release.dump.formats import NAME, SUMS_FILE
from kg.search import MOST_CHARACTERS, MatchKind
from server.api.labels import MOST_THINGS
from server.api.openapi.template import ENGINE_ERRORS, Json, read_template
from server.core import question_params, search_params
from server.core.http.problem_document import STATUS
from server.pages.explorer.view_state import MOST_LEFT_OUT, MOST_OPENED, MOST_STARTS
from server.pages.ontology.glossary import LONGEST_FILTER


def parameter(path: str, name: str) -> Json:
    """The schema of a parameter of GET."""
    parameters = read_template().paths[path]["get"]["parameters"]
    schema: Json = next(entry["schema"] for entry in parameters if entry.get("name") == name)
    return schema


def shared(name: str) -> Json:
    """The schema of a parameter that the canned questions share."""
    schema: Json = read_template().components["parameters"][name]["schema"]
    return schema


@pytest.mark.parametrize(
    ("described", "actual"),
    [
        (lambda: shared("page")["maximum"], question_params.LAST_PAGE),
        (lambda: shared("size")["maximum"], question_params.LARGEST_PAGE),
        (lambda: shared("size")["default"], question_params.PAGE_ROWS),
        (lambda: shared("lang")["enum"], list(LANGUAGES)),
        (lambda: shared("theme")["enum"], list(question_params.THEMES)),
        (lambda: shared("width")["enum"], list(question_params.WIDTHS)),
        (lambda: parameter("/search", "page")["maximum"], search_params.LAST_PAGE),
        (lambda: parameter("/search", "size")["maximum"], search_params.LARGEST_PAGE),
        (lambda: parameter("/search", "size")["default"], search_params.PAGE_HITS),
        (lambda: parameter("/search", "q")["maxLength"], MOST_CHARACTERS),
        (lambda: parameter("/explore", "q")["maxLength"], MOST_CHARACTERS),
        (lambda: parameter("/explore", "start")["maxItems"], MOST_STARTS),
        (lambda: parameter("/explore", "open")["maxItems"], MOST_OPENED),
        (lambda: parameter("/explore", "hide")["maxItems"], MOST_LEFT_OUT),
        (lambda: parameter("/explore", "without")["maxItems"], MOST_LEFT_OUT),
        (lambda: parameter("/labels", "iri")["maxItems"], MOST_THINGS),
        (lambda: parameter("/ontology", "q")["maxLength"], LONGEST_FILTER),
    ],
)
def test_a_limit_is_that_of_the_code(described: Any, actual: object) -> None:
    assert described() == actual


def test_an_enumeration_of_a_schema_is_that_of_the_code() -> None:
    schemas = read_template().components["schemas"]
    hit = schemas["SearchResults"]["properties"]["hits"]["items"]
    assert hit["properties"]["how"]["enum"] == [kind.value for kind in MatchKind]
    kind = schemas["Neighbours"]["properties"]["kinds"]["items"]
    trust = kind["properties"]["neighbours"]["items"]["properties"]["trust"]
    assert trust["items"]["enum"] == list(TRUSTS)


def test_each_reference_manager_has_its_files() -> None:
    paths = read_template().paths
    for ending, citation in CITATIONS.items():
        of_resource = paths[f"/page/{{slug}}.{ending}"]["get"]["responses"]["200"]["content"]
        assert list(of_resource) == [citation.media_type]
    assert {f"/dumps/{SUMS_FILE}", f"/dumps/{NAME}.{{ending}}.{{packing}}"} <= paths.keys()


def test_every_value_is_filled_in() -> None:
    def names(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [name for value in part.values() for name in names(value)]
        if isinstance(part, list):
            return [name for value in part for name in names(value)]
        return [part] if isinstance(part, str) and part.startswith("$") else []

    template = read_template()
    assert names([template.head, template.paths, template.components]) == []


def test_each_error_names_its_kinds_and_the_engine_has_all_of_its_own() -> None:
    responses = read_template().components["responses"]
    for error, status in STATUS.items():
        assert error.__name__ in responses[f"problem-{status}"]["description"]
    search = read_template().paths["/search"]["get"]["responses"]
    assert {str(status) for status in (400, *ENGINE_ERRORS)} <= search.keys()
    assert search["429"] == {"$ref": "#/components/responses/problem-429"}


def test_a_list_is_spliced_into_a_list_and_replaces_a_word() -> None:
    sparql = read_template().paths["/sparql"]["get"]["responses"]["200"]["content"]
    assert {"application/sparql-results+json", "text/turtle", "text/html"} <= sparql.keys()
    assert parameter("/reconcile/{language}", "language")["enum"] == list(LANGUAGES)
