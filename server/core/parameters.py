"""Parameters of addresses. Each view declares the ones that it reads, and gets no others.

An unread parameter must not tell two requests apart. Otherwise each invented parameter would make a new entry in the
cache. A view never sees a parameter that it did not declare, so a forgotten declaration shows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug.exceptions import HTTPException

from kg.core.names import LANGUAGES

Fields = list[tuple[str, str]]
Refine = Callable[[Mapping[str, Any], Fields], Fields]
View = TypeVar("View", bound=Callable[..., Any])

_MARK = "reads_parameters"
_KEY = "fyp-kg.parameters"
# longer paths are matched each time, so that the remembered ones take little memory
_LONGEST_REMEMBERED = 200
_SAFE = "/:~@!$'()*,;?"


@dataclass(frozen=True)
class Reads:
    """The parameters that a view reads.

    Attributes:
        once: the last value counts, as in ``dict``.
        often: every value counts, in order.
        flags: only their presence counts.
        rest: the view also gets any other name, which it reads or refuses.
        verbatim: the text of the query string counts, not just its values.
        needs: without one of these, the view gets the whole query string and refuses the request.
        refine: drops the fields that the view does not read in this case; gets the values of the path.
    """

    once: tuple[str, ...] = ()
    often: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    rest: bool = False
    verbatim: bool = False
    needs: tuple[str, ...] = ()
    refine: Refine | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All declared names, in the order in which they are written."""
        return (*self.once, *self.often, *self.flags)


_LANGUAGE = "lang"
NO_VIEW = Reads(once=(_LANGUAGE,))
"""The parameters of an error page: its language. So each address may name one of our languages."""


def reads(*once: str, **how: Any) -> Callable[[View], View]:
    """Declare which parameters a view reads; see ``Reads``. Write the decorator below the route."""

    def mark(view: View) -> View:
        setattr(view, _MARK, Reads(once, **how))
        return view

    return mark


def declare(app: Flask, endpoint: str, declared: Reads) -> None:
    """Declare the parameters of a view from a library, which cannot have the decorator."""
    app.extensions.setdefault(_KEY, {})[endpoint] = declared


def declared_by(app: Flask, endpoint: str) -> Reads:
    """Return the declaration of a view. A view without one reads nothing."""
    declarations: dict[str, Reads] = app.extensions.get(_KEY, {})
    reads = declarations.get(endpoint) or getattr(app.view_functions.get(endpoint), _MARK, None)
    return reads if isinstance(reads, Reads) else Reads()


class Reducer:
    """Drops the parameters that no view of an application reads."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        # a cache for each instance; a decorator on the method would keep every application alive
        self._match = lru_cache(maxsize=1024)(self._found)

    def reduced(self, method: str, path: str, query_string: str) -> str:
        """Return the query string with only the parameters that the view of a path reads, in canonical form.

        ``path`` lies below the root of the service, and pins no release. If no view matches, only the language remains,
        for the page about the error.
        """
        if not query_string:
            return ""
        match = self._match if len(path) <= _LONGEST_REMEMBERED else self._found
        return reduced(query_string, *match(method, path))

    def _found(self, method: str, path: str) -> tuple[Reads, Mapping[str, Any]]:
        try:
            # the routes name no host, so any host gives the same match
            endpoint, values = self._app.url_map.bind("localhost").match(path, method=method)
        except HTTPException:
            # no route, another method, or a redirect to the path with a slash
            return NO_VIEW, {}
        return declared_by(self._app, str(endpoint)), values


def reduced(query_string: str, declared: Reads, values: Mapping[str, Any]) -> str:
    """Return the query string with the declared names only, in the order of the declaration, in canonical form.

    A value that is not UTF-8 stays as it was sent, so that the view can refuse it.
    """
    # Two requests with the same meaning must give the same text, as it is a part of the cache key. So fields are put in
    # the order of the declaration, and escapes are written in one way.
    parts = [part for part in query_string.split("&") if part]
    if declared.verbatim:
        names = {_name(part) for part in parts}
        if declared.rest or (declared.needs and names.isdisjoint(declared.needs)):
            return query_string
        return "&".join(part for part in parts if _name(part) in declared.names)
    fields = _ordered([(_name(part), part.partition("=")[2]) for part in parts], declared)
    if declared.refine is not None:
        fields = declared.refine(values, fields)
    return "&".join(f"{_quoted(name)}={_rewritten(value)}" for name, value in fields)


def _ordered(fields: Fields, declared: Reads) -> Fields:
    """Return the fields that count, in the order of their names. Their values are still escaped."""
    remaining: Fields = []
    for name in declared.names:
        values = [value for key, value in fields if key == name]
        if name in declared.once:
            values = values[-1:]
        elif name in declared.flags:
            values = values and [""]
        remaining += [(name, value) for value in values]
    # the error page of any view may be in a chosen language, so a valid one always remains
    if _LANGUAGE not in declared.names and not declared.rest:
        remaining += [field for field in fields if field[0] == _LANGUAGE and field[1] in LANGUAGES][-1:]
    if declared.rest:
        # sorted by name alone: the sort is stable, so several values of one name keep their order
        remaining += sorted((field for field in fields if field[0] not in declared.names), key=lambda field: field[0])
    return remaining


def _name(part: str) -> str:
    """Return the decoded name of a part. Invalid UTF-8 becomes replacement characters, which match no declared name."""
    name = part.partition("=")[0]
    return unquote(name.replace("+", " "), errors="replace") if "%" in name or "+" in name else name


def _rewritten(value: str) -> str:
    try:
        return quote(unquote(value.replace("+", " "), errors="strict"), safe=_SAFE)
    except UnicodeError:
        return value


def _quoted(name: str) -> str:
    return quote(name, safe=_SAFE, errors="surrogateescape")
