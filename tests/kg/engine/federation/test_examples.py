"""The queries of docs/how-to/federation.md are right: parts for this graph have rows, and the rest parses."""

from __future__ import annotations

import re

import pytest

from kg.core.settings import PROJECT, SETTINGS, Settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.federation.allow import AllowList
from kg.engine.federation.engine import FederatingEngine, read_clauses
from kg.engine.federation.fetch import Fetcher
from kg.engine.store import Store
from kg.release import Release
from tests.kg.engine.federation.remote import LIMITS, Closable, says, serving, table

PAGE = (PROJECT / "docs" / "how-to" / "federation.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```sparql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
HERE = "https://your-host.example/sparql"
INWARD = [text for text in EXAMPLES if HERE in text]
OUTWARD = [text for text in EXAMPLES if HERE not in text]


def test_there_are_examples_both_ways() -> None:
    assert len(INWARD) >= 2
    assert OUTWARD


@pytest.mark.parametrize("text", INWARD)
def test_what_an_example_asks_of_this_graph_has_rows(text: str, engine: EmbeddedEngine) -> None:
    parts = read_clauses(text)
    (clause,) = parts.clauses
    assert select(engine, parts.sub_query(clause, 100)).rows
    select(engine, parts.filled(["VALUES ?item {}"]))


@pytest.mark.parametrize("text", OUTWARD)
def test_an_example_that_begins_here_joins_with_this_graph(
    text: str, store: Store, release: Release, settings: Settings
) -> None:
    cells = {
        "item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q11660"},
        "name": {"type": "literal", "xml:lang": "fr", "value": "intelligence artificielle"},
    }
    with serving(says(table(cells))) as remote:
        local = Closable(store, release.release_id, settings.max_nesting)
        engine = FederatingEngine(local, Fetcher(AllowList.parse(remote.authority), LIMITS), settings.max_nesting)
        joined = select(engine, text.replace("https://query.wikidata.org/sparql", remote.url))
    assert joined.rows


def test_the_page_names_every_setting_of_federation_with_its_default() -> None:
    for setting in SETTINGS:
        if setting.name.startswith("federation_") and setting.name != "federation_allow":
            assert re.search(rf"`{setting.variable}` \| .* \| {str(setting.default).removesuffix('.0')}\b", PAGE)
