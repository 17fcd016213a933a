"""The errors of the library, each with a message: a template that is its id in the catalogues, and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Self, overload


@dataclass(frozen=True, init=False)
class Message:
    """A template with ``%(name)s`` fields, and the values of these fields; a value can be a message, too."""

    template: str
    params: tuple[tuple[str, object], ...]

    def __init__(self, template: str, /, **params: object) -> None:
        # the class is frozen, so its fields are set by the method of object
        object.__setattr__(self, "template", template)
        # a tuple of pairs, as a dict would make the message unhashable
        object.__setattr__(self, "params", tuple(params.items()))

    def __str__(self) -> str:
        return self.text(lambda template: template)

    def text(self, gettext: Callable[[str], str]) -> str:
        """Return the text in the language of a gettext function."""
        values = {name: value.text(gettext) if isinstance(value, Message) else value for name, value in self.params}
        return gettext(self.template) % values

    def encoded(self) -> dict[str, Any]:
        """Return the message as JSON values, for another process."""
        # each value becomes text here, because `%(name)s` writes it as text in any case
        params = {name: value.encoded() if isinstance(value, Message) else str(value) for name, value in self.params}
        return {"template": self.template, "params": params}


def decoded(message: Mapping[str, Any]) -> Message:
    """Return the message that ``Message.encoded`` wrote."""
    template, params = message["template"], message["params"]
    # a mapping is a message within the message; all other values are texts
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


_MOST_NAMED = 20


class KgError(Exception):
    """An error that this project reports to a person.

    ``message`` is for translation, and ``str(error)`` is its English text. A plain text has no translation: it is for
    operators and for people who build the data.
    """

    def __init__(self, *messages: Message | str) -> None:
        self.message = sentences(*messages) if messages else ""
        super().__init__(str(self.message))


class SettingInvalid(KgError):
    """A setting is unknown or ill-formed."""


class FileUnreadable(KgError):
    """A file that is needed cannot be read or is not what it should be."""


class _InFile(Exception):
    """An error at a place in a file."""

    def __init__(self, path: Path, message: str, line: int | None = None, column: int | str | None = None) -> None:
        self.path, self.line, self.column = path, line, column
        within = ("" if line is None else f", line {line}") + ("" if column is None else f", column {column}")
        # the next class in the order of resolution is KgError, which takes this text as its message
        super().__init__(f"{path}{within}: {message}")


class TurtleInvalid(_InFile, KgError):
    """A data file does not parse."""


class MappingInvalid(_InFile, KgError):
    """A mapping file (SSSOM) is not as it must be."""


class ThingDeclaredTwice(KgError):
    """Two blocks or two files declare the same slug."""


class HeaderInvalid(KgError):
    """The ``#+`` header of a query file is missing or ill-formed."""


class QuestionBroken(KgError):
    """A canned question no longer answers as its header promises."""


class DataViolated(KgError):
    """The data break a rule, a check or a shape."""


class ShapeUnknown(KgError):
    """A shape has a constraint that the build cannot evaluate."""


class OntologyInconsistent(KgError):
    """A reasoner finds a contradiction."""


class ReasonerMissing(KgError):
    """There is no Java runtime for HermiT, or no owlready2, which calls it."""


class BuildRunning(KgError):
    """Another build holds the lock."""


class WriteFailed(KgError):
    """A file cannot be written: no right, a limit."""


class DiskFull(WriteFailed):
    """A file cannot be written because the disk is full, or a quota or a limit on file sizes is reached."""


class ReleaseMissing(KgError):
    """There is no release, or none with that id."""


class ReleaseBroken(KgError):
    """A release on disk is not whole."""


class ReleaseUnknown(KgError):
    """An address pins a release that is not here; ``available`` are those that are, newest first."""

    _template = N_("There is no release %(name)s here.")

    def __init__(self, message: Message | str, available: Sequence[str] = ()) -> None:
        self.available = tuple(available)
        super().__init__(message)

    @classmethod
    def named(cls, release_id: str, available: Sequence[str]) -> Self:
        """Return the error about a release, with the releases that can be read instead."""
        return cls(sentences(Message(cls._template, name=repr(release_id)), _releases_in_words(available)), available)


class ReleaseGone(ReleaseUnknown):
    """An address pins a release that is damaged, so that nothing is answered from it."""

    _template = N_("The release %(name)s was here, is whole no longer, and is not answered from any more.")


def _releases_in_words(releases: Sequence[str]) -> Message:
    named, others = ", ".join(releases[:_MOST_NAMED]), len(releases) - _MOST_NAMED
    if not releases:
        return Message("There is none yet.")
    if others > 0:
        return Message("There are: %(offered)s and %(number)s older ones.", offered=named, number=others)
    return Message("There are: %(offered)s.", offered=named)


class CopyFailed(KgError):
    """A release cannot be copied, from where it is published or into an engine, or does not arrive as it was sent."""


class FileAltered(CopyFailed):
    """A file of a published release differs from the list of files, or the manifest from the files."""


class SignatureInvalid(CopyFailed):
    """The pointer of a publication has no signature by a key that this reader trusts."""


class PointerExpired(CopyFailed):
    """The pointer of a publication is past its expiry, or was signed after the present time of this machine."""


