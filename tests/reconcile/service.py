"""A reconciliation service to be tested: how it is asked, over HTTP or in any other way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

_SECONDS = 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Failed(AssertionError):
    """The service does not do what the specification says."""


class Skipped(Exception):
    """The service does not offer what would be tested."""


@dataclass(frozen=True)
class Reply:
    """A response; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Failed: it is none, or the status is no success.
        """
        if self.status != 200:
            raise Failed(f"the status is {self.status}: {self.body[:200]!r}")
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Failed(f"this is no JSON: {self.body[:200]!r}") from error


Ask = Callable[[str, str, Mapping[str, str] | None], Reply]
"""Asks by a method, an address and, in a POST, the fields of a form."""


def over_http(method: str, address: str, form: Mapping[str, str] | None = None) -> Reply:
    """Ask over HTTP."""
    data = urlencode(form).encode() if form is not None else None
    request = Request(address, data, {"Origin": "https://example.org"}, method=method)
    try:
        with urlopen(request, timeout=_SECONDS) as response:
            return _reply(response.status, response.headers, response.read())
    except HTTPError as error:
        with error:
            return _reply(error.code, error.headers, error.read())


def _reply(status: int, headers: Any, body: bytes) -> Reply:
    return Reply(status, {key.lower(): value for key, value in headers.items()}, body)


class Service:
    """A service at an address; ``name`` is that of an entity that it knows, else one is found by its suggestions."""

    def __init__(self, address: str, name: str = "", ask: Ask = over_http) -> None:
        self.address, self._name, self._ask = address, name, ask

    def get(self, address: str, **fields: str) -> Reply:
        """Ask by GET."""
        sign = "&" if "?" in address else "?"
        return self._ask("GET", address + (sign + urlencode(fields) if fields else ""), None)

    def post(self, **form: str) -> Reply:
        """Send a form to the endpoint."""
        return self._ask("POST", self.address, form)

    def query(self, queries: object) -> Any:
        """The results of a batch."""
        return self.post(queries=json.dumps(queries)).json()

    def candidates(self, **query: object) -> list[dict[str, Any]]:
        """The candidates of one query."""
        result: list[dict[str, Any]] = self.query({"q": query})["q"]["result"]
        return result

    def extend(self, ids: list[str], properties: list[str]) -> Any:
        """Return the values of properties of entities."""
        asked = {"ids": ids, "properties": [{"id": property_id} for property_id in properties]}
        return self.post(extend=json.dumps(asked)).json()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        manifest: dict[str, Any] = self.get(self.address).json()
        return manifest

    def filled(self, part: str, thing_id: str) -> str:
        """An address of the manifest with an id in it.

        Raises:
            Skipped: the manifest has none.
        """
        if part not in self.manifest:
            raise Skipped(f"the manifest has no {part}")
        url: str = self.manifest[part]["url"]
        return url.replace("{{id}}", quote(thing_id, safe=""))

    def suggest_address(self, what: str) -> str:
        """Return the address where entities, types or properties are suggested.

        Raises:
            Skipped: nowhere.
        """
        return self._joined(self.manifest.get("suggest", {}).get(what), f"does not suggest: {what}")

    def propose_address(self) -> str:
        """Where properties are proposed.

        Raises:
            Skipped: nowhere.
        """
        return self._joined(self.manifest.get("extend", {}).get("propose_properties"), "proposes no properties")

    def _joined(self, place: Mapping[str, str] | None, lack: str) -> str:
        if place is None:
            raise Skipped(f"the service {lack}")
        return place["service_url"] + place["service_path"]

    @cached_property
    def sample(self) -> dict[str, Any]:
        """Return an entity that the service knows, as a candidate.

        Raises:
            Skipped: none was named, and none is suggested.
        """
        for text in [self._name] if self._name else list(self._suggested()):
            candidates = self.candidates(query=text)
            if candidates:
                return candidates[0]
        raise Skipped("the service suggests nothing for a single letter; name an entity that it knows with --name")

    def _suggested(self) -> list[str]:
        try:
            address = self.suggest_address("entity")
        except Skipped:
            return []
        for letter in _LETTERS:
            suggestions = self.get(address, prefix=letter).json()["result"]
            if suggestions:
                return [suggestion["name"] for suggestion in suggestions[:3]]
        return []
