"""What can be taken away for tools that speak no SPARQL: networks, tables of figures, a data cube, links."""

from __future__ import annotations

from pyoxigraph import RdfFormat

from kg.core.media_types import FORMS, GRAPH_FORMS
from kg.core.messages import N_
from kg.core.turtle import serialize
from kg.engine import Engine
from kg.links.export import exported_tables
from kg.output.datacube import cube
from kg.output.datapackage import DESCRIPTOR
from kg.output.datapackage.tables import TABLES
from kg.output.datapackage.writer import write_archive, write_files
from kg.output.graphml.delimited import write_edges, write_nodes
from kg.output.graphml.graphml import write_graphml
from kg.output.graphml.networks import read_network
from server.pages.downloads.files import Bodies, File, Group

CSV, JSON, TSV = "text/csv", "application/json", "text/tab-separated-values"
GRAPHML, ZIP = "application/graphml+xml", "application/zip"
INDICATORS = "exports/indicators"


CUBE_FORMS = {form.ending: form.format for form in GRAPH_FORMS if isinstance(form.format, RdfFormat)}
_SHOWN_FORMS = ("ttl", "jsonld", "nt", "rdf")


def _network(key: str, title: str, use: str) -> Group:
    graphml, nodes, edges = (f"exports/{key}{end}" for end in (".graphml", "/nodes.csv", "/edges.csv"))

    def make(engine: Engine) -> Bodies:
        network = read_network(engine, key)
        return {
            graphml: write_graphml(network),
            nodes: write_nodes(network).encode("utf-8"),
            edges: write_edges(network).encode("utf-8"),
        }

    files = (
        File(graphml, GRAPHML, N_("nodes and edges together, for Gephi, Cytoscape and igraph")),
        File(nodes, CSV, N_("a row for each node")),
        File(edges, CSV, N_("a row for each edge")),
    )
    return Group(key, title, use, files, make)


def _make_indicators(engine: Engine) -> Bodies:
    files = write_files(engine)
    return {f"{INDICATORS}.zip": write_archive(files), **{f"{INDICATORS}/{name}": body for name, body in files.items()}}


def _make_cube(engine: Engine) -> Bodies:
    triples = cube(engine)
    return {cube_path(ending): serialize(triples, form) for ending, form in CUBE_FORMS.items()}


def _make_links(engine: Engine) -> Bodies:
    return {links_path(prefix): text.encode("utf-8") for prefix, text in exported_tables(engine).items()}


def cube_path(ending: str) -> str:
    """The address of the data cube in a form."""
    return f"cube?format={ending}"


def links_path(prefix: str = "") -> str:
    """The address of the links to the vocabulary with a prefix, or of all links."""
    return f"links/{prefix}.sssom.tsv" if prefix else "links.sssom.tsv"


GROUPS = (
    Group(
        "indicators",
        N_("Indicators, targets and outcomes as tables"),
        N_(
            "For Excel, R, pandas and whoever reckons with figures: what the plans aim at, where they start, and what "
            "was measured, with unit, year and source. The tables are a data package: the descriptor says what each "
            "column means, and tools such as Frictionless read all of them by it."
        ),
        (
            File(f"{INDICATORS}.zip", ZIP, N_("all tables and the descriptor")),
            File(f"{INDICATORS}/{DESCRIPTOR}", JSON, N_("the descriptor")),
            *(File(f"{INDICATORS}/{one.path}", CSV, one.title, one.query) for one in TABLES),
        ),
        _make_indicators,
    ),
    _network(
        "plan-elements",
        N_("Network: what plans consist of and what they name"),
        N_(
            "Plans, their objectives, measures, targets and challenges, and the technologies, sectors and bodies that "
            "they name. Each edge is a statement and bears the mark of who makes it: stated, official, editorial."
        ),
    ),
    _network(
        "technologies",
        N_("Network: technologies that are named together"),
        N_(
            "Two technologies are joined when an objective, a measure or an application names both; the weight says "
            "how many do."
        ),
    ),
    _network(
        "cooperation",
        N_("Network: who cooperates with whom, and on what"),
        N_(
            "The plans' offers of cooperation with their areas and ways, and the ministries, organisations, "
            "agreements, working groups and meetings of the Sino-German cooperation."
        ),
    ),
    Group(
        "cube",
        N_("Data cube"),
        N_(
            "The same figures in the RDF Data Cube vocabulary, for tools of statistics: what the plans aim at by plan, "
            "indicator, period and kind of figure, and what was measured."
        ),
        tuple(File(cube_path(one), FORMS[one].media_type, str(FORMS[one].format)) for one in _SHOWN_FORMS),
        _make_cube,
    ),
    Group(
        "links",
        N_("Links to other vocabularies"),
        N_(
            "Which thing here matches which thing elsewhere, how closely, and on what grounds: a mapping set in SSSOM, "
            "a table that tools for mappings read and a spreadsheet opens."
        ),
        (File(links_path(), TSV, N_("all links")),),
        _make_links,
    ),
)

BY_KEY = {group.key: group for group in GROUPS}
BY_PATH = {file.path: (group, file) for group in GROUPS for file in group.files}
