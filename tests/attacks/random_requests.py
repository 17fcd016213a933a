"""Requests at random, from a seed: to every route in turn, with known and odd methods, parameters, headers, bodies."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_from_bytes

from tests.attacks.odd_values import ENDINGS, MORE_HEADERS, ODD_TEXTS, PATH_PIECES, QUERIES
from tests.attacks.strangers import (
    FORM_TYPE,
    HEADERS,
    KEYS,
    KNOWN_PARTS,
    MEDIA_TYPES,
    METHODS,
    QUERY_TYPE,
    VALUES,
    Sent,
)
from tests.attacks.surface import Route

_DAMAGED_SHARE, _INCOMPLETE_SHARE, _PINNED_SHARE = 0.12, 0.02, 0.05
_PROPERTIES = (
    "nameEn",
    "otherName",
    "type",
    "wikidata",
    "coveredBy",
    "evidence",
    "plan",
    "year",
    "value",
    "inPlan",
    "x",
)
_NAMES = (
    "Big Data",
    "5G",
    "工业互联网",
    "industrial internet of things",
    "plan-ii",
    "development of manufacturing",
    "2025",
)
_CHUNKINGS = ("%x\r\n", "%X;a=b\r\n", "%x \r\n", "-%x\r\n", "0x%x\r\n")


@dataclass(frozen=True)
class Fuzzed:
    """A request as it is sent, and whether it surely is HTTP, so that it must be answered."""

    route: str
    method: str
    sent: bytes
    is_http: bool


class Generator:
    """Makes requests to routes, equal ones from equal seeds; ``release_id`` is one that addresses may pin."""

    def __init__(self, routes: Sequence[Route], release_id: str, seed: int) -> None:
        taking_bodies = [route for route in routes if {"POST", "QUERY"} & set(route.methods)]
        self._routes = [*routes, *taking_bodies, *taking_bodies]
        self._release_id, self._random = release_id, random.Random(seed)  # noqa: S311 - no secret
        self._headers = {**HEADERS, **{name: [*HEADERS.get(name, ()), *more] for name, more in MORE_HEADERS.items()}}
        self._calm = False
        self._names = [*KEYS, *sorted({name for route in routes for name in route.parameters})]

    def requests(self) -> Iterator[Fuzzed]:
        """Yield requests without end, to each route in turn, and more often to those that take bodies."""
        for route in itertools.cycle(self._routes):
            yield self._request(route)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _usual(self, share: float) -> bool:
        return self._chance(0.97 if self._calm else share)

    def _request(self, route: Route) -> Fuzzed:
        """Return a request: in every second one nearly everything is usual, so that it is not refused at the door."""
        chosen, self._calm = self._random.choice, self._chance(0.5)
        method = chosen(route.methods) if self._usual(0.75) else chosen(METHODS)
        target, headers = self._target(route), self._some_headers()
        body = self._body(route, headers) if method not in ("GET", "HEAD") or self._chance(0.05) else b""
        incomplete = self._chance(_INCOMPLETE_SHARE)
        if incomplete:
            headers = [*headers, ("Content-Length", str(len(body) + 1 + self._random.randrange(1000)))]
        # a server need not read on where a length is in doubt, and its answer may then be lost with the connection
        in_doubt = not incomplete and "content-length" in {name.lower() for name, _ in headers}
        sent = Sent(method, target, tuple(headers), body).whole
        if not self._calm and self._chance(_DAMAGED_SHARE):
            return Fuzzed(route.rule, method, self._damaged(sent), is_http=False)
        return Fuzzed(route.rule, method, sent, is_http=not in_doubt)

    def _target(self, route: Route) -> str:
        path = self._path(route)
        if self._chance(_PINNED_SHARE):
            path = f"/release/{self._random.choice([self._release_id, self._release_id[:6], 'x', '0' * 16])}{path}"
        fields = [self._field(route) for _ in range(self._random.choice([0, 1, 1, 2, 3, 5]))]
        return path + ("?" + "&".join(fields) if fields else "")

    def _path(self, route: Route) -> str:
        if route.paths and self._usual(0.7):
            path = self._random.choice(route.paths)
        else:
            path = re.sub("<[^>]+>", lambda _: self._part(), route.rule)
        if not self._usual(0.9):
            place = self._random.randrange(1, len(path) + 1)
            path = path[:place] + self._random.choice(PATH_PIECES) + path[place:]
        if not self._usual(0.95):
            path += self._random.choice(ENDINGS)
        return path

    def _part(self) -> str:
        kinds: Sequence[Callable[[], str]] = (
            lambda: self._random.choice(KNOWN_PARTS),
            lambda: _quoted(self._random.choice(ODD_TEXTS)),
            lambda: quote_from_bytes(self._random.randbytes(self._random.randrange(1, 7))),
        )
        return self._random.choice(kinds)()

    def _field(self, route: Route) -> str:
        own = list(route.parameters)
        name = self._random.choice(own) if own and self._usual(0.8) else self._random.choice(self._names)
        equals = "=" if self._chance(0.97) else self._random.choice(["", "==", "%3d"])
        return _quoted(name) + equals + self._value(route.parameters.get(name, ()))

    def _value(self, choices: Sequence[str]) -> str:
        if choices and self._usual(0.55):
            return _quoted(self._random.choice(choices))
        if self._chance(0.1):
            return quote_from_bytes(self._random.randbytes(self._random.randrange(12)))
        return _quoted(self._random.choice(self._random.choice([ODD_TEXTS, ODD_TEXTS, QUERIES, VALUES])))

    def _some_headers(self) -> list[tuple[str, str]]:
        return [self._header() for _ in range(self._random.choice([0, 0, 1, 1, 2, 4]))]

    def _header(self) -> tuple[str, str]:
        if self._chance(0.8):
            name = self._random.choice([*self._headers, "Host", "Accept", "Accept"])
            return name, self._random.choice(self._headers[name])
        name = self._random.choice([*self._headers, "X-1", "x_y", "a" * 200])
        if self._chance(0.5):
            value = self._random.choice(ODD_TEXTS)
            return name, re.sub("[\r\n\0\ud800]", "", value)
        return name, re.sub(rb"[\r\n\0]", b"", self._random.randbytes(12)).decode("utf-8", "surrogateescape")

    def _body(self, route: Route, headers: list[tuple[str, str]]) -> bytes:
        """Return a body, and add the headers that go with it."""
        kinds: Mapping[str, Callable[[], bytes]] = {
            FORM_TYPE: lambda: self._form(route).encode("ascii"),
            QUERY_TYPE: lambda: self._random.choice(QUERIES).encode("utf-8", "surrogatepass"),
            "application/json": lambda: json.dumps(self._json(3)).encode("utf-8", "surrogatepass"),
            "application/octet-stream": lambda: self._random.randbytes(self._random.randrange(400)),
        }
        media_type = self._random.choice(list(kinds)) if not self._usual(0.4) else FORM_TYPE
        body = kinds[media_type]()
        headers.append(("Content-Type", media_type if self._chance(0.9) else self._random.choice(MEDIA_TYPES)))
        if self._chance(0.1):
            headers.append(("Transfer-Encoding", "chunked"))
            head = self._random.choice(_CHUNKINGS) % len(body)
            body = head.encode() + body + (b"\r\n0\r\n\r\n" if self._chance(0.8) else b"\r\n")
        return body

    def _form(self, route: Route) -> str:
        several = self._random.randrange(5)
        return "&".join(
            self._form_field(route) for _ in range(1 if "reconcile" in route.rule and self._calm else several)
        )

    def _form_field(self, route: Route) -> str:
        if "reconcile" in route.rule and self._chance(0.8):
            name = self._random.choice(["queries", "queries", "extend"])
            return f"{name}={_quoted(json.dumps(self._batch() if name == 'queries' else self._extension()))}"
        return self._field(route)

    def _batch(self) -> object:
        """Return a reconciliation batch with a piece here and there that is no part of one."""
        return {
            f"q{number}": self._odd(
                {
                    "query": self._odd(self._random.choice(_NAMES if self._usual(0.5) else ODD_TEXTS)),
                    "type": self._odd(
                        self._random.choice(["Technology", "QuantitativeTarget", ["Plan"], "fyp:Technology"])
                    ),
                    "limit": self._odd(3),
                    "type_strict": self._odd("any"),
                    "properties": self._odd([self._condition() for _ in range(self._random.randrange(6))]),
                }
            )
            for number in range(self._random.choice([0, 1, 2, 10, 50, 50, 51]))
        }

    def _condition(self) -> object:
        """Return a condition on a property; the more values it has, the more must be compared."""
        values = [
            self._random.choice(_NAMES if self._usual(0.5) else ODD_TEXTS) for _ in range(self._random.choice([1, 50]))
        ]
        return {"pid": self._odd(self._random.choice(_PROPERTIES)), "v": self._odd(values)}

    def _extension(self) -> object:
        properties = [
            {"id": self._odd(self._random.choice(_PROPERTIES)), "settings": self._odd({"limit": self._odd("2")})}
        ]
        return self._odd(
            {"ids": self._odd(["plan-ii", "technology-5g", self._odd("x")]), "properties": self._odd(properties)}
        )

    def _odd(self, usual: object) -> object:
        return self._json(2) if self._chance(0.005 if self._calm else 0.06) else usual

    def _json(self, depth: int) -> object:
        leaves: list[object] = [None, True, 0, -1, 1e308, 10**30, float("nan"), "", [], {}, *ODD_TEXTS]
        if depth and self._chance(0.4):
            inner = [self._json(depth - 1) for _ in range(self._random.randrange(3))]
            return inner if self._chance(0.5) else {str(number): value for number, value in enumerate(inner)}
        return self._random.choice(leaves)

    def _damaged(self, sent: bytes) -> bytes:
        """Return the request with a piece lost, put in or doubled, most often in its head."""
        place = self._random.randrange(min(len(sent), 400))
        lost = self._random.choice([0, 1, 5, 40])
        put = self._random.choice(
            [b"", self._random.randbytes(self._random.randrange(20)), b"\r\n", sent[:place], b"\0"]
        )
        return sent[:place] + put + sent[place + lost :]


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="/:?*")
