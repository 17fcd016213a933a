"""The source files of a release: ontology and data in Turtle, one file for each named graph, and links as SSSOM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from kg.core.errors import FileUnreadable, ThingDeclaredTwice, TurtleInvalid
from kg.core.names import PREFIXES, SLUG, graph, name, slug_of
from kg.core.settings import PROJECT
from kg.sources.sssom import SUFFIX as MAPPINGS
from kg.sources.sssom import link_of, read_match_quads, read_matches

ONTOLOGY_GRAPHS = {
    "core.ttl": graph("ontology"),
    "alignment.ttl": graph("ontology"),
    "modules.ttl": graph("ontology"),
    "shapes.ttl": graph("shapes"),
}
SHAPES = PROJECT / "ontology" / "shapes.ttl"
RDF_TYPE = name("rdf:type")
LINKS = graph("links")


@dataclass(frozen=True)
class DataFile:
    """A Turtle or mapping file and its named graph."""

    path: Path
    graph: NamedNode


def find_data_files(folders: Iterable[Path], ontology: Path = PROJECT / "ontology") -> list[DataFile]:
    """List the files of the ontology and of the data folders, sorted by graph and path.

    Data files are all ``*.ttl``; the path makes the graph name, with ``-`` for ``/``: ``plan/ii.ttl`` is ``plan-ii``.
    Mapping files directly in ``links/`` make the graph ``links``. Those in subfolders, such as ``links/proposed/``,
    await a decision and are not data.

    Raises:
        FileUnreadable: a folder does not exist or holds no Turtle, or a path makes no graph name.
    """
    files = [DataFile(ontology / file_name, graph_iri) for file_name, graph_iri in ONTOLOGY_GRAPHS.items()]
    for folder in folders:
        paths = sorted(folder.rglob("*.ttl"))
        if not paths:
            raise FileUnreadable(f"{folder} holds no .ttl file; name a folder of data with --data.")
        files += [DataFile(path, graph(_graph_name(path, folder))) for path in paths]
        files += [DataFile(path, LINKS) for path in mapping_files(folder)]
    # the order is fixed, so that the same files give the same build
    return sorted(files, key=lambda file: (file.graph.value, str(file.path)))


def mapping_files(folder: Path) -> list[Path]:
    """Return the mapping files of a data folder, sorted by name."""
    return sorted((folder / "links").glob(f"*{MAPPINGS}"))


def _graph_name(path: Path, folder: Path) -> str:
    graph_name = "-".join(path.relative_to(folder).with_suffix("").parts)
    if not SLUG.fullmatch(graph_name):
        raise FileUnreadable(f"{path}: rename it; folders and files may hold a-z, 0-9 and single hyphens only.")
    return graph_name


def read_data_file(file: DataFile) -> list[Quad]:
    """Read a file into the quads of its named graph, in the order of the text.

    Raises:
        FileUnreadable: the file cannot be opened.
        TurtleInvalid: it is no Turtle; says the line and the column.
        MappingInvalid: it is a mapping file and not as it must be; says the line and the column.
    """
    if file.path.name.endswith(MAPPINGS):
        return read_match_quads(file.path, file.graph)
    try:
        # labels such as `_:b0` occur in several files, and equal labels would become one node in the dataset
        triples = pyoxigraph.parse(path=str(file.path), format=RdfFormat.TURTLE, rename_blank_nodes=True)
        return [Quad(triple.subject, triple.predicate, triple.object, file.graph) for triple in triples]
    except SyntaxError as error:
        raise TurtleInvalid(file.path, str(error.msg), error.lineno, error.offset) from error
    except (OSError, ValueError) as error:
        raise FileUnreadable(f"{file.path} cannot be read: {error}.") from error


@dataclass(frozen=True)
class Declarations:
    """The file that declares each of our resources, that is, states its class."""

    files: dict[NamedNode, DataFile]

    def place(self, thing: NamedNode) -> str:
        """Return file and line that declare a resource, for messages."""
        file = self.files.get(thing)
        if file is None:
            return "(declared in no file)"
        lines = _lines_of(thing, file.path)
        return f"{file.path}:{lines[0]}" if lines else str(file.path)


def declarations(read: Iterable[tuple[DataFile, list[Quad]]]) -> Declarations:
    """Return the file that declares each resource.

    Raises:
        ThingDeclaredTwice: two files, or two blocks of one file, declare one slug.
    """
    files: dict[NamedNode, DataFile] = {}
    for file, quads in read:
        for thing in _declared_subjects(file, quads):
            if thing in files:
                raise ThingDeclaredTwice(_declared_twice(thing, files[thing], file))
            files[thing] = file
    return Declarations(files)


def _declared_subjects(file: DataFile, quads: list[Quad]) -> Iterator[NamedNode]:
    """Yield the resources that a file declares; a second block with a class of the same resource is an error."""
    # triples arrive in the order of the text, so a new subject begins a block. A blank node begins no block,
    # because it is usually inside the block of a resource.
    blocks: dict[NamedNode, set[int]] = defaultdict(set)
    block, previous = 0, None
    for quad in quads:
        if quad.subject != previous and not isinstance(quad.subject, pyoxigraph.BlankNode):
            block, previous = block + 1, quad.subject
        if quad.predicate == RDF_TYPE and isinstance(quad.subject, NamedNode) and _ours(quad.subject):
            blocks[quad.subject].add(block)
    for thing, seen in blocks.items():
        if len(seen) > 1:
            raise ThingDeclaredTwice(_declared_twice(thing, file, file))
        yield thing


def _ours(iri: NamedNode) -> bool:
    return iri.value.startswith((PREFIXES["id"], PREFIXES["fyp"]))


def _declared_twice(thing: NamedNode, first: DataFile, second: DataFile) -> str:
    slug = slug_of(thing) or thing.value
    if first.path == second.path:
        lines = " and ".join(map(str, _lines_of(thing, first.path)))
        return f"{first.path}: {slug} is declared twice (lines {lines}); give one of them another slug."
    return f"{slug} is declared in {first.path} and in {second.path}; give one of them another slug."


def _lines_of(thing: NamedNode, path: Path) -> list[int]:
    """Return the lines that begin a block of the resource; unusual spellings may be missed."""
    if path.name.endswith(MAPPINGS):
        return [match.line for match in read_matches(path) if link_of(match) == thing]
    spellings = (f"id:{slug_of(thing)}", f"<{thing.value}>", thing.value.replace(PREFIXES["fyp"], "fyp:"))
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.split(" ", 1)[0] in spellings]
