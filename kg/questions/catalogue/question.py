"""What a canned question is made of: texts in three languages, typed parameters, columns, a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.core.errors import QuestionUnknown
from kg.core.messages import Message
from kg.sparql.lexer import Kind, kind_of

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """A value that a parameter may take; its label if the file gives one, and how many answers it has."""

    value: NamedNode | Literal
    labels: Texts
    count: int | None = None


@dataclass(frozen=True)
class Parameter:
    """A typed parameter: ``iri``, ``string``, ``integer``, ``decimal``, ``date`` or ``boolean``.

    ``least`` and ``most`` bound a number or a date, both included; empty means unbounded. The query of a pick list may
    have slots for the other parameters, so that it offers only what goes together with their values; ``counts`` says
    what its numbers count.
    """

    name: str
    labels: Texts
    type: str
    multiple: bool
    required: bool
    default: tuple[str, ...]
    fixed_options: tuple[Option, ...]
    options_query: str | None
    member_of: NamedNode | None
    least: str = ""
    most: str = ""
    counts: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column of the answer: its heading, and how its cells are shown.

    ``folded`` names other columns that a page tells within the cells of this one, such as the unit of a number.
    """

    name: str
    labels: Texts
    kind: str
    folded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CannedQuestion:
    """A question in plain words with the query that answers it.

    ``about`` is the column that names what a row is about, where that is not the first one of things.
    """

    slug: str
    title: Texts
    question: Texts
    description: Texts
    limits: Texts
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    tests: tuple[dict[str, Any], ...]
    text: str
    subject: str
    tags: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    about: str = ""
    chart: Mapping[str, Any] | None = None
    competency: int | None = None

    @property
    def kind(self) -> Kind:
        """SELECT, mostly."""
        return kind_of(self.text)


@dataclass(frozen=True)
class Catalogue:
    """All canned questions in order of their slugs, and the subjects that they are listed under, in order."""

    questions: Mapping[str, CannedQuestion]
    subjects: Mapping[str, Texts]

    def get(self, slug: str) -> CannedQuestion:
        """The question with a slug.

        Raises:
            QuestionUnknown: there is none.
        """
        if slug not in self.questions:
            raise QuestionUnknown(
                Message("There is no question %(name)s. The questions are listed at /q/.", name=repr(slug))
            )
        return self.questions[slug]

    def by_subject(self) -> dict[str, list[CannedQuestion]]:
        """The questions under each subject, in the order of the subjects; a subject without questions is left out."""
        listed = {
            subject: [question for question in self.questions.values() if question.subject == subject]
            for subject in self.subjects
        }
        return {subject: questions for subject, questions in listed.items() if questions}
