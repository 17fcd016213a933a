"""The page of one property of a thing: all its values, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message
from kg.core.names import curie
from kg.graph.describe import Description, Property, Tree, statements_of
from server.core import urls
from server.core.context import RequestContext
from server.pages.resource.page import telling_of
from server.pages.resource.queries import property_query
from server.pages.resource.rows import Row, row_of
from server.pages.result.cells import Cell

VALUES_PER_PAGE = 100
_FIELDS = ("property", "inverse")
_MOST_PAGES = 1_000_000


@dataclass(frozen=True)
class Listing:
    """One page of the values of a property; values count from 1."""

    label: str
    language: str
    row: Row
    first: int
    last: int
    query: str
    back: Cell
    previous: str = ""
    next: str = ""


def wanted_property(fields: Sequence[tuple[str, str]], description: Description) -> Property | None:
    """The property that a request names, and which way round; None if it names none.

    Raises:
        ParameterInvalid: the thing has no such property.
    """
    named = [(key, value) for key, value in fields if key in _FIELDS]
    if not named:
        return None
    key, value = named[-1]
    known = [one for one in description.properties if one.inverse == (key == "inverse")]
    found = next((one for one in known if value in (curie(one.iri), one.iri.value)), None)
    if found is None:
        listed = ", ".join(curie(one.iri) for one in known) or Message("none")
        raise ParameterInvalid(
            key,
            Message(
                "%(value)s is none that this resource has here; there is: %(offered)s.",
                value=repr(value[:100]),
                offered=listed,
            ),
        )
    return found


def wanted_page(fields: Sequence[tuple[str, str]]) -> int:
    """The page that a request names, from 1.

    Raises:
        ParameterInvalid: it is no such number.
    """
    text = next((value for key, value in reversed(fields) if key == "page"), "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= _MOST_PAGES):
        raise ParameterInvalid(
            "page", Message("give a whole number from %(least)s to %(most)s.", least=1, most=_MOST_PAGES)
        )
    return int(text)


def list_values(
    service: RequestContext, description: Description, property_: Property, page: int, language: str
) -> Listing:
    """The values on a page; a page past the end is the last one.

    Raises:
        As ``Engine.answer``.
    """
    thing, pages = description.thing, max(1, -(-property_.count // VALUES_PER_PAGE))
    page = min(page, pages)
    skipped = VALUES_PER_PAGE * (page - 1)
    kept = statements_of(service.engine, thing, property_, VALUES_PER_PAGE, skipped)
    straight, inverse = ((), tuple(kept)) if property_.inverse else (tuple(kept), ())
    only = replace(description, statements=straight, inverse=inverse)
    telling = telling_of(service, only, Tree(), language)
    label = telling.reader.label(thing)

    def address(number: int) -> str:
        inverse = property_.inverse
        return urls.statements(thing, curie(property_.iri), inverse=inverse, page=number)

    return Listing(
        label=label.text,
        language=label.language,
        row=row_of(telling, thing, property_, kept),
        first=skipped + 1,
        last=skipped + len(kept),
        query=property_query(thing, property_.iri, inverse=property_.inverse),
        back=telling.reader.cell(thing),
        previous=address(page - 1) if page > 1 else "",
        next=address(page + 1) if page < pages else "",
    )
