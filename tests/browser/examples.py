"""Every kind of page by an example: what tests of access and speed open, and what is photographed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.routing import Map

from kg.core.names import sparql_prologue

WHOLE_BYTES = 100_000
"""What a page may weigh, with all that it loads by itself, compressed."""

EDITOR_BYTES = 400_000


@dataclass(frozen=True)
class Example:
    """A page of one kind: its name in reports, its view, its address, and what it may weigh.

    ``status`` is that of the response; ``{release}`` in an address is replaced by the id of the current release.
    """

    name: str
    view: str
    path: str
    status: int = 200
    most_bytes: int = WHOLE_BYTES

    def at(self, release: str) -> str:
        """Its address, while this release is the current one."""
        return self.path.replace("{release}", release)


_PREFIXES = quote(sparql_prologue("rdfs", "skos"))
_FULL = quote("SELECT ?thing ?label WHERE { ?thing rdfs:label|skos:prefLabel ?label } ORDER BY ?label LIMIT 20")
_EMPTY = quote("SELECT ?thing WHERE { ?thing rdfs:label 'nobody' }")
_WRONG = quote("SELECT ?plan WHERE { ?plan a fyp:SectoralPlan ")
_OPENED = "plan-bd/fyp:coversTechnology/fyp:Technology"

EXAMPLES = (
    Example("home", "home.home", "/"),
    Example("questions", "canned.index", "/q/"),
    Example("question", "canned.page", "/q/targets-against-outcomes"),
    Example("question-form", "canned.page", "/q/mentions-of-a-technology"),
    Example("question-wide", "canned.page", "/q/discrepancies"),
    Example("question-wrong", "canned.page", "/q/mentions-of-a-technology?technology=nonsense", 400),
    Example("embedded", "canned.embed", "/q/planned-growth/embed"),
    Example("plan", "things.page", "/page/plan-ict"),
    Example("target", "things.page", "/page/ict-t1"),
    Example("technology", "things.page", "/page/technology-industrial-internet"),
    Example("values", "things.page", "/page/technology-big-data?inverse=fyp:mentionTechnology"),
    Example("search", "find.page", "/search?q=industrial"),
    Example("search-empty", "find.page", "/search"),
    Example("plans", "plans.index", "/plans"),
    Example("plan-glance", "plans.page", "/plans/plan-ict"),
    Example("compare-choose", "plans.comparison", "/compare"),
    Example("compare", "plans.comparison", "/compare?left=plan-ict&right=plan-ii"),
    Example("explore", "explore.page", "/explore"),
    Example("explored", "explore.page", f"/explore?start=plan-bd&open={quote(_OPENED)}", most_bytes=EDITOR_BYTES),
    Example("editor", "editor.page", "/editor", most_bytes=EDITOR_BYTES),
    Example("sparql", "sparql.endpoint", "/sparql", most_bytes=EDITOR_BYTES),
    Example("sparql-answer", "sparql.form", f"/sparql/form?query={_PREFIXES}{_FULL}", most_bytes=EDITOR_BYTES),
    Example("sparql-wrong", "sparql.form", f"/sparql/form?query={_WRONG}", 400, EDITOR_BYTES),
    Example("sparql-why", "sparql.endpoint", f"/sparql?explain=empty&query={_PREFIXES}{_EMPTY}"),
    Example("dataset", "datasets.page", "/dataset"),
    Example("dumps", "dumps.index", "/dumps/"),
    Example("exports", "downloads.index", "/exports"),
    Example("releases", "releases.releases", "/releases"),
    Example("pinned", "things.page", "/release/{release}/page/plan-ii"),
    Example("fragments", "fragments.triples", "/fragments?predicate=fyp:hasObjective"),
    Example("fragments-quads", "fragments.quads", "/fragments/quads"),
    Example("reconcile", "reconcile.about", "/reconcile/about"),
    Example("preview", "reconcile.preview", "/reconcile/preview?id=plan-ict"),
    Example("ontology", "ontology.current", "/ontology"),
    Example("ontology-version", "ontology.version", "/ontology/0.2.0?q=plan"),
    Example("shapes", "ontology.shapes_current", "/shapes"),
    Example("shapes-version", "ontology.shapes_version", "/shapes/0.2.0"),
    Example("status", "state.status", "/status"),
    Example("problem-kind", "kinds.page", "/problem/ThingUnknown"),
    Example("look", "look.page", "/look"),
    Example("missing", "", "/nowhere", 404),
)

# views whose answers are for programs, or lead on to a page
DATA = frozenset(
    {"canned.data", "citing.dataset", "citing.question", "citing.thing", "datasets.catalogue", "datasets.void"}
    | {"editor.ask", "editor.examples", "editor.layout", "editor.terms", "explore.entry", "explore.neighbours"}
    | {"labels.data", "query_snippets.data"}
    | {"diagrams.svg", "dumps.checksums", "dumps.file", "dumps.lasting", "exports.export", "exports.query"}
    | {"find.data", "graphs.direct", "graphs.indirect", "graphs.write", "linksets.json", "linksets.text"}
    | {"memento.timemap", "ontology.alignment", "ontology.alignment_file", "ontology.alignment_version"}
    | {"ontology.current_file", "ontology.modules", "ontology.shapes_file", "openapi.document"}
    | {"opensearch.description", "pictures.png", "pictures.png_of_thing", "pictures.svg", "pictures.svg_of_thing"}
    | {"pictures.vega", "pictures.vega_lite", "reconcile.endpoint", "reconcile.propose", "reconcile.suggest"}
    | {"sitemap.favicon", "sitemap.index", "sitemap.part", "sitemap.robots", "static"}
    | {"status.health", "status.read_metrics"}
    | {"downloads.cube", "downloads.export", "downloads.links", "downloads.links_to", "things.context", "things.data"}
    | {"things.identifier", "things.negotiated"}
)


def without_example(routes: Map) -> set[str]:
    """The views that are neither shown by an example nor known to answer programs only."""
    return {rule.endpoint for rule in routes.iter_rules()} - {example.view for example in EXAMPLES} - DATA
