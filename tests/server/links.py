"""Link headers as a client reads them (RFC 8288, section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

_LINK = re.compile(r"\s*<([^>]*)>((?:\s*;\s*[a-z-]+=(?:\"[^\"]*\"|[^\",;\s]+))*)\s*(?:,|$)")


@dataclass(frozen=True)
class Found:
    """A link with its relation, the type of its target, and what it leads from if that is not the page itself."""

    href: str
    rel: str
    type: str = ""
    anchor: str = ""


def read_links(text: str) -> list[Found]:
    """Every link; a text that is not made of links alone is refused."""
    links, place = [], 0
    while place < len(text):
        match = _LINK.match(text, place)
        assert match is not None, text[place : place + 80]
        _, options = parse_options_header(f"x{match[2]}")
        links.append(Found(match[1], options["rel"], options.get("type", ""), options.get("anchor", "")))
        place = match.end()
    return links


def links_of(response: TestResponse) -> list[Found]:
    """The links of all Link headers of a response."""
    return [link for header in response.headers.getlist("Link") for link in read_links(header)]
