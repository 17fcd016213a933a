"""Exports for other tools: the page that lists them, and the address of each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.core.errors import ExportUnknown, Message, VocabularyUnknown
from kg.core.media_types import GRAPH_FORMS
from kg.core.vocabularies import VOCABULARIES
from kg.links.export import exported_matches, exported_vocabularies
from server.core.context import request_context
from server.core.i18n.language import gettext
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import asked, choose_form, negotiate, url_fields, wanted_ending
from server.pages.downloads.groups import (
    BY_KEY,
    BY_PATH,
    GROUPS,
    JSON,
    TSV,
    Bodies,
    File,
    Group,
    cube_path,
    files_of_group,
    links_path,
)

blueprint = Blueprint("downloads", __name__)

_EXPORTS = "exports/"


@dataclass(frozen=True)
class FileEntry:
    """A file in the list: name, content in the language of the page, address, and size in bytes."""

    name: str
    file: File
    what: str
    href: str
    size: int


@blueprint.get("/exports")
@reads("lang")
def index() -> str:
    """Return the list of exports with their sizes in this release."""
    engine = request_context().engine
    counts = exported_vocabularies(exported_matches(engine))
    vocabularies = [(VOCABULARIES[prefix], count, _address(links_path(prefix))) for prefix, count in counts.items()]
    # the sizes need the files, so this page makes all groups; downloads then find them in the cache
    listed = [(group, _listed(group, files_of_group(engine, group))) for group in GROUPS]
    return render_template(
        "exports.html",
        listed=listed,
        vocabularies=vocabularies,
        release=engine.release_id,
    )


@blueprint.get("/exports/<path:path>")
def export(path: str) -> Response:
    """Return a network, a table, or the data package.

    Raises:
        ExportUnknown: 404, there is no such file.
    """
    # the path is only a key of a table, so no text of an address reaches the file system
    group, file = BY_PATH.get(_EXPORTS + path, (None, None))
    if group is None or file is None:
        raise ExportUnknown(
            Message(
                "There is no /exports/%(path)s. All files are listed at %(address)s.",
                path=path,
                address=url_for("downloads.index"),
            )
        )
    return _sent(files_of_group(request_context().engine, group)[file.path], file.media_type, path.replace("/", "-"))


@blueprint.get("/links.sssom.tsv")
def links() -> Response:
    """Return all links as a mapping set (SSSOM)."""
    return _sent(files_of_group(request_context().engine, BY_KEY["links"])[links_path()], TSV, "links.sssom.tsv")


@blueprint.get("/links/<vocabulary>.sssom.tsv")
def links_to(vocabulary: str) -> Response:
    """Return the links to one vocabulary as a mapping set.

    Raises:
        VocabularyUnknown: 404, there is no link to such a vocabulary.
    """
    tables = files_of_group(request_context().engine, BY_KEY["links"])
    if links_path(vocabulary) not in tables:
        vocabularies = ", ".join(exported_vocabularies(exported_matches(request_context().engine))) or "none"
        raise VocabularyUnknown(
            Message(
                "There is no link to a vocabulary %(name)s. There are links to: %(offered)s.",
                name=repr(vocabulary),
                offered=vocabularies,
            )
        )
    return _sent(tables[links_path(vocabulary)], TSV, f"links-{vocabulary}.sssom.tsv")


@blueprint.get("/cube")
@reads("format")
def cube() -> BaseResponse:
    """Return the data cube in any graph format. Redirect browsers to its description.

    Raises:
        FormUnavailable: 406.
    """
    wanted = asked()
    ending = wanted_ending(url_fields(wanted))
    offered = [*(form.media_type for form in GRAPH_FORMS), "text/html"]
    if ending is None and negotiate(wanted.accept, offered) == "text/html":
        response = redirect(url_for("downloads.index", _anchor="cube"), 303)
        response.headers["Vary"] = "Accept"
        return response
    # the first argument is the fact that the cube is a graph, which needs no name
    form = choose_form(True, wanted.accept, ending)  # noqa: FBT003 - a plain fact
    return _sent(files_of_group(request_context().engine, BY_KEY["cube"])[cube_path(form.ending)], form.media_type)


def _sent(body: bytes, media_type: str, name: str = "") -> Response:
    """Return a file. With a name it becomes a download whose name contains the release (RFC 6266)."""
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = Response(body, content_type=media_type + charset)
    # a file without a name was chosen by the Accept header, so caches must know that it varies
    if not name:
        response.headers["Vary"] = "Accept"
    elif media_type != JSON:
        stem, dot, ending = name.partition(".")
        file_name = f"{stem}-{request_context().engine.release_id}{dot}{ending}"
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _listed(group: Group, bodies: Bodies) -> list[FileEntry]:
    return [
        FileEntry(
            file.path.removeprefix(_EXPORTS),
            file,
            _content_of(group, file),
            _address(file.path),
            len(bodies[file.path]),
        )
        for file in group.files
    ]


def _content_of(group: Group, file: File) -> str:
    """Return the content of a file. Files of the cube differ only in their format."""
    if group.key == "cube":
        return gettext("as %(format)s", format=file.what)
    return gettext(file.what)


def _address(path: str) -> str:
    return f"{request.script_root}/{path}"
