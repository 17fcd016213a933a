"""Dumps: all statements of a release as files to download, with their checksums."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.http import quote_etag

from kg.core.errors import DumpUnknown, Message, ReleaseGone
from kg.output.metadata import LICENSE
from kg.release import DUMPS_FOLDER, Release
from kg.release.dump.formats import DUMP_FORMATS, NAME, SUMS_FILE, DumpFile, DumpFormat, file_name, sums
from server.core.context import pin, request_context
from server.core.http.freshness import max_age
from server.core.integrity import refuse_changed
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import accept_here, negotiate
from server.core.urls import permalink, within, without
from server.core.wsgi import DISK_PATH
from server.pages.releases.releases import NO_CACHE, history_here

blueprint = Blueprint("dumps", __name__)

_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Offer:
    """A format and the files of the release in it, each with its address."""

    format: DumpFormat
    files: tuple[tuple[DumpFile, str], ...]


@blueprint.get("/dumps/")
@reads("lang")
def index() -> Response:
    """Return the list of files, as a page or as JSON."""
    release = _release()
    if negotiate(accept_here(), ["text/html", "application/json"]) == "application/json":
        response = jsonify(_fields(release))
    else:
        page = render_template(
            "dumps.html",
            release=release,
            offers=_offers(release),
            checksums=sums(release.manifest.dumps),
            address_of_checksums=permalink(url_for("dumps.checksums"), release.release_id),
            example=_example(release),
            address_of_latest=without(url_for("dumps.lasting", ending="nq", packing="gz")),
            licence=LICENSE.value,
        )
        response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = NO_CACHE
    response.add_etag()
    return response


@blueprint.get(f"/dumps/{SUMS_FILE}")
def checksums() -> Response:
    """Return the checksums of all files, in the format of ``sha256sum -c``.

    Raises:
        DumpUnknown: 404, the release has no dumps.
    """
    release = _release()
    if not release.manifest.dumps:
        raise DumpUnknown(_none(release, SUMS_FILE))
    return Response(sums(release.manifest.dumps), content_type="text/plain; charset=utf-8")


@blueprint.get("/dumps/<name>")
def file(name: str) -> Response:
    """Return a file by its name, which contains the id of its release.

    Raises:
        DumpUnknown: 404, no release has it, or the address pins another one.
        ReleaseBroken: 503, the file was changed.
    """
    release = _release()
    dump = next((dump for dump in release.manifest.dumps if dump.name == name), None)
    if dump is None:
        return _elsewhere(name, release)
    response = _sent(release, dump)
    latest = url_for("dumps.lasting", ending=dump.format.ending, packing=dump.packing.ending)
    # RFC 5829 defines the relation; it leads from the file of a release to the newest one
    response.headers.add("Link", f'<{without(latest)}>; rel="latest-version"')
    return response


@blueprint.get(f"/dumps/{NAME}.<ending>.<packing>")
def lasting(ending: str, packing: str) -> Response:
    """Return the file of a format and packing in the current or pinned release, for scripts that do not know the id.

    Raises:
        DumpUnknown: 404, the release has no such file.
        ReleaseBroken: 503, the file was changed.
    """
    release = _release()
    name = file_name(release.release_id, ending, packing)
    dump = next((dump for dump in release.manifest.dumps if dump.name == name), None)
    if dump is None:
        raise DumpUnknown(_none(release, f"{NAME}.{ending}.{packing}"))
    return _sent(release, dump)


def _sent(release: Release, dump: DumpFile) -> Response:
    """Return a packed file unchanged. The packing is not a content coding, so that the checksum stays valid."""
    path = release.path_of(dump)
    refuse_changed(release, f"{DUMPS_FOLDER}/{dump.name}")
    # the gateway sends the file by its path, and then never reads the chunks below
    request.environ[DISK_PATH] = path
    response = Response(_chunks(path), mimetype=dump.packing.media_type)
    response.content_length = dump.bytes
    response.headers["Content-Disposition"] = f'attachment; filename="{dump.name}"'
    digest = b64encode(bytes.fromhex(dump.sha256)).decode("ascii")
    # a byte sequence is written between colons (RFC 8941, section 3.3.5)
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530, section 3
    # half of the hash is enough to tell files apart
    response.headers["ETag"] = quote_etag(dump.sha256[:32])
    response.headers["Cache-Control"] = max_age()
    return response


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces, for servers that do not send it by its path."""
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK_BYTES):
            yield chunk


def _release() -> Release:
    """Return the release of this request.

    Raises:
        ReleaseGone: 410, the release is incomplete.
        DumpUnknown: 404, the release is not in this home.
    """
    release_id, history = request_context().engine.release_id, history_here()
    release = history.get(release_id)
    if release is not None:
        return release
    if pin() is not None and history.releases:
        raise ReleaseGone.named(release_id, [release.release_id for release in reversed(history.releases)])
    raise DumpUnknown(
        Message(
            "Release %(release)s is not on this machine, so that there are no dumps of it here.", release=release_id
        )
    )


def _elsewhere(name: str, release: Release) -> Response:
    """Redirect an unpinned address to the release that has the file.

    Raises:
        DumpUnknown: no release has it, or the address pins another one.
    """
    if pin() is None:
        for other in history_here().releases:
            # a name contains the id of its release, so at most one release has the file
            if any(name == dump.name for dump in other.manifest.dumps):
                response = redirect(within(url_for("dumps.file", name=name), other.release_id), 302)
                # redirect() is typed with the base class of werkzeug, so the type is narrowed here
                assert isinstance(response, Response)  # noqa: S101 - the application's response class
                return response
    raise DumpUnknown(_none(release, name))


def _none(release: Release, name: str) -> Message:
    if release.manifest.dumps:
        return Message(
            "There is no dump %(name)s of release %(release)s. Choose one at /dumps/.",
            name=repr(name[:100]),
            release=release.release_id,
        )
    return Message(
        "Release %(release)s has no dumps: it was built before there were any. Those who run this service can add them "
        "with 'kg dump %(release)s'. Its graphs are available one by one, as at /graph/plan-ii.",
        release=release.release_id,
    )


def _address(dump: DumpFile) -> str:
    return url_for("dumps.file", name=dump.name)


def _example(release: Release) -> tuple[str, str]:
    """Return the name and the permanent address of the file in the loading example; empty without a file."""
    for dump in release.manifest.dumps:
        if dump.name == file_name(release.release_id, "nq", "gz"):
            return dump.name, permalink(_address(dump), release.release_id)
    return "", ""


def _offers(release: Release) -> list[Offer]:
    return [
        Offer(
            format_,
            tuple(
                (dump, within(_address(dump), release.release_id))
                for dump in release.manifest.dumps
                if dump.format == format_
            ),
        )
        for format_ in DUMP_FORMATS.values()
    ]


def _fields(release: Release) -> dict[str, object]:
    return {
        "release": release.release_id,
        "built_on": release.manifest.built_on or None,
        "quads": release.manifest.quads,
        "license": LICENSE.value,
        "files": [
            {
                "name": dump.name,
                "address": permalink(_address(dump), release.release_id),
                "format": dump.format.media_type,
                "keeps_graphs": dump.format.keeps_graphs,
                "media_type": dump.packing.media_type,
                "bytes": dump.bytes,
                "sha256": dump.sha256,
            }
            for dump in release.manifest.dumps
        ],
    }
