"""The forms that an answer can take: media types, endings, and pyoxigraph's formats behind them."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True)
class Form:
    """A serialisation: its short name (also a file ending), its media type, further media types it goes by.

    ``called`` is what it is called in ``format=`` by clients that do not ask which names there are (SPARQLWrapper).
    """

    ending: str
    media_type: str
    format: QueryResultsFormat | RdfFormat
    also: tuple[str, ...] = ()
    called: tuple[str, ...] = ()

    def has_name(self, name: str) -> bool:
        """Return True if a name means this form."""
        return name in (self.ending, self.media_type, *self.also, *self.called)

    @property
    def is_text(self) -> bool:
        """True if ``charset=utf-8`` belongs in the Content-Type."""
        return self.media_type.startswith("text/")


RESULT_FORMS = (
    Form("srj", "application/sparql-results+json", QueryResultsFormat.JSON, ("application/json",), ("json",)),
    Form("srx", "application/sparql-results+xml", QueryResultsFormat.XML, ("application/xml", "text/xml"), ("xml",)),
    Form("csv", "text/csv", QueryResultsFormat.CSV),
    Form("tsv", "text/tab-separated-values", QueryResultsFormat.TSV),
)

GRAPH_FORMS = (
    Form("ttl", "text/turtle", RdfFormat.TURTLE, ("application/turtle", "application/x-turtle"), ("turtle",)),
    # N-Triples was text/plain before it had a media type of its own (RDF Test Cases, 2004)
    Form("nt", "application/n-triples", RdfFormat.N_TRIPLES, ("text/plain",)),
    Form("rdf", "application/rdf+xml", RdfFormat.RDF_XML, ("application/xml", "text/xml"), ("rdf+xml", "xml")),
    Form("jsonld", "application/ld+json", RdfFormat.JSON_LD, ("application/json",), ("json-ld", "json")),
    Form("n3", "text/n3", RdfFormat.N3),
    Form("trig", "application/trig", RdfFormat.TRIG, ("application/x-trig",)),
    Form("nq", "application/n-quads", RdfFormat.N_QUADS),
)

FORMS = {form.ending: form for form in RESULT_FORMS + GRAPH_FORMS}
