"""``/status``: the self-test of each canned question in this release, and the changes against the previous one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template

from kg.core.errors import N_, KgError
from kg.questions.catalogue import CannedQuestion
from kg.questions.self_test import SelfTest
from kg.release import Release
from kg.release.question_report import SelfTestReport, read_report
from kg.release.store import ReleaseStore
from server.core.context import RequestContext, request_context
from server.core.i18n.language import gettext, language_here
from server.core.i18n.numbers import format_number
from server.core.parameters import reads
from server.core.sparql_protocol.protocol import accept_here, negotiate

blueprint = Blueprint("state", __name__)

_MISSING = {"en": N_("%(number)s in English"), "de": N_("%(number)s in German"), "zh": N_("%(number)s in Chinese")}


@dataclass(frozen=True)
class QuestionState:
    """A question, its self-test (None: it did not run when the release was built), and its change.

    ``change`` is for programs, ``change_text`` is the text in the language of the page.
    """

    question: CannedQuestion
    trial: SelfTest | None
    change: str
    change_text: str

    @property
    def missing(self) -> list[str]:
        """The numbers of resources without a label in a language, as texts."""
        unlabelled = self.trial.unlabelled if self.trial is not None else {}
        return [gettext(_MISSING[entry], number=count) for entry, count in unlabelled.items()]


@blueprint.get("/status")
@reads("lang")
def status() -> Response:
    """Return the state of every question, as a page or as JSON."""
    service = request_context()
    release, older = _releases(service)
    trials, before = (read_report(entry) if entry is not None else None for entry in (release, older))
    states = [_state(question, trials, before) for question in service.catalogue.questions.values()]
    if negotiate(accept_here(), ["text/html", "application/json"]) == "application/json":
        response = jsonify(_fields(service, trials, older, states))
    else:
        page = render_template(
            "status.html",
            states=states,
            made_at=trials.made_at if trials is not None else "",
            release=service.engine.release_id,
            older=older.release_id if older is not None else "",
        )
        response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "Accept"
    return response


def _releases(service: RequestContext) -> tuple[Release | None, Release | None]:
    """Return the release of this request and the previous one, if they are in the release store."""
    store = ReleaseStore(service.settings.home)
    try:
        releases = store.releases()
    # a store that cannot be read costs the page its reports, not its list of questions
    except KgError:
        return None, None
    ids = [release.release_id for release in releases]
    if service.engine.release_id not in ids:
        return None, None
    place = ids.index(service.engine.release_id)
    # the newest release comes first, so the next one in the list is the previous one
    return releases[place], releases[place + 1] if place + 1 < len(releases) else None


def _state(question: CannedQuestion, trials: SelfTestReport | None, before: SelfTestReport | None) -> QuestionState:
    trial = trials.by_slug.get(question.slug) if trials is not None else None
    earlier = before.by_slug.get(question.slug) if before is not None else None
    change = _change(trial, earlier, has_before=before is not None)
    return QuestionState(question, trial, change, _change_text(change, trial, earlier))


def _change(trial: SelfTest | None, earlier: SelfTest | None, *, has_before: bool) -> str:
    if trial is None or not has_before:
        return ""
    if earlier is None:
        return N_("new")
    # the digest shows changes that leave the number of rows as it is
    if trial.digest == earlier.digest:
        return N_("same")
    # this text is for programs and stays English; ``_change_text`` translates the same fact
    return f"{earlier.rows} to {trial.rows} rows" if trial.rows != earlier.rows else N_("other rows")


def _change_text(change: str, trial: SelfTest | None, earlier: SelfTest | None) -> str:
    if trial is None or earlier is None or trial.rows == earlier.rows:
        return gettext(change) if change else ""
    before, after = (format_number(trial_or_none.rows, language_here()) for trial_or_none in (earlier, trial))
    return gettext("%(before)s to %(after)s rows", before=before, after=after)


def _fields(
    service: RequestContext, trials: SelfTestReport | None, older: Release | None, states: list[QuestionState]
) -> dict[str, object]:
    return {
        "release": service.engine.release_id,
        "compared_with": older.release_id if older is not None else None,
        "made_at": trials.made_at if trials is not None else None,
        "questions": [
            {
                "slug": state.question.slug,
                "change": state.change,
                "trial": state.trial.to_fields() if state.trial else None,
            }
            for state in states
        ],
    }
