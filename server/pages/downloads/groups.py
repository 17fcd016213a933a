"""Files for other tools, in the groups of the downloads page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from flask import Flask, current_app
from pyoxigraph import RdfFormat

from kg.core.errors import N_
from kg.core.media_types import FORMS, GRAPH_FORMS
from kg.core.turtle import serialize
from kg.engine import Engine
from kg.links.export import exported_tables
from kg.output.datacube import cube
from kg.output.datapackage import DESCRIPTOR, TABLES, write_archive, write_files
from kg.output.graphml import read_network, write_edges, write_graphml, write_nodes

_KEY = "fyp-kg.made"
# the limit holds for the bodies of all releases together, in each page process
_MOST_BYTES = 24 * 1024 * 1024

Bodies = Mapping[str, bytes]
"""The bytes of files by their paths."""


@dataclass(frozen=True)
class File:
    """A file of any release: its address below that of the service, media type, and content.

    ``query`` gives the same rows, if there is one.
    """

    path: str
    media_type: str
    what: str
    query: str = ""


@dataclass(frozen=True)
class Group:
    """Files that are made together: their use, and the function that makes them from a release."""

    key: str
    title: str
    use: str
    files: tuple[File, ...]
    make: Callable[[Engine], Bodies]


@dataclass
class _FileCache:
    """An LRU cache of files. ``lock`` guards the other fields."""

    groups: OrderedDict[tuple[str, str], Bodies] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)


def register(app: Flask) -> None:
    """Create the cache of files."""
    app.extensions[_KEY] = _FileCache()


def files_of_group(engine: Engine, group: Group) -> Bodies:
    """Return the files of a group for the release of an engine.

    Raises:
        As ``group.make``.
    """
    held, key = current_app.extensions[_KEY], (engine.release_id, group.key)
    # extensions are untyped, so the type is narrowed here
    assert isinstance(held, _FileCache)  # noqa: S101 - register() is the only writer
    with held.lock:
        if key in held.groups:
            held.groups.move_to_end(key)
            return held.groups[key]
    # the lock is free while files are made, so that a slow group delays no other; two requests may both make it
    bodies = group.make(engine)
    with held.lock:
        # of two equal results only the first is added, so that its size counts once
        if key not in held.groups:
            held.groups[key] = bodies
            held.size += _size(bodies)
        # the least recently used groups leave first; one above the limit leaves at once, but is still returned
        while held.size > _MOST_BYTES:
            held.size -= _size(held.groups.popitem(last=False)[1])
    return bodies


def _size(bodies: Bodies) -> int:
    return sum(map(len, bodies.values()))


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
    """Return the address of the data cube in a format."""
    return f"cube?format={ending}"


def links_path(prefix: str = "") -> str:
    """Return the address of the links to a vocabulary, by its prefix, or of all links."""
    return f"links/{prefix}.sssom.tsv" if prefix else "links.sssom.tsv"


GROUPS = (
    Group(
        "indicators",
        N_("Indicators, targets and outcomes as tables"),
        N_(
            "For Excel, R, pandas and other tools for figures: what the plans aim at, where they start, and what "
            "was measured, with unit, year and source. The tables are a data package: the descriptor says what each "
            "column means, and tools such as Frictionless read all of them by it."
        ),
        (
            File(f"{INDICATORS}.zip", ZIP, N_("all tables and the descriptor")),
            File(f"{INDICATORS}/{DESCRIPTOR}", JSON, N_("the descriptor")),
            *(File(f"{INDICATORS}/{table.path}", CSV, table.title, table.query) for table in TABLES),
        ),
        _make_indicators,
    ),
    _network(
        "plan-elements",
        N_("Network: what plans consist of and what they name"),
        N_(
            "Plans, their objectives, measures, targets and challenges, and the technologies, sectors and bodies that "
            "they name. Each edge is a statement with a mark for the kind of its source: stated, official, editorial."
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
        tuple(File(cube_path(form), FORMS[form].media_type, str(FORMS[form].format)) for form in _SHOWN_FORMS),
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
