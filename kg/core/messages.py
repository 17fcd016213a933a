"""Messages for people: an English template with parameters. The catalogues of gettext hold the translations.

A template is the msgid of its message. pybabel extracts the first argument of ``Message`` and of ``N_``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, overload


@dataclass(frozen=True, init=False)
class Message:
    """A template with ``%(name)s`` fields, and the values of these fields; a value can be a message, too."""

    template: str
    params: tuple[tuple[str, object], ...]

    def __init__(self, template: str, /, **params: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "params", tuple(params.items()))

    def __str__(self) -> str:
        return self.text(lambda template: template)

    def text(self, gettext: Callable[[str], str]) -> str:
        """Return the text in the language of a gettext function."""
        values = {name: value.text(gettext) if isinstance(value, Message) else value for name, value in self.params}
        return gettext(self.template) % values

    def encoded(self) -> dict[str, Any]:
        """Return the message as JSON values, for another process."""
        params = {name: value.encoded() if isinstance(value, Message) else str(value) for name, value in self.params}
        return {"template": self.template, "params": params}


def decoded(message: Mapping[str, Any]) -> Message:
    """Return the message that ``Message.encoded`` wrote."""
    template, params = message["template"], message["params"]
    return Message(
        template, **{name: decoded(value) if isinstance(value, dict) else value for name, value in params.items()}
    )


def N_(text: str) -> str:  # noqa: N802 - the name that extractors of texts know
    """Mark a text for the catalogues that is translated later."""
    return text


@overload
def sentences(first: Message, *others: Message | str) -> Message: ...
@overload
def sentences(first: Message | str, *others: Message | str) -> Message | str: ...
def sentences(first: Message | str, *others: Message | str) -> Message | str:
    """Return sentences as one message: Chinese has no space between them."""
    return reduce(lambda before, after: Message("%(before)s %(after)s", before=before, after=after), others, first)


def choice(items: Iterable[Message | str]) -> Message | str:
    """Return items as alternatives, such as ``en or de or zh``."""
    first, *others = items
    return reduce(lambda left, right: Message("%(one)s or %(other)s", one=left, other=right), others, first)
