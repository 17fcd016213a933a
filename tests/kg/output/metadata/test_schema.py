"""The dataset in the terms of schema.org is RDF without fetching a context."""

from __future__ import annotations

import json
from dataclasses import replace

import pyoxigraph
import pytest
from pyoxigraph import Literal, RdfFormat, Triple

from kg.core.names import PREFIXES, name
from kg.output.metadata import DATASET, LICENSE, Site, dataset_markup
from tests.kg.output.metadata.sites import FULL, SITE


def read(site: Site) -> set[Triple]:
    text = json.dumps(dataset_markup(site, "release", "https://example.org/release/release/"))
    return {quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.JSON_LD)}


@pytest.mark.parametrize("site", [SITE, FULL])
def test_the_markup_is_a_dataset_with_what_search_engines_ask_for(site: Site) -> None:
    content = read(site)
    assert Triple(DATASET, name("rdf:type"), name("schema:Dataset")) in content
    assert Triple(DATASET, name("schema:license"), Literal(LICENSE.value)) in content
    statements = {item.predicate for item in content if item.subject == DATASET}
    for term in ("name", "description", "creator", "url", "identifier", "distribution", "temporalCoverage"):
        assert name(f"schema:{term}") in statements, term
    (description,) = [item.object for item in content if item.predicate == name("schema:description")]
    assert isinstance(description, Literal)
    assert 50 <= len(description.value) <= 5000


def test_each_file_is_a_download_and_so_is_the_union_of_all_graphs() -> None:
    assert texts(FULL, "contentUrl") == {*(dump.address.value for dump in FULL.dumps), FULL.union.value}
    assert texts(FULL, "sha256") == {"af" * 32, "0" * 64}
    assert texts(FULL, "contentSize") == {"1234567 B", "5000000000 B"}


def texts(site: Site, term: str) -> set[str]:
    result = (content.object for content in read(site) if content.predicate == name(f"schema:{term}"))
    return {item.value for item in result if isinstance(item, Literal)}


def test_a_day_that_is_not_known_is_not_described() -> None:
    modified = name("schema:dateModified")
    assert {content.object for content in read(FULL) if content.predicate == modified} == {Literal("2026-11-25")}
    assert not [content for content in read(replace(FULL, built_on=None)) if content.predicate == modified]


def test_all_its_terms_are_of_schema_org() -> None:
    others = {content.predicate for content in read(FULL) if not content.predicate.value.startswith(PREFIXES["schema"])}
    assert others == {name("rdf:type")}
