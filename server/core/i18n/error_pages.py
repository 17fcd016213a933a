"""Titles and advice for error pages, by the kind of problem."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from kg.core import errors
from kg.core.errors import N_
from server.core.i18n.language import gettext


@dataclass(frozen=True)
class ErrorPageText:
    """The title of an error page, and advice for its reader."""

    title: str
    on: str


_QUERY = ErrorPageText(
    N_("The query cannot be answered"), N_("Correct it where the message below says so, and run it again.")
)
_HEAVY = ErrorPageText(
    N_("The query asks for too much at once"),
    N_("Ask for less: fewer patterns, a LIMIT, or one part after the other."),
)
_ENGINE = ErrorPageText(
    N_("The engine cannot answer this query"), N_("Write the query in another way, as the message below says.")
)
_BUSY = ErrorPageText(N_("The service is busy"), N_("Wait a moment and try again. Nothing is wrong with your request."))
_AWAY = ErrorPageText(
    N_("The data cannot be reached just now"), N_("Wait a moment and try again. Nothing is wrong with your request.")
)
_DAMAGED = ErrorPageText(
    N_("Some data of this service are damaged"),
    N_("Nothing is wrong with your request. Try again later, or tell those who run this service."),
)
_DISK = ErrorPageText(
    N_("The service has no room on its disk"),
    N_("Nothing is wrong with your request. Ask for less, or try again later."),
)
_ADDRESS = ErrorPageText(
    N_("The address says something that does not fit"), N_("Change or leave out the part that is named.")
)
_LARGE = ErrorPageText(N_("That is too large"), N_("Send or ask for less at once."))
_NOTHING = ErrorPageText(N_("There is nothing at this address"), N_("Search for it, or choose a question."))
_THING = ErrorPageText(N_("There is no such resource here"), N_("Look for it by its name in the search."))
_QUESTION = ErrorPageText(N_("There is no such question"), N_("Choose one from the list of questions."))
_RELEASE = ErrorPageText(
    N_("There is no such release here"), N_("Take the current release, or another one that is listed below.")
)
_FORM = ErrorPageText(N_("It does not come in that form"), N_("Take one of the forms that are named below."))
_CHANGES = ErrorPageText(
    N_("Nothing can be changed here"), N_("The data of a release never change. You can read and download them.")
)
_OPERATOR = ErrorPageText(N_("This is for the operator of the service"), N_("Go back, or begin at the home page."))
_ELSEWHERE = ErrorPageText(
    N_("Another service gave no answer that can be used"), N_("Try again later, or ask without that service.")
)
_PICTURE = ErrorPageText(N_("There is no picture of this"), N_("The table has the same numbers."))
_DRAWING = ErrorPageText(N_("The picture could not be drawn"), N_("The table has the same numbers."))
_OTHER = ErrorPageText(N_("That did not work"), N_("Go back, or begin at the home page."))

_WAYS: dict[ErrorPageText, tuple[type[errors.KgError], ...]] = {
    _QUERY: (errors.QueryInvalid, errors.QueryFailed, errors.QueryTooDeep, errors.QueryRefused),
    _HEAVY: (errors.QuestionTooLong, errors.QuestionTooHeavy, errors.AnswerTooLarge),
    _ENGINE: (errors.EnginePanicked,),
    _BUSY: (errors.ClientBusy, errors.EngineBusy, errors.EngineLost, errors.QuestionCancelled),
    _DAMAGED: (errors.ReleaseBroken,),
    _DISK: (errors.DiskFull, errors.WriteFailed),
    _AWAY: (errors.EngineUnreachable,),
    _ADDRESS: (errors.RequestInvalid, errors.ParameterInvalid, errors.ColumnUnknown, errors.SearchTooLong),
    _LARGE: (errors.QueryTooLarge, errors.BatchTooLarge, errors.BodyTooSlow),
    _NOTHING: (
        *(errors.PageUnknown, errors.VersionUnknown, errors.GraphUnknown, errors.DumpUnknown),
        *(errors.VocabularyUnknown, errors.ExportUnknown, errors.MementoMissing),
    ),
    _THING: (errors.ThingUnknown, errors.ThingRetired),
    _QUESTION: (errors.QuestionUnknown,),
    _RELEASE: (errors.ReleaseUnknown, errors.ReleaseGone),
    _FORM: (errors.FormUnavailable, errors.MediaTypeUnsupported),
    _CHANGES: (errors.WriteRefused,),
    _ELSEWHERE: (errors.FederationFailed, errors.FederationTooSlow),
    _PICTURE: (errors.PictureMissing,),
    _DRAWING: (errors.PictureTooLarge, errors.PictureFailed),
}
_BY_KIND = {error.__name__: way for way, kinds in _WAYS.items() for error in kinds} | {
    HTTPStatus.NOT_FOUND.phrase.replace(" ", ""): _NOTHING,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase.replace(" ", ""): _LARGE,
    HTTPStatus.BAD_REQUEST.phrase.replace(" ", ""): _ADDRESS,
    HTTPStatus.UNAUTHORIZED.phrase: _OPERATOR,
    HTTPStatus.FORBIDDEN.phrase: _OPERATOR,
}


def error_page_text(kind: str) -> ErrorPageText:
    """Return the title and advice for a kind of problem, in the language of the page."""
    way = _BY_KIND.get(kind, _OTHER)
    return ErrorPageText(gettext(way.title), gettext(way.on))
