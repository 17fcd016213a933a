"""The vocabularies that we link to: how each spells its identifiers, and in which languages it labels them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.errors import N_

# a slash without spaces around it belongs to a name
BETWEEN_LANGUAGES = " / "


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary elsewhere.

    Attributes:
        prefix: its prefix in a mapping file, which is also the name of the file.
        namespace: what its identifiers begin with; they denote concepts, never web pages.
        local: what follows, as a regular expression.
        title: its name within a sentence.
        short: its name as a mark beside a link.
        languages: in which our copies of its labels are; a label holds the names in several languages, with
            ``BETWEEN_LANGUAGES`` between them. Empty where the label does not tell.
    """

    prefix: str
    namespace: str
    local: str
    title: str
    short: str
    languages: tuple[str, ...] = ("en",)

    def holds(self, iri: NamedNode) -> bool:
        """Return True if an IRI has the form of this vocabulary's identifiers."""
        return re.fullmatch(re.escape(self.namespace) + self.local, iri.value) is not None


# A new vocabulary needs a line here and one in queries/checks/external-identifier-malformed-violation.rq.
VOCABULARIES = {
    vocabulary.prefix: vocabulary
    for vocabulary in (
        Vocabulary(
            "cso",
            "https://cso.kmi.open.ac.uk/topics/",
            r"[a-z0-9][a-z0-9_-]*",
            N_("the Computer Science Ontology"),
            "CSO",
        ),
        Vocabulary("dbpedia", "http://dbpedia.org/resource/", r"[A-Z0-9][^ /?#<>]*", "DBpedia", "DBpedia"),
        Vocabulary("eurovoc", "http://eurovoc.europa.eu/", r"(c_[0-9a-f]{8}|[1-9][0-9]*)", "EuroVoc", "EuroVoc"),
        Vocabulary("geonames", "https://sws.geonames.org/", r"[1-9][0-9]*/", "GeoNames", "GeoNames"),
        Vocabulary("gnd", "https://d-nb.info/gnd/", r"[0-9]+-?[0-9X]", N_("the GND"), "GND", ("de",)),
        Vocabulary(
            "lcsh",
            "http://id.loc.gov/authorities/subjects/",
            r"sh[0-9]{8,10}",
            N_("the Library of Congress Subject Headings"),
            "LCSH",
        ),
        Vocabulary("openalex", "https://openalex.org/", r"C[1-9][0-9]*", N_("the concepts of OpenAlex"), "OpenAlex"),
        Vocabulary(
            "sdg",
            "http://metadata.un.org/sdg/",
            r"([1-9][0-9]?(\.[0-9a-d]{1,2}(\.[0-9]{1,2})?)?|C[0-9]{3}[0-9a-z][0-9]{2}|codes/geoArea/[0-9]{3})",
            N_("the Sustainable Development Goals of the United Nations"),
            "UN SDG",
        ),
        Vocabulary(
            "stw",
            "http://zbw.eu/stw/descriptor/",
            r"[0-9]{5}-[0-9]",
            N_("the STW Thesaurus for Economics"),
            "STW",
            ("en", "de"),
        ),
        Vocabulary(
            "unesco",
            "http://vocabularies.unesco.org/thesaurus/",
            r"concept[0-9]+",
            N_("the UNESCO Thesaurus"),
            "UNESCO",
        ),
        Vocabulary("wikidata", "http://www.wikidata.org/entity/", r"Q[1-9][0-9]*", "Wikidata", "Wikidata", ()),
        Vocabulary(
            "yso", "http://www.yso.fi/onto/yso/", r"p[1-9][0-9]*", N_("the General Finnish Ontology YSO"), "YSO"
        ),
    )
}


def vocabulary_of(iri: NamedNode) -> Vocabulary | None:
    """Return the vocabulary of an IRI by its namespace, whether the IRI is well-formed or not."""
    return next((each for each in VOCABULARIES.values() if iri.value.startswith(each.namespace)), None)
