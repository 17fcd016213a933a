"""Every IRI of ours in the data leads somewhere at this server, in each form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from kg.core.media_types import FORMS
from kg.core.names import PREFIXES, ROOT, slug_of
from kg.engine.store import Store
from server.pages.resource.lookup import DATA_FORMS

pytestmark = pytest.mark.slow

_RETIRED = NamedNode("http://www.w3.org/2002/07/owl#deprecated")


@pytest.fixture(scope="module")
def ours(store: Store) -> list[NamedNode]:
    """Return every IRI below our root that is in a statement, and every graph."""
    terms = {term for quad in store for term in quad if isinstance(term, NamedNode) and term.value.startswith(ROOT)}
    return sorted(terms, key=lambda iri: iri.value)


@pytest.fixture(scope="module")
def retired(store: Store) -> set[str]:
    return {
        slug
        for quad in store
        if quad.predicate == _RETIRED and isinstance(quad.subject, NamedNode) and (slug := slug_of(quad.subject))
    }


@pytest.fixture(scope="module")
def asking(app: Flask) -> FlaskClient:
    return app.test_client()


def things(ours: list[NamedNode], retired: set[str]) -> Iterator[str]:
    return (slug for iri in ours if (slug := slug_of(iri)) and slug not in retired)


def test_every_thing_leads_to_its_page_and_to_each_form_of_data(
    asking: FlaskClient, ours: list[NamedNode], retired: set[str]
) -> None:
    slugs = list(things(ours, retired))
    assert len(slugs) > 2_000
    for place, slug in enumerate(slugs):
        ending = DATA_FORMS[place % len(DATA_FORMS)]  # all forms are asked of every fourth; of the others one each
        for form in DATA_FORMS if place % 16 == 0 else (ending,):
            led = asking.get(f"/id/{slug}", headers={"Accept": FORMS[form].media_type})
            assert (led.status_code, led.headers["Location"]) == (303, f"/data/{slug}.{form}")
            assert asking.get(led.headers["Location"]).status_code == 200
        browser = asking.get(f"/id/{slug}", headers={"Accept": "text/html"})
        assert (browser.status_code, browser.headers["Location"]) == (303, f"/page/{slug}")


def test_what_is_retired_says_so(asking: FlaskClient, retired: set[str]) -> None:
    assert retired
    assert {asking.get(f"/id/{slug}").status_code for slug in retired} == {410}


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "application/rdf+xml"])
def test_all_else_of_ours_is_answered(asking: FlaskClient, ours: list[NamedNode], accept: str) -> None:
    documents = {iri.value.partition("#")[0] for iri in ours if not iri.value.startswith(PREFIXES["id"])}
    unanswered = []
    for document in sorted(documents):
        path = "/" + document.removeprefix(ROOT)
        # a page is no data, and a question is asked in forms of its own
        wanted = accept if not path.startswith(("/q/", "/problem/")) else "text/html"
        with asking.get(path, headers={"Accept": wanted + ", */*;q=0.1"}, follow_redirects=True) as response:
            if response.status_code != 200:
                unanswered.append((response.status_code, path))
    assert unanswered == []
