"""One request over HTTP, sent just as it is: no header is added, no address is tidied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection

from werkzeug.http import parse_options_header

from tests.serving import HOST


@dataclass(frozen=True)
class Response:
    """A response as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return parse_options_header(self.headers.get("content-type", ""))[0]

    @property
    def charset(self) -> str:
        """The charset that the response names."""
        return parse_options_header(self.headers.get("content-type", ""))[1].get("charset", "")


def send(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
    """Send a request to the server on a port of this machine."""
    connection = HTTPConnection(HOST, port, timeout=30)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body or method in ("POST", "PUT", "QUERY"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Response(answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()