class PointerOutdated(CopyFailed):
    """The pointer of a publication is older than one that was accepted before, or names an older release."""


class EvidenceWrong(KgError):
    """A passage does not lie in the source text as the data say."""


class PortBusy(KgError):
    """Another process listens on the address."""


class QueryInvalid(KgError):
    """The SPARQL text does not parse; ``line`` and ``column`` count from 1."""

    def __init__(self, message: Message | str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        if line is not None:
            # the place is a part of the message, so that it is translated with it
            message = Message("%(place)s: %(message)s", place=query_place(line, column), message=message)
        super().__init__(message)

    @property
    def reason(self) -> Message | str:
        """The message without its place."""
        params = dict(self.message.params) if isinstance(self.message, Message) and self.line is not None else {}
        reason = params.get("message", self.message)
        return reason if isinstance(reason, Message) else str(reason)


def query_place(line: int, column: int | None) -> Message:
    """Return the words for a place in a query."""
    return Message("line %(line)s, column %(column)s", line=line, column=column)


class QueryRefused(KgError):
    """The text asks for something that this service does not do: an update, a federated call."""


class QueryTooLarge(KgError):
    """The text of the question is too long."""


class QueryTooDeep(KgError):
    """The text nests too deeply."""


class QueryFailed(KgError):
    """The text parses, and its evaluation fails."""


class QuestionTooLong(KgError):
    """A query was still running at its deadline."""


class QuestionTooHeavy(KgError):
    """A query needs more memory or depth than it may have; it fails again until it is changed."""


class EnginePanicked(KgError):
    """A fault of the engine ended the evaluation of a query; the query is not wrong, and fails again."""


class QuestionCancelled(KgError):
    """The client has closed its connection."""


class AnswerTooLarge(KgError):
    """An answer has more bytes than allowed."""


class EngineBusy(KgError):
    """Too many questions run and wait."""


class ClientBusy(KgError):
    """One client has too many questions at once."""


class BodyTooSlow(KgError):
    """The body of a request did not arrive in time."""


class EngineLost(KgError):
    """No worker can be started."""


class EngineUnreachable(KgError):
    """The engine behind this service gives no answer; ``wait_seconds`` says when it is tried again."""

    def __init__(self, message: Message | str, wait_seconds: float = 1.0) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(message)


class ReleaseNotPushed(KgError):
    """The engine does not hold the release, or not whole."""


class FederationFailed(KgError):
    """Another endpoint, called for a SERVICE clause, gave no answer that can be used; ``calls`` reports on each."""

    def __init__(self, message: Message | str, calls: Sequence[Mapping[str, object]] = ()) -> None:
        self.calls = calls
        super().__init__(message)


class FederationTooSlow(FederationFailed):
    """Another endpoint, called for a SERVICE clause, did not answer in time."""


class RequestInvalid(KgError):
    """The request breaks the SPARQL protocol."""


class SearchTooLong(KgError):
    """The text to search for is too long."""


class BatchTooLarge(KgError):
    """A batch asks for more at once than the service announces."""


class MediaTypeUnsupported(KgError):
    """The body comes in a media type that is not understood."""


class FormUnavailable(KgError):
    """No form of the answer is acceptable to the client."""


class ThingUnknown(KgError):
    """No resource has that slug; ``near`` are the slugs that are most like it."""

    def __init__(self, message: Message | str, near: Sequence[str] = ()) -> None:
        self.near = tuple(near)
        super().__init__(message)


class ThingRetired(KgError):
    """The resource with that slug is retired; ``successors`` are the slugs of those that replace it."""

    def __init__(self, slug: str, successors: Sequence[str] = (), reason: str = "") -> None:
        self.successors = tuple(successors)
        retired = Message("%(name)s has been retired, and is not used for anything else.", name=repr(slug))
        followed = Message("Nothing takes its place.")
        if successors:
            followed = Message("Its place has been taken by %(names)s.", names=", ".join(successors))
        super().__init__(retired, followed, *([reason] if reason else []))


class DumpUnknown(KgError):
    """A release has no dump of that name, or none at all."""


class MementoMissing(KgError):
    """An address has no earlier states to choose from."""


class PageUnknown(KgError):
    """There is no such page or document at this service."""


class VersionUnknown(KgError):
    """The ontology, its alignment or the shapes have no such version, or not in that form."""


class GraphUnknown(KgError):
    """No named graph has that IRI."""


class WriteRefused(KgError):
    """The request would change a graph, and a release never changes."""


class QuestionUnknown(KgError):
    """No canned question has that slug."""


class VocabularyUnknown(KgError):
    """No link leads to a vocabulary of that name."""


class ExportUnknown(KgError):
    """There is no network or table of that name to download."""


class ColumnUnknown(KgError):
    """An answer has no such column, or cannot be narrowed by it."""


class PictureMissing(KgError):
    """A canned question has no picture."""


class PictureTooLarge(KgError):
    """A picture would have too many marks."""


class PictureFailed(KgError):
    """A picture cannot be drawn: its specification is wrong, or drawing it took too long or too much memory."""


class ParameterInvalid(KgError):
    """A value does not fit its parameter."""

    def __init__(self, name: str, message: Message | str) -> None:
        self.name = name
        super().__init__(Message("%(name)s: %(message)s", name=name, message=message))
