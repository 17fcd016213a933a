"""The vocabularies that we link to: the table of the code and the check of the graph know the same identifiers."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad

from kg.build.checks import read_checks, run_checks
from kg.core.names import graph, name, thing
from kg.core.vocabularies import VOCABULARIES, vocabulary_of
from kg.engine.store import Store

GOOD = {
    "cso": [
        "https://cso.kmi.open.ac.uk/topics/big_data",
        "https://cso.kmi.open.ac.uk/topics/vehicle-to-infrastructure",
    ],
    "dbpedia": ["http://dbpedia.org/resource/5G", "http://dbpedia.org/resource/Software-defined_networking"],
    "eurovoc": ["http://eurovoc.europa.eu/3030", "http://eurovoc.europa.eu/c_83235c0f"],
    "geonames": ["https://sws.geonames.org/1814991/"],
    "gnd": ["https://d-nb.info/gnd/4033447-8", "https://d-nb.info/gnd/1044255552"],
    "lcsh": [
        "http://id.loc.gov/authorities/subjects/sh85008180",
        "http://id.loc.gov/authorities/subjects/sh2012003227",
    ],
    "openalex": ["https://openalex.org/C154945302"],
    "sdg": [
        "http://metadata.un.org/sdg/9",
        "http://metadata.un.org/sdg/9.c",
        "http://metadata.un.org/sdg/17.10",
        "http://metadata.un.org/sdg/C090c01",
        "http://metadata.un.org/sdg/codes/geoArea/156",
    ],
    "stw": ["http://zbw.eu/stw/descriptor/15611-3"],
    "unesco": ["http://vocabularies.unesco.org/thesaurus/concept3052"],
    "wikidata": ["http://www.wikidata.org/entity/Q11660"],
    "yso": ["http://www.yso.fi/onto/yso/p2616"],
}
BAD = {
    "cso": ["https://cso.kmi.open.ac.uk/topics/Big Data".replace(" ", "%20"), "https://cso.kmi.open.ac.uk/topics/"],
    "dbpedia": ["http://dbpedia.org/resource/big_data", "https://en.dbpedia.org/page/5G"],
    "eurovoc": ["http://eurovoc.europa.eu/c_123", "https://eurovoc.europa.eu/3030", "http://eurovoc.europa.eu/03030"],
    "geonames": ["https://www.geonames.org/1814991", "https://sws.geonames.org/1814991", "http://sws.geonames.org/1/"],
    "gnd": ["http://d-nb.info/gnd/4033447-8", "https://d-nb.info/gnd/abc"],
    "lcsh": ["https://id.loc.gov/authorities/subjects/sh85008180", "http://id.loc.gov/authorities/names/n79091151"],
    "openalex": ["https://openalex.org/W2741809807", "http://openalex.org/C154945302"],
    "sdg": ["http://metadata.un.org/sdg/9-5", "http://metadata.un.org/sdg/C9", "https://metadata.un.org/sdg/9.5"],
    "stw": ["http://zbw.eu/stw/15611-3", "https://zbw.eu/stw/descriptor/15611-3", "http://zbw.eu/stw/descriptor/15611"],
    "unesco": ["http://vocabularies.unesco.org/thesaurus/450"],
    "wikidata": ["https://www.wikidata.org/wiki/Q11660", "http://www.wikidata.org/entity/Q011660"],
    "yso": ["http://www.yso.fi/onto/yso/2616", "https://www.yso.fi/onto/yso/p2616"],
}
CHECK = [check for check in read_checks() if check.slug.startswith("external-identifier-malformed")]


def is_accepted_by_the_check(iri: str) -> bool:
    store = Store([Quad(thing("a"), name("skos:closeMatch"), NamedNode(iri), graph("links"))])
    return not run_checks(store, CHECK)


@pytest.mark.parametrize(("prefix", "iri"), [(prefix, iri) for prefix, iris in GOOD.items() for iri in iris])
def test_an_identifier_is_known_to_its_vocabulary_and_to_the_check(prefix: str, iri: str) -> None:
    assert vocabulary_of(NamedNode(iri)) == VOCABULARIES[prefix]
    assert VOCABULARIES[prefix].holds(NamedNode(iri))
    assert is_accepted_by_the_check(iri)


@pytest.mark.parametrize(("prefix", "iri"), [(prefix, iri) for prefix, iris in BAD.items() for iri in iris])
def test_a_malformed_identifier_is_refused_by_both(prefix: str, iri: str) -> None:
    assert not VOCABULARIES[prefix].holds(NamedNode(iri))
    assert not is_accepted_by_the_check(iri)


def test_every_vocabulary_has_examples_and_is_named_after_its_prefix() -> None:
    assert set(GOOD) == set(BAD) == set(VOCABULARIES)
    assert all(prefix == vocabulary.prefix for prefix, vocabulary in VOCABULARIES.items())


def test_the_check_is_there() -> None:
    assert len(CHECK) == 1


def test_what_lies_elsewhere_belongs_to_no_vocabulary() -> None:
    assert vocabulary_of(NamedNode("https://example.org/5g")) is None
