"""Twenty thousand hostile values change no query: each is refused, or stands in its slots as one term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import pytest

from kg.core.errors import ParameterInvalid
from kg.core.media_types import FORMS
from kg.engine import Answer, Engine, Question
from kg.engine.cancellation import CancellationToken
from kg.questions.catalogue import CannedQuestion, Parameter, bind, read_catalogue
from kg.questions.catalogue.terms import term_of
from kg.sparql.lexer import Kind, kind_of, tokens
from kg.sparql.slots import slots

# what a value begins with, so that it is nearly one of some type
BEGINNINGS = (
    *("", "a", "2", "-1", "true", "2021-12-31", " ", "\n", "#", "%", '"', "\\", "<", "}"),
    *("id:", "id:technology-5g", "https://w3id.org/fyp-kg/id/plan-ii", "https://example.org/?q=", "urn:x:", "fyp:Plan"),
)
ATTACKS = (
    *("}", "} #", "}}", "{", "} {", ") }", "} UNION { ?s ?p ?o }", "} FILTER(false) {", "UNDEF", "UNDEF } #"),
    *('"', "'", '"""', "'''", '" } #', "' } #", '""" } #', '"@en } #', '"^^<urn:x> } #', "\\", '\\"', "\\\\", "\\n"),
    *(">", "> }", "> . ?s ?p ?o . <x", "<", "<>", "#", "# }", "$technology", "?x"),
    *("%3E", "%3e %7D", "%22%7D", "%00", "%", "%u003E", "\\u003E", "\\U0000003E"),
    *('" } ?s ?p ?o #', '" } UNION { ?s ?p ?o } VALUES ?v { "', "> } ?s ?p ?o #", "> } FILTER(true) VALUES ?v { <x"),
    *("} ; DROP ALL", "} INSERT DATA { <a> <b> <c>", "} SERVICE <http://127.0.0.1/> {"),
    *("\n", "\r\n}", "\t", "\x00", "\x1b", "\x7f", "\u0085", "\u2028", "\ufeff", "\u202e", "\u200b"),
    *("\ud800", "\udfff\ud800", "\U0010ffff", "\ufffe", "机器人", "🤖"),
    *("x" * 201, "\\" * 199, '"' * 200, "}" * 10_000),
)
ENDINGS = (
    *("", "}", "#", '"', "'", "\\", ">", "<", "\n", "\r", "\x00", "\ud800", "é", "语"),
    *("&x=", "+", "\\u007D", "%", ".", ";", " ", "$x"),
)
VALUES = list(dict.fromkeys(begin + attack + end for begin, attack, end in product(BEGINNINGS, ATTACKS, ENDINGS)))
_STRIDE = 7_919  # a prime, so that neighbours, which are alike, go to different parameters


Asked = tuple[CannedQuestion, Parameter]


def asked_for() -> list[Asked]:
    """Every parameter of every question, and one of each type, which the questions need not have."""
    questions = list(read_catalogue().questions.values())
    found = [(question, parameter) for question in questions for parameter in question.parameters]
    plain = next(question for question in questions if question.slug == "top-level-objectives")
    for kind in ("iri", "string", "integer", "decimal", "date", "boolean"):
        typed = replace(plain.parameters[0], type=kind, options_query=None, member_of=None)
        found.append((replace(plain, slug=kind, parameters=(typed,)), typed))
    return found


def hands() -> list[tuple[Asked, list[str]]]:
    """The bare attacks for each parameter, and the values dealt out over all of them, as cards are."""
    dealt = [(asked, list(ATTACKS)) for asked in asked_for()]
    for step in range(len(VALUES)):
        dealt[step % len(dealt)][1].append(VALUES[step * _STRIDE % len(VALUES)])
    return dealt


HANDS = hands()
EACH = pytest.mark.parametrize(
    ("asked", "hand"), [pytest.param(*one, id=f"{one[0][0].slug}-{one[0][1].name}") for one in HANDS]
)


@dataclass
class Agreeable:
    """An engine that has no pick list, says of anything that it is of the class, and keeps what it was asked."""

    release_id: str = "none"
    texts: list[str] = field(default_factory=list)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """One row for who asks whether a thing is of a class, none for who asks for a list."""
        del cancellation
        self.texts.append(question.text)
        return Answer(IS_ONE if "?class" in question.text else EMPTY, FORMS["srj"])


EMPTY = b'{"head": {"vars": ["value", "count"]}, "results": {"bindings": []}}'
IS_ONE = b'{"head": {"vars": ["class"]}, "results": {"bindings": [{"class": {"type": "uri", "value": "urn:x"}}]}}'


@dataclass(frozen=True)
class Frame:
    """What no value may change: the kind of a query, and its tokens outside the slots."""

    kind: Kind
    outside: tuple[tuple[str, str], ...]


def frame_of(text: str) -> Frame:
    places = slots(text)
    kept = (token for token in tokens(text) if not any(slot.start <= token.start < slot.end for slot in places))
    return Frame(kind_of(text), tuple((token.kind, token.text) for token in kept))


def bound(question: CannedQuestion, parameter: Parameter, value: str, engine: Engine) -> str | None:
    """The bound text, or None for a refusal."""
    try:
        return bind(question, {parameter.name: [value]}, engine)
    except ParameterInvalid:
        return None


def test_there_are_twenty_thousand_of_them() -> None:
    assert len(VALUES) >= 20_000
    assert {value for _, hand in HANDS for value in hand} >= set(VALUES)


@EACH
def test_a_hostile_value_is_refused_or_stands_in_its_slots_as_one_term(asked: Asked, hand: Sequence[str]) -> None:
    """Neither a pick list nor a class protects the query here: any value of the type goes in."""
    question, parameter = asked
    bare = replace(parameter, fixed_options=(), options_query=None, member_of=None)
    unguarded = replace(question, parameters=tuple(bare if one is parameter else one for one in question.parameters))
    frame, engine, refused = frame_of(question.text), Agreeable(), 0
    for value in hand:
        text = bound(unguarded, bare, value, engine)
        if text is None:
            refused += 1
            continue
        assert frame_of(text) == frame, repr(value)
        own = {text[slot.start : slot.end] for slot in slots(text) if slot.name == bare.name}
        assert own == {f" {term_of(bare, value)} "}, repr(value)
    assert 0 < refused <= len(hand) - (parameter.type in ("iri", "string"))
    assert engine.texts == []


@EACH
def test_who_asks_whether_a_hostile_value_is_of_a_class_asks_nothing_else(asked: Asked, hand: Sequence[str]) -> None:
    question, parameter = asked
    engine = Agreeable()
    for value in hand[: len(ATTACKS)]:
        for begin in ("", "id:plan-ii", "urn:x:"):
            bound(question, parameter, begin + value, engine)
    checks = [text for text in engine.texts if "?class" in text]
    shapes = {tuple(token.kind for token in tokens(text)) for text in checks}
    assert len(shapes) == (parameter.member_of is not None)
    assert {kind_of(text) for text in engine.texts} <= {Kind.SELECT}
    assert len({text for text in engine.texts if text not in checks}) <= 1  # the pick list


def test_a_value_that_is_pasted_would_be_seen() -> None:
    question, _ = HANDS[0][0]
    (slot, *_) = slots(question.text)
    begin, end = question.text[: slot.start], question.text[slot.end :]
    pasted = [begin + paste.format(value) + end for value in ATTACKS for paste in (' "{}" ', " <{}> ", " {} ")]
    assert sum(frame_of(text) != frame_of(question.text) for text in pasted) > 10
