"""Deviations of products from the standard: a row for each; the standard applies to a product without a row.

The rows of Fuseki, QLever, GraphDB and Neptune come from their documentation. docs/how-to/external-engine.md lists the
tested products.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kg.core.errors import SettingInvalid
from kg.engine.remote.graph_names import Corrections
from kg.sparql.parser import parse_query
from kg.sparql.syntax_tree import Group, Path, Values

Wording = Callable[[str], str]
"""Takes a text that parses and gives one that parses and says the same, which a product reads rightly."""

NOBODY = "<urn:x-fyp:nobody>"


def reworded(text: str, wordings: Sequence[Wording]) -> str:
    """Return a text after each wording, in their order."""
    for wording in wordings:
        text = wording(text)
    return text


def without_undef(text: str) -> str:
    """Leave out ``VALUES ?x { UNDEF }``, which has no effect.

    Virtuoso takes the variable for bound, without a value, and loses it where a UNION or an OPTIONAL binds it.
    """
    return _replaced(
        text, [(values.start, values.end, "") for values in _single_values(text) if values.rows[0][0] is None]
    )


def with_second_value(text: str) -> str:
    """Give ``VALUES ?x { value }`` a second value, which a FILTER removes again.

    Virtuoso replaces the variable by a single value. It then returns it as a string instead of an IRI, or finds
    nothing at the end of a property path.
    """
    changes = []
    for values in _single_values(text):
        variable, value = values.variables[0], values.rows[0][0]
        if value is not None:
            name = text[variable.start : variable.end]
            row = f"{text[value.start : value.end]} {NOBODY}"
            changes.append((values.start, values.end, f"VALUES {name} {{ {row} }} FILTER({name} != {NOBODY})"))
    return _replaced(text, changes)


def with_split_plus(text: str) -> str:
    """Write ``p*/p`` for ``p+``: the same pairs, but a pair with several ways comes once for each last step.

    Virtuoso finds nothing along ``p+`` if both ends are bound by then. After ``p*`` the last step is an ordinary
    triple, so that only one end of the long way is bound. A path with another ``+`` inside stays unchanged.
    """
    query = parse_query(text)
    changes = []
    for path in query.of(Path) if query is not None else ():
        if path.operator == "+" and sum(part.operator == "+" for part in path.of(Path)) == 1:
            step = text[path.start : path.end - 1].rstrip()
            changes.append((path.start, path.end, f"({step}*/{step})"))
    return _replaced(text, changes)


def _single_values(text: str) -> list[Values]:
    """Return each VALUES of one variable and one row within a group, where a FILTER may follow."""
    query = parse_query(text)
    return [
        element
        for group in (query.of(Group) if query is not None else ())
        for element in group.elements
        if isinstance(element, Values) and not element.bracketed and len(element.rows) == 1
    ]


def _replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """Return the text with these places replaced; they do not overlap."""
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return text


VIRTUOSO: tuple[Wording, ...] = (without_undef, with_second_value, with_split_plus)


@dataclass(frozen=True)
class Product:
    """The quirks of a product.

    Attributes:
        name: its name in ``KG_ENGINE_PRODUCT``.
        is_form: True if a query is sent as a form, else as its own media type with parameters in the address.
        timeout: the field with the time limit of a query, and its value, with ``{seconds}`` and ``{milliseconds}``;
            None without such a field.
        too_long: a pattern in its reply to a query that ran too long, besides the statuses 408 and 504.
        partial: headers that mark an incomplete answer.
        graph_store: a pattern in the address of queries, and the replacement that gives the address of the graph store;
            without it the operator sets the address.
        reads_graph_store: True if graphs are read back from the graph store, else by CONSTRUCT.
        chunk_bytes: the size of a part that is sent to the graph store.
        wordings: changes to the text of queries before they are sent.
        ``corrections``: substitutions in answers as they arrive: rows in JSON, statements in N-Triples.
    """

    name: str
    is_form: bool = True
    timeout: tuple[str, str] | None = None
    too_long: re.Pattern[str] | None = None
    partial: tuple[str, ...] = ()
    graph_store: tuple[str, str] | None = None
    reads_graph_store: bool = True
    chunk_bytes: int = 2**20
    wordings: tuple[Wording, ...] = ()
    corrections: Corrections = field(default=())

    def graph_store_of(self, url: str) -> str | None:
        """Return the address of the graph store for an address of queries, or None if the operator must set it."""
        if self.graph_store is None:
            return None
        address, count = re.subn(*self.graph_store, url, count=1)
        return address if count else None


_TIMED_OUT = re.compile(r"timed? ?out|timeout", re.IGNORECASE)

_YES_OR_NO = rb'\A\s*\{ "head": \{ "link": \[\], "vars": \["__ASK_RETVAL"\] \},.*"value": '
_OF_VIRTUOSO: Corrections = (
    # truth values of ASK come as a row
    (re.compile(_YES_OR_NO + rb'"1".*', re.DOTALL), b'{"head": {}, "boolean": true}'),
    (re.compile(_YES_OR_NO + rb'"0".*', re.DOTALL), b'{"head": {}, "boolean": false}'),
    # stored truth values come as numbers
    (re.compile(rb'(#boolean", "value": )"1"'), rb'\1"true"'),
    (re.compile(rb'(#boolean", "value": )"0"'), rb'\1"false"'),
    # this is not a valid name of a blank node
    (re.compile(rb'("type": "bnode", "value": ")nodeID://'), rb"\1"),
)

_PRODUCTS = (
    Product("sparql"),
    Product("oxigraph", graph_store=(r"query$", "store")),
    Product(
        "virtuoso",
        timeout=("timeout", "{milliseconds}"),
        too_long=re.compile(r"S1T00|estimated execution time|timeout", re.IGNORECASE),
        partial=("X-SQL-State",),
        graph_store=(r"sparql/?$", "sparql-graph-crud"),
        wordings=VIRTUOSO,
        corrections=_OF_VIRTUOSO,
    ),
    Product(
        "fuseki",
        timeout=("timeout", "{seconds}"),
        too_long=_TIMED_OUT,
        graph_store=(r"(sparql|query)$", "data"),
    ),
    Product(
        "qlever",
        timeout=("timeout", "{seconds}s"),
        too_long=_TIMED_OUT,
        graph_store=(r"$", ""),
    ),
    Product(
        "graphdb",
        timeout=("timeout", "{seconds}"),
        too_long=_TIMED_OUT,
        graph_store=(r"/?$", "/rdf-graphs/service"),
    ),
    Product(
        "neptune",
        too_long=re.compile(r"TimeLimitExceeded"),
        graph_store=(r"sparql/?$", "sparql/gsp/"),
    ),
)
PRODUCTS = {product.name: product for product in _PRODUCTS}


def product_named(name: str) -> Product:
    """Return a product of the table.

    Raises:
        SettingInvalid: there is none of that name.
    """
    if name not in PRODUCTS:
        raise SettingInvalid(f"KG_ENGINE_PRODUCT={name!r} is not known: take one of {', '.join(PRODUCTS)}.")
    return PRODUCTS[name]
