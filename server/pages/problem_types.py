"""The problem types, each at the address that problem documents use as their type (RFC 9457, section 3.1.1)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, render_template

from kg.core import errors
from kg.core.errors import KgError, Message, PageUnknown
from server.core.http.problem_document import STATUS
from server.core.i18n.error_pages import error_page_text
from server.core.parameters import reads

blueprint = Blueprint("kinds", __name__)


@blueprint.get("/problem/<kind>")
@reads("lang")
def page(kind: str) -> str:
    """Return the page of a problem type, with its meaning and its status.

    Raises:
        PageUnknown: 404, there is no such type.
    """
    # the module has other names, too, so only subclasses of KgError count
    error = getattr(errors, kind, None)
    if isinstance(error, type) and issubclass(error, KgError):
        # the first line of the docstring is the meaning; the page has no markup for code
        meaning = (error.__doc__ or "").partition("\n")[0].replace("``", "")
        return render_template(
            "kind.html", kind=kind, ahead=error_page_text(kind), meaning=meaning, status=STATUS.get(error, 500)
        )
    # errors of Flask itself have the phrase of their status as type, without spaces
    for status in HTTPStatus:
        if status >= HTTPStatus.BAD_REQUEST and status.phrase.replace(" ", "") == kind:
            meaning = status.description or status.phrase
            return render_template(
                "kind.html", kind=kind, ahead=error_page_text(kind), meaning=meaning, status=status.value
            )
    raise PageUnknown(Message("There is no kind of problem %(name)s.", name=repr(kind)))
