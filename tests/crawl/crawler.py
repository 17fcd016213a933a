"""A visitor who follows every link of every page, and notes what does not answer and what comes from elsewhere."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.server.page import Page

HERE = "http://localhost/"
# shows part of another page in another way: it must answer, and is not followed
_PRESENTATION = (
    *("sort", "page", "size", "only.", "lang", "theme", "query", "explain", "property", "inverse"),
    *("open", "hide", "without", "at"),
)
_PINNED = "/release/"
# Addresses of the same view, with the same fields, in the same form differ in a slug or in a value. Of such addresses
# this many are visited, and so many of each question.
_ALIKE, _ALIKE_OF_A_QUESTION = 40, 1
_ONE_IN = 40  # pages of items, in a brief visit


@dataclass(frozen=True)
class PlainPage:
    """Facts of a page without parameters: where its links lead, what it loads, and if its text has a None."""

    links: frozenset[str]
    loaded: frozenset[str]
    has_none: bool


@dataclass
class Report:
    """Findings of a visit; each line names the address and the page that has it.

    ``named`` are the slugs that some address names, and ``visited`` those whose page was seen. ``answered`` are the
    addresses that were answered with 200, and ``plain`` the pages without parameters, by their address.
    """

    seen: set[str] = field(default_factory=set)
    pages: int = 0
    visited: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    plain: dict[str, PlainPage] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    lost_anchors: list[str] = field(default_factory=list)


class Crawler:
    """Follows links from page to page, breadth first, each address once.

    A brief visit sees one in forty pages of items, and of all addresses with the same view and first field one.
    """

    def __init__(self, client: FlaskClient, start: str = "/", *, is_brief: bool = False) -> None:
        self._client, self._is_brief, self._one_in = client, is_brief, _ONE_IN if is_brief else 1
        self._routes = client.application.url_map.bind("localhost")
        self._ahead: deque[tuple[str, str]] = deque([(start, "the start")])
        self._alike: Counter[tuple[str, ...]] = Counter()
        self._ids: dict[str, set[str]] = {}
        self._anchors: list[tuple[str, str, str]] = []
        self.report = Report(seen={start})

    def crawl(self) -> Report:
        """Visit all that can be reached."""
        while self._ahead:
            address, origin = self._ahead.popleft()
            self._visit(address, origin)
        for address, anchor, origin in self._anchors:
            if anchor not in self._ids.get(address, {anchor}):
                self.report.lost_anchors.append(f"{address}#{anchor} on {origin}")
        return self.report

    def _visit(self, address: str, origin: str) -> None:
        with self._client.get(address, headers={"Accept": "text/html,*/*;q=0.5"}) as response:
            if response.status_code in (301, 302, 303, 307, 308):
                self._note(response.headers["Location"], address)
            elif response.status_code == 410:  # answered with the reason, and the successor
                self.report.visited.add(address.removeprefix("/page/"))
            elif response.status_code != 200:
                self.report.broken.append(f"{response.status_code} {address} on {origin}")
            else:
                self.report.answered.add(address)
                if response.mimetype == "text/html":
                    self._check_policy(address, response.headers.get("Content-Security-Policy", ""))
                    self._read(address, response.get_data(as_text=True))

    def _check_policy(self, address: str, policy: str) -> None:
        if "default-src 'none'" not in policy or "unsafe" in policy:
            self.report.malformed.append(f"{address}: the policy is {policy!r}")

    def _read(self, address: str, text: str) -> None:
        page = Page(text)
        self.report.pages += 1
        self.report.malformed += [f"{address}: {problem}" for problem in page.problems]
        self._ids[address] = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
        self.report.foreign += [
            f"{loaded} on {address}" for loaded in page.loaded if not _is_ours(urljoin(HERE, loaded))
        ]
        if "?" not in address and not address.startswith(_PINNED):
            links = page.links | {link["href"] for link in page.all("link")}
            self.report.plain[address] = PlainPage(frozenset(links), frozenset(page.loaded), "None" in page.text)
        if address.startswith("/page/") and "?" not in address:
            self.report.visited.add(address.removeprefix("/page/"))
        if not _is_shown_anew(address):
            for target in _targets(page):
                self._note(target, address)

    def _note(self, target: str, origin: str) -> None:
        whole, anchor = urldefrag(urljoin(HERE + origin.lstrip("/"), target))
        if not _is_ours(whole):
            return
        address = whole.removeprefix(HERE.rstrip("/"))
        if anchor:
            self._anchors.append((address, unquote(anchor), origin))
        if address not in self.report.seen:
            self.report.seen.add(address)
            if self._is_worth_a_visit(address):
                self._ahead.append((address, origin))

    def _is_worth_a_visit(self, address: str) -> bool:
        parts = urlsplit(address)
        fields = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)})
        try:
            endpoint, values_of_route = self._routes.match(_unpinned(parts.path), method="GET")
        except (HTTPException, RequestRedirect):
            return True  # it is broken, or leads elsewhere
        values = dict(values_of_route)
        slug = values.pop("slug", "")
        if endpoint.startswith(("things.", "citing.thing")):
            if not parts.path.startswith(_PINNED) and slug not in self.report.named:
                self.report.named.add(slug)
                if len(self.report.named) % self._one_in == 0:
                    self._note(f"/page/{slug}", parts.path)
            if endpoint == "things.page" and not fields and not parts.path.startswith(_PINNED):
                return len(self.report.named) % self._one_in == 0
            slug = ""
        pinned = [_PINNED] if parts.path.startswith(_PINNED) else []
        kind = (
            str(endpoint),
            str(slug),
            *pinned,
            *fields,
            *(str(value) for value in values.values() if len(str(value)) < 7),
        )
        if self._is_brief:
            kind = (str(endpoint), *pinned, *fields[:1])
        self._alike[kind] += 1
        return self._alike[kind] <= (_ALIKE_OF_A_QUESTION if slug or self._is_brief else _ALIKE)


def _targets(page: Page) -> Iterator[str]:
    """Where links lead, and what is loaded and offered in other forms."""
    for tag, attributes in page.elements:
        if tag in ("a", "link", "img", "script", "iframe"):
            target = attributes.get("href") or attributes.get("src")
            if target and not target.startswith(("mailto:", "data:")):
                yield target


def _unpinned(path: str) -> str:
    return "/" + path.removeprefix(_PINNED).partition("/")[2] if path.startswith(_PINNED) else path


def _is_ours(address: str) -> bool:
    return address.startswith("data:") or urlsplit(address).netloc == urlsplit(HERE).netloc


def _is_shown_anew(address: str) -> bool:
    parts = urlsplit(address)
    shown = any(key.startswith(_PRESENTATION) for key, _ in parse_qsl(parts.query, keep_blank_values=True))
    return shown or parts.path.startswith(_PINNED)
