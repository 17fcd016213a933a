"""What an address of the explorer asks to see: everything that the picture shows is in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message
from kg.core.names import SLUG, curie
from kg.graph.neighbours import TRUSTS, Opening, read_name, read_opening
from server.core.i18n.language import language_of

MOST_STARTS = 12
MOST_OPENED = 60
MOST_LEFT_OUT = 100
MOST_CHARACTERS = 300


@dataclass(frozen=True)
class ExplorerRequest:
    """Where to start, which neighbours to open, what to leave out, and which thing the reader looks at (``at``).

    ``language`` is empty where the address leaves it to the browser; ``text`` is what is sought to start from.
    """

    starts: tuple[str, ...] = ()
    opened: tuple[Opening, ...] = ()
    hidden: tuple[str, ...] = ()
    without_kinds: tuple[NamedNode, ...] = ()
    without_trusts: tuple[str, ...] = ()
    at: str = ""
    language: str = ""
    text: str = ""

    def fields(self) -> list[tuple[str, str]]:
        """The fields of its address, each in its order."""
        listed = [
            *(("start", one) for one in self.starts),
            *(("open", str(one)) for one in self.opened),
            *(("hide", one) for one in self.hidden),
            *(("without", curie(one)) for one in self.without_kinds),
            *(("without", one) for one in self.without_trusts),
            ("at", self.at if self.at not in self.starts[:1] else ""),
            ("q", self.text),
            ("lang", self.language),
        ]
        return [(key, value) for key, value in listed if value]

    def toggled(self, opening: Opening) -> ExplorerRequest:
        """With a kind of neighbours opened, or closed if it is open; the reader looks at the thing that has them."""
        others = tuple(one for one in self.opened if one != opening)
        opened = others if opening in self.opened else (*others, opening)
        return replace(self, opened=opened, at=opening.slug)

    def hiding(self, slug: str) -> ExplorerRequest:
        """Without a thing; the reader looks at the first start again."""
        return replace(self, hidden=(*self.hidden, slug), at="")

    def toggled_kind(self, cls: NamedNode) -> ExplorerRequest:
        """Without the things of a class, or with them again."""
        others = tuple(one for one in self.without_kinds if one != cls)
        return replace(self, without_kinds=others if cls in self.without_kinds else (*others, cls))

    def toggled_trust(self, trust: str) -> ExplorerRequest:
        """Without a kind of statements, or with it again."""
        others = tuple(one for one in self.without_trusts if one != trust)
        return replace(self, without_trusts=others if trust in self.without_trusts else (*others, trust))

    def choosing(self, slug: str) -> ExplorerRequest:
        """With the reader looking at a thing."""
        return replace(self, at=slug)

    def whole(self) -> ExplorerRequest:
        """With nothing left out."""
        return replace(self, hidden=(), without_kinds=(), without_trusts=())

    def starting(self, slug: str) -> ExplorerRequest:
        """From one thing alone."""
        return ExplorerRequest(starts=(slug,), language=self.language)

    def afresh(self) -> ExplorerRequest:
        """Before a start is chosen."""
        return ExplorerRequest(language=self.language)


def read_explorer_request(fields: Sequence[tuple[str, str]]) -> ExplorerRequest:
    """What the fields of an address ask for; those that the explorer does not know are passed over.

    Raises:
        ParameterInvalid: a value is none that its field takes, or there are too many.
    """
    found = {key: _values(fields, key) for key in ("start", "open", "hide", "without", "at", "q")}
    _refuse_many("start", found["start"], MOST_STARTS)
    _refuse_many("open", found["open"], MOST_OPENED)
    _refuse_many("hide", found["hide"], MOST_LEFT_OUT)
    _refuse_many("without", found["without"], MOST_LEFT_OUT)
    language, named = language_of(fields, "")
    without = found["without"]
    return ExplorerRequest(
        starts=tuple(one.removeprefix("id:") for one in found["start"]),  # as questions take things
        opened=tuple(_opening(one) for one in found["open"]),
        hidden=tuple(_slug("hide", one) for one in found["hide"]),
        without_kinds=tuple(_class(one) for one in without if one not in TRUSTS),
        without_trusts=tuple(one for one in without if one in TRUSTS),
        at=_slug("at", found["at"][-1]) if found["at"] else "",
        language=language if named else "",
        text=_text(found["q"][-1]) if found["q"] else "",
    )


def _values(fields: Sequence[tuple[str, str]], key: str) -> list[str]:
    return list(dict.fromkeys(value for one, value in fields if one == key and value))


def _refuse_many(key: str, values: Sequence[str], most: int) -> None:
    if len(values) > most:
        raise ParameterInvalid(
            key,
            Message("%(number)s are too many for one picture; give at most %(most)s.", number=len(values), most=most),
        )


def _slug(key: str, text: str) -> str:
    if not SLUG.fullmatch(text):
        raise ParameterInvalid(
            key, Message("%(value)s is no name of a resource; give one such as plan-ict.", value=repr(text[:100]))
        )
    return text


def _opening(text: str) -> Opening:
    found = read_opening(text)
    if found is None:
        example = "plan-ict/fyp:hasObjective/fyp:Objective"
        raise ParameterInvalid(
            "open",
            Message(
                "%(value)s names no neighbours; give some such as %(example)s.", value=repr(text[:100]), example=example
            ),
        )
    return found


def _class(text: str) -> NamedNode:
    found = read_name(text)
    if found is None:
        known = ", ".join(TRUSTS)
        raise ParameterInvalid(
            "without",
            Message(
                "%(value)s cannot be left out; give a class such as fyp:Passage, or one of %(offered)s.",
                value=repr(text[:100]),
                offered=known,
            ),
        )
    return found


def _text(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ParameterInvalid(
            "q",
            Message(
                "the text has %(number)s characters; give at most %(most)s.",
                number=len(text),
                most=MOST_CHARACTERS,
            ),
        )
    return text
