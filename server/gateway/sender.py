"""Sending of a finished response, or of the part that the client lacks, to granian (RSGI)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.core.http.freshness import OF_THE_BODY, matches
from server.core.http.headers import Part, part_of
from server.core.wsgi import Finished
from server.gateway.request_record import RequestRecord

_OF_THE_BODY = frozenset(name.lower() for name in OF_THE_BODY)


def send(record: RequestRecord, response: Finished, protocol: Any) -> None:
    """Send a response: a 304 if the client has it already, or the requested part of a file on disk."""
    # If-None-Match is evaluated before Range (RFC 9110, section 13.2.2): whoever has the file needs no part of it
    tag = response.header("etag")
    if record.may_be_unchanged and response.status == 200 and tag and matches(record.if_none_match, tag):
        headers = [(key, value) for key, value in response.headers if key not in _OF_THE_BODY]
        response = Finished(304, headers, route=response.route)
    if response.status == 200 and response.disk_path is not None:
        response = replace(response, headers=[*response.headers, ("accept-ranges", "bytes")])
        # Range is defined for GET alone, and ignored with other methods (RFC 9110, section 14.2)
        wanted = record.request.range if record.method == "GET" else ""
        part = part_of(int(response.header("content-length")), wanted, record.request.if_range, tag)
        if part is not None:
            _send_part(record, response, part, protocol)
            return
    _send_whole(record, response, protocol)


def _send_whole(record: RequestRecord, response: Finished, protocol: Any) -> None:
    if record.method == "HEAD" or response.status in (204, 304):
        record.ended(response, 0)
        protocol.response_empty(response.status, response.headers)
    elif response.path:
        record.ended(response, int(response.header("content-length")))
        protocol.response_file(response.status, response.headers, response.path)
    else:
        record.ended(response, len(response.body))
        protocol.response_bytes(response.status, response.headers, response.body)


def _send_part(record: RequestRecord, response: Finished, part: Part, protocol: Any) -> None:
    """Send a 206 with a part, or a 416 if the file does not have it (RFC 9110, sections 15.3.7 and 15.5.17)."""
    size = int(response.header("content-length"))
    of_part = {"content-range": part.content_range(size), "content-length": str(part.bytes)}
    if part.bytes:
        headers = [(key, value) for key, value in response.headers if key not in of_part] + list(of_part.items())
        record.ended(replace(response, status=206), part.bytes)
        protocol.response_file_range(206, headers, response.path, part.start, part.stop)
        return
    body = f"The file has {size} bytes; ask for a part of it, or for all of it without a Range header.\n".encode()
    # these describe the file, not the text of the error that is sent in its place
    dropped = ("etag", "repr-digest", "last-modified", "content-disposition", "cache-control", *_OF_THE_BODY)
    of_part |= {
        "content-length": str(len(body)),
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
    }
    headers = [(key, value) for key, value in response.headers if key not in dropped] + list(of_part.items())
    record.ended(replace(response, status=416), len(body))
    protocol.response_bytes(416, headers, body)
