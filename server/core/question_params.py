"""Parameters of a request for a canned question: its values, and how to show the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from kg.core.errors import Message, ParameterInvalid, choice
from kg.core.names import LANGUAGES
from kg.questions.catalogue import RESERVED, CannedQuestion
from kg.questions.result import QuestionResult, answer_question, narrow, order
from server.core.context import RequestContext
from server.core.parameters import Fields, View, reads

ONLY = "only."
LARGEST_PAGE = 500
LAST_PAGE = 1_000_000
PAGE_ROWS = 50
THEMES = ("light", "dark")
WIDTHS = ("wide", "narrow")


@dataclass(frozen=True)
class QuestionParams:
    """The parsed fields of an address.

    - ``values``: the values of the parameters of the question.
    - ``only``: the facets to filter by (``only.plan=id:plan-ict``).
    - ``sort``: a column, with ``-`` before it for descending order.
    - ``page``: counts from 1.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int = PAGE_ROWS
    language: str = "en"
    theme: str = "light"
    width: str = "wide"
    bom: bool = True

    def drawn(self, theme: str, width: str) -> QuestionParams:
        """Return the same parameters with another theme and width."""
        return replace(self, theme=theme, width=width)

    def in_language(self, language: str) -> QuestionParams:
        """Return the same parameters in another language."""
        return replace(self, language=language)

    def fields(self) -> list[tuple[str, str]]:
        """Return the fields of an address with these parameters, in a fixed order and without default values."""
        fields = [(key, value) for key, values in sorted(self.values.items()) for value in values]
        fields += [(ONLY + key, value) for key, values in sorted(self.only.items()) for value in values]
        plain = QuestionParams()
        if self.language != plain.language:
            fields.append(("lang", self.language))
        if self.sort:
            fields.append(("sort", self.sort))
        if self.size != plain.size:
            fields.append(("size", str(self.size)))
        if self.theme != plain.theme:
            fields.append(("theme", self.theme))
        if self.width != plain.width:
            fields.append(("width", self.width))
        if self.page != plain.page:
            fields.append(("page", str(self.page)))
        return fields


def reads_question_params(*reserved: str, only: bool = True) -> Callable[[View], View]:
    """Declare that a view reads the parameters of its question, the reserved ones and, with ``only``, the facets.

    The view also gets a parameter that the question does not have, and refuses it. So it makes no page of its own.
    """

    def refine(_: Mapping[str, Any], fields: Fields) -> Fields:
        # A reserved field that fits but is not read here would only make a second cache entry. One that does not fit
        # remains, so that the view refuses it as it does elsewhere.
        return [
            (name, value)
            for name, value in fields
            if (name in reserved or not _fits(name, value)) and (only or not name.startswith(ONLY))
        ]

    return reads(*reserved, rest=True, refine=refine)


def _fits(name: str, value: str) -> bool:
    """Return True for a reserved parameter with a valid value. The view refuses an invalid value."""
    try:
        read_question_params([(name, unquote(value.replace("+", " ")))])
    except ParameterInvalid:
        return False
    return name in RESERVED


def read_question_params(fields: Sequence[tuple[str, str]], language: str = LANGUAGES[0]) -> QuestionParams:
    """Parse the fields of an address. ``language`` is the default if they name none.

    Raises:
        ParameterInvalid: a reserved field has an invalid value.
    """
    values_by_name: dict[str, list[str]] = {}
    only: dict[str, list[str]] = {}
    options: dict[str, str] = {}
    for key, value in fields:
        if key.startswith(ONLY):
            only.setdefault(key.removeprefix(ONLY), []).append(value)
        elif key in RESERVED:
            options[key] = value
        else:
            values_by_name.setdefault(key, []).append(value)
    return QuestionParams(
        values={key: tuple(values) for key, values in values_by_name.items()},
        only={key: tuple(values) for key, values in only.items()},
        sort=options.get("sort", ""),
        page=_number(options, "page", 1, LAST_PAGE),
        size=_number(options, "size", PAGE_ROWS, LARGEST_PAGE),
        language=_one_of(options, "lang", LANGUAGES, language),
        theme=_one_of(options, "theme", THEMES),
        width=_one_of(options, "width", WIDTHS),
        bom=_one_of(options, "bom", ("1", "0")) == "1",
    )


def _number(options: Mapping[str, str], key: str, usual: int, most: int) -> int:
    text = options.get(key, str(usual))
    # isdecimal accepts digits of all scripts, hence isascii. The length is checked before int(), which refuses very
    # long texts with a ValueError.
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(most)) + 1 and 1 <= int(text) <= most):
        raise ParameterInvalid(key, Message("give a whole number from %(least)s to %(most)s.", least=1, most=most))
    return int(text)


def _one_of(options: Mapping[str, str], key: str, choices: Sequence[str], usual: str = "") -> str:
    value = options.get(key, usual or choices[0])
    if value not in choices:
        raise ParameterInvalid(
            key, Message("%(value)s is not known; choose %(offered)s.", value=repr(value), offered=choice(choices))
        )
    return value


def result_params(
    service: RequestContext, question: CannedQuestion, params: QuestionParams
) -> tuple[QuestionResult, QuestionResult]:
    """Return the answer to a question, filtered and sorted but not paged, and the whole answer.

    Raises:
        ParameterInvalid: a value does not fit its parameter.
        ColumnUnknown: the answer has no column to sort or filter by.
    """
    whole = answer_question(service.engine, question, params.values, params.language)
    answered = narrow(whole, params.only)
    if params.sort:
        answered = order(answered, params.sort.removeprefix("-"), descending=params.sort.startswith("-"))
    return answered, whole


def first_page(params: QuestionParams) -> QuestionParams:
    """Return the same parameters with the first page."""
    return replace(params, page=1)
