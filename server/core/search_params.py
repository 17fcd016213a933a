"""Parameters of a search: the text, the kinds and plans to filter by, and the page of the hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import category

from pyoxigraph import NamedNode

from kg.core.errors import Message, ParameterInvalid, choice
from kg.core.names import LANGUAGES, PREFIXES, curie

LARGEST_PAGE = 100
PAGE_HITS = 20
LAST_PAGE = 1_000_000
_MOST_CHOSEN = 50


@dataclass(frozen=True)
class SearchParams:
    """The parsed fields of an address. ``page`` counts from 1; ``begins`` means that the text is unfinished."""

    text: str = ""
    kinds: tuple[NamedNode, ...] = ()
    plans: tuple[NamedNode, ...] = ()
    page: int = 1
    size: int = PAGE_HITS
    language: str = "en"
    begins: bool = False

    @property
    def offset(self) -> int:
        """The number of hits before this page."""
        return (self.page - 1) * self.size

    def with_page(self, page: int) -> SearchParams:
        """Return the same search with another page."""
        return replace(self, page=page)

    def in_language(self, language: str) -> SearchParams:
        """Return the same search in another language."""
        return replace(self, language=language)

    def without_filters(self) -> SearchParams:
        """Return the same search without filters, from the first page."""
        return replace(self, kinds=(), plans=(), page=1)

    def with_kind(self, kind: NamedNode) -> SearchParams:
        """Return the same search from the first page, with the filter for a kind switched on or off."""
        return replace(self, kinds=_toggled(self.kinds, kind), page=1)

    def with_plan(self, plan: NamedNode) -> SearchParams:
        """Return the same search from the first page, with the filter for a plan switched on or off."""
        return replace(self, plans=_toggled(self.plans, plan), page=1)

    def fields(self) -> list[tuple[str, str]]:
        """Return the fields of an address with this search, without default values."""
        fields = [("q", self.text)] if self.text else []
        fields += [("kind", curie(kind)) for kind in self.kinds] + [("plan", curie(plan)) for plan in self.plans]
        plain = SearchParams()
        for key, value, usual in (
            ("lang", self.language, plain.language),
            ("size", str(self.size), str(plain.size)),
            ("page", str(self.page), str(plain.page)),
        ):
            if value != usual:
                fields.append((key, value))
        return [*fields, ("begins", "1")] if self.begins else fields


def read_search_params(fields: Sequence[tuple[str, str]], language: str = LANGUAGES[0]) -> SearchParams:
    """Parse the fields of an address and ignore unknown ones. ``language`` is the default if they name none.

    Raises:
        ParameterInvalid: a field has an invalid value.
    """
    options = dict(fields)
    return SearchParams(
        text=read_text(fields),
        kinds=_iris("kind", fields),
        plans=_iris("plan", fields),
        page=_number(options.get("page", "1"), "page", LAST_PAGE),
        size=_number(options.get("size", str(PAGE_HITS)), "size", LARGEST_PAGE),
        language=_one_of(options.get("lang", language), "lang", LANGUAGES),
        begins=_one_of(options.get("begins", "0"), "begins", ("0", "1")) == "1",
    )


def read_text(fields: Sequence[tuple[str, str]]) -> str:
    """Return the search text without control characters, which no page may show. White space becomes a blank."""
    text = dict(fields).get("q", "")
    return "".join(_printable(character) if category(character) == "Cc" else character for character in text)


def _printable(control: str) -> str:
    return " " if control.isspace() else ""


def _toggled(chosen: tuple[NamedNode, ...], iri: NamedNode) -> tuple[NamedNode, ...]:
    return tuple(other for other in chosen if other != iri) if iri in chosen else (*chosen, iri)


def _iris(key: str, fields: Sequence[tuple[str, str]]) -> tuple[NamedNode, ...]:
    """Return the values of a field as IRIs, compact or full. Empty values are ignored."""
    texts = dict.fromkeys(value for name, value in fields if name == key and value)
    if len(texts) > _MOST_CHOSEN:
        raise ParameterInvalid(key, Message("give at most %(most)s values.", most=_MOST_CHOSEN))
    return tuple(dict.fromkeys(_iri(key, text) for text in texts))


def _iri(key: str, text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    # a full IRI also has a colon, but two slashes after it
    iri = PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else text
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise ParameterInvalid(
            key, Message("%(value)s is no IRI; give one such as fyp:Technology or id:plan-ii.", value=repr(text))
        ) from error


def _number(text: str, key: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise ParameterInvalid(key, Message("give a whole number from %(least)s to %(most)s.", least=1, most=most))
    return int(text)


def _one_of(value: str, key: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise ParameterInvalid(
            key, Message("%(value)s is not known; choose %(offered)s.", value=repr(value), offered=choice(choices))
        )
    return value
