"""Canned questions: read with care, and bound so that no value of a visitor becomes part of the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.core.errors import HeaderInvalid, ParameterInvalid, QuestionUnknown
from kg.core.media_types import FORMS
from kg.core.names import name, thing
from kg.core.settings import PROJECT
from kg.engine import Answer, Engine, Question, select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.limits import CancellationToken
from kg.engine.store import Store
from kg.questions.catalogue import CannedQuestion, Catalogue, Parameter, bind, options_of, read_catalogue, term_of
from kg.sparql.lexer import Kind, kind_of, tokens
from kg.sparql.slots import slots
from tests.catalogue import project_catalogue
from tests.examples import examples

GOOD = """#+ id: words
#+ competency: 5
#+ subject: plans
#+ title: {en: Words, de: Wörter, zh: 词}
#+ question: {en: Which words, de: Welche Wörter, zh: 哪些词}
#+ description: {en: Words., de: Wörter., zh: 词。}
#+ limits: {en: None., de: Keine., zh: 无。}
#+ params:
#+   word:
#+     label: {en: Word, de: Wort, zh: 词}
#+     type: string
#+     multiple: true
#+     required: false
#+     default: [first, second]
#+ columns:
#+   word: {label: {en: Word, de: Wort, zh: 词}, kind: text}
SELECT $word WHERE {
  VALUES $word { "as written" }
}
"""
OPTION = """#+ id: all
#+ counts: {en: words, de: Worte, zh: 词}
SELECT ?value ?count { VALUES (?value ?count) { (<urn:a> 2) ("b" UNDEF) } }
"""


def question_of(folder: Path, text: str) -> CannedQuestion:
    for kind, name_, body in (("pages", "words", text), ("options", "all", OPTION)):
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{name_}.rq").write_text(body, encoding="utf-8")
    (folder / "subjects.yaml").write_text("plans: {en: Plans, de: Pläne, zh: 规划}\n", encoding="utf-8")
    return read_catalogue(folder).get("words")


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


@pytest.fixture(scope="module")
def empty() -> Engine:
    return EmbeddedEngine(Store(), "none", 128)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> CannedQuestion:
    return question_of(tmp_path_factory.mktemp("queries"), GOOD)


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> CannedQuestion:
    """A question that takes any IRI, whether or not the graph knows it."""
    return question_of(tmp_path_factory.mktemp("queries"), changed("type: string", "type: iri"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


def test_a_question_is_read_with_its_header_and_without_it_in_the_text(words: CannedQuestion) -> None:
    assert (words.slug, words.competency, words.kind) == ("words", 5, Kind.SELECT)
    assert words.title == {"en": "Words", "de": "Wörter", "zh": "词"}
    assert words.text == 'SELECT $word WHERE {\n  VALUES $word { "as written" }\n}\n'
    (parameter,) = words.parameters
    assert (parameter.multiple, parameter.required, parameter.default) == (True, False, ("first", "second"))
    assert [(column.name, column.kind) for column in words.columns] == [("word", "text")]


def test_every_question_of_the_project_is_read(catalogue: Catalogue) -> None:
    assert list(catalogue.questions) == sorted(path.stem for path in (PROJECT / "queries" / "pages").glob("*.rq"))
    with pytest.raises(QuestionUnknown, match=r"There is no question 'nowhere'\. The questions are listed at /q/\."):
        catalogue.get("nowhere")


PARAMETER = "#+   word:\n#+     label: {en: Word, de: Wort, zh: 词}\n#+     type: string\n"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (", zh: 词}\n#+ question", "}\n#+ question", "title needs a text in each of en, de, zh."),
        ("zh: 哪些词", "zh: ''", "question needs a text in each of en, de, zh."),
        ("{en: None., de: Keine., zh: 无。}", "None.", "limits needs a text in each of en, de, zh."),
        ("zh: 词}\n#+     type", "zh: }\n#+     type", "label needs a text in each of en, de, zh."),
        ("type: string", "type: colour", "parameter word has the unknown type 'colour'."),
        ("required: false", "options: nowhere", "takes its options from 'nowhere', which does not exist."),
        ("kind: text", "kind: picture", "column word needs a kind of entity, text,"),
        ("VALUES $word", "VALUES ?word", "VALUES slots [] and params ['word'] differ."),
        ("#+   word:\n", "#+   wort:\n", "VALUES slots ['word'] and params ['wort'] differ."),
        (
            "VALUES $word",
            "VALUES $more { 1 } VALUES $word",
            "VALUES slots ['more', 'word'] and params ['word'] differ.",
        ),
        ("kind: text}", "kind: text, unit: word}", "column word folds unit, which only numbers can."),
        ("kind: text}", "kind: number, unit: nowhere}", "columns are folded with ['nowhere'], which are no columns."),
        ("#+ params:\n", "#+ about: nowhere\n#+ params:\n", "rows are about 'nowhere', which is no column."),
        ("#+ id: words", "#+ id: other", "id is 'other'; it must be 'words'."),
        ("#+ id: words", "#+ id: [", "the #+ header is no YAML"),
        (PARAMETER, "#+   word: string\n#+   more:\n", "parameter word needs fields"),
        ("{label: {en: Word, de: Wort, zh: 词}, kind: text}", "text", "column word needs fields"),
        ("#+ params:\n", "#+ params: [word]\n#+ more:\n", "params needs fields"),
        ("#+     required: false", "#+     class: nowhere:Agent", "nowhere:Agent"),
        ("#+     required: false", "#+     options: [a]", "an option of word needs fields"),
        (
            "#+     required: false",
            "#+     options: [{label: {en: A, de: A, zh: A}}]",
            "an option of word has no value",
        ),
        (
            "type: string",
            "type: integer\n#+     options: [{value: x, label: {}}]",
            "an option of word: 'x' is no integer.",
        ),
        ("competency: 5", "competency: five", "competency is a whole number."),
    ],
)
def test_a_mistake_in_a_file_is_reported_with_the_file(tmp_path: Path, old: str, new: str, text: str) -> None:
    with pytest.raises(HeaderInvalid) as caught:
        question_of(tmp_path, changed(old, new))
    assert f"{tmp_path / 'pages' / 'words.rq'}: " in str(caught.value)
    assert text in str(caught.value)


def test_a_pick_list_with_numbers_says_what_they_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = question_of(tmp_path, changed("required: false", "options: all"))
    assert asked.parameters[0].counts == {"en": "words", "de": "Worte", "zh": "词"}
    monkeypatch.setitem(globals(), "OPTION", OPTION.replace("counts:", "numbers:"))
    with pytest.raises(HeaderInvalid, match=r"all\.rq: counts needs a text in each of en, de, zh\."):
        question_of(tmp_path, changed("required: false", "options: all"))


def test_options_come_from_a_query_or_from_the_file(tmp_path: Path, empty: Engine) -> None:
    asked = question_of(tmp_path, changed("required: false", "options: all"))
    options = options_of(asked.parameters[0], empty)
    assert [(item.value, item.count) for item in options] == [(NamedNode("urn:a"), 2), (Literal("b"), None)]
    label = "label: {en: Year, de: Jahr, zh: 年}"
    fixed = question_of(tmp_path, changed("required: false", f"options: [{{value: a, {label}}}]"))
    assert [(option.value, option.labels["de"]) for option in options_of(fixed.parameters[0], empty)] == [
        (Literal("a"), "Jahr")
    ]


def chosen(question: CannedQuestion, given_: dict[str, Sequence[str]], engine: Engine) -> list[object]:
    return list(select(engine, bind(question, given_, engine)).column("word"))


def test_a_parameter_that_is_not_given_takes_its_default(words: CannedQuestion, empty: Engine) -> None:
    assert chosen(words, {}, empty) == [Literal("first"), Literal("second")]


def test_one_or_several_values_are_bound_as_they_are(words: CannedQuestion, empty: Engine) -> None:
    assert chosen(words, {"word": ["third"]}, empty) == [Literal("third")]
    assert chosen(words, {"word": ["b", "", "a", "b"]}, empty) == [Literal("b"), Literal("a"), Literal("b")]


def test_no_value_where_none_is_required_asks_for_all(words: CannedQuestion, empty: Engine) -> None:
    assert chosen(words, {"word": [""]}, empty) == [None]
    assert "VALUES $word { UNDEF }" in bind(words, {"word": []}, empty)


@pytest.mark.parametrize("given_", [{}, {"word": []}, {"word": [""]}])
def test_a_required_value_that_is_missing_is_reported(
    tmp_path: Path, empty: Engine, given_: dict[str, Sequence[str]]
) -> None:
    text = changed("#+     required: false\n#+     default: [first, second]\n", "")
    with pytest.raises(ParameterInvalid, match="word: choose a value"):
        bind(question_of(tmp_path, text), given_, empty)


def test_too_many_or_too_long_values_are_refused(words: CannedQuestion, tmp_path: Path, empty: Engine) -> None:
    assert len(chosen(words, {"word": ["x" * 200] * 50}, empty)) == 50
    with pytest.raises(ParameterInvalid, match=r"word: give at most 50 values\."):
        bind(words, {"word": ["x"] * 51}, empty)
    with pytest.raises(ParameterInvalid, match=r"word: a value may have at most 200 characters\."):
        bind(words, {"word": ["x" * 201]}, empty)
    single = question_of(tmp_path, changed("multiple: true", "multiple: false"))
    with pytest.raises(ParameterInvalid, match=r"word: give at most 1 value\."):
        bind(single, {"word": ["a", "b"]}, empty)


def test_an_unknown_parameter_is_refused(words: CannedQuestion, catalogue: Catalogue, empty: Engine) -> None:
    with pytest.raises(ParameterInvalid, match=r"wort: this question has no such parameter; it has word\.") as caught:
        bind(words, {"wort": ["a"]}, empty)
    assert caught.value.name == "wort"
    with pytest.raises(ParameterInvalid, match=r"it has none\."):
        bind(catalogue.get("targets-per-plan"), {"x": ["a"]}, empty)


WELL_FORMED = {
    "integer": ("5", "-5", "+5", "0", "007", "123456789012345678901234567890"),
    "decimal": ("5", "-5.25", ".5", "5.", "+1.0"),
    "date": ("2021-12-31", "2024-02-29"),
    "boolean": ("true", "false"),
}
ILL_FORMED = {
    "integer": ("five", "5.0", "1_000", " 5", "5 ", "٥", "５", "0x5", "--5", "1e3", "-", "5\n"),
    "decimal": ("1_0", "1e5", " 5", "5\n", "٥", "NaN", "Infinity", "1,5", ".", "-", "5..5"),
    "date": (
        "2021-13-01",
        "2023-02-29",
        "20211231",
        "2021-W52-5",
        "31.12.2021",
        "2021-12-31T00:00:00",
        "2021-2-3",
        "２021-12-31",
    ),
    "boolean": ("True", "yes", "truefalse", " true"),
}


def cases(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(kind, text) for kind, texts in table.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), cases(WELL_FORMED))
def test_a_well_formed_value_becomes_a_literal_of_its_type(tmp_path: Path, empty: Engine, kind: str, text: str) -> None:
    question = question_of(tmp_path, changed("type: string", f"type: {kind}"))
    assert str(Literal(text, datatype=name(f"xsd:{kind}"))) in bind(question, {"word": [text]}, empty)
    assert "None" not in str(chosen(question, {"word": [text]}, empty))


@pytest.mark.parametrize(("kind", "text"), cases(ILL_FORMED))
def test_an_ill_formed_value_is_refused(tmp_path: Path, empty: Engine, kind: str, text: str) -> None:
    question = question_of(tmp_path, changed("type: string", f"type: {kind}"))
    with pytest.raises(ParameterInvalid, match=rf"^word: .* is no {kind}\.$"):
        bind(question, {"word": [text]}, empty)


def test_a_value_from_a_list_in_the_file_may_be_chosen_whatever_its_type(tmp_path: Path, empty: Engine) -> None:
    label = "label: {en: Year, de: Jahr, zh: 年}"
    text = changed("type: string", f"type: integer\n#+     options: [{{value: 2025, {label}}}]")
    question = question_of(tmp_path, text)
    assert chosen(question, {"word": ["2025"]}, empty) == [Literal(2025)]
    with pytest.raises(ParameterInvalid, match=r"'2030' is not one of the choices\."):
        bind(question, {"word": ["2030"]}, empty)


TECHNOLOGY = "objectives-mentioning-technology"


def test_a_compact_iri_is_the_full_one(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    texts = {
        bind(catalogue.get(TECHNOLOGY), {"technology": [iri], "scope": ["any-element"]}, engine)
        for iri in ("id:technology-5g", thing("technology-5g").value)
    }
    assert len(texts) == 1
    assert f"VALUES $technology {{ {thing('technology-5g')} }}" in texts.pop()


def test_every_slot_of_a_parameter_is_filled(catalogue: Catalogue, engine: EmbeddedEngine) -> None:
    question = catalogue.get("plans-covering-technologies")
    text = bind(question, {"technology": ["id:technology-5g"]}, engine)
    assert text.count(f"VALUES $technology {{ {thing('technology-5g')} }}") == len(slots(question.text)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "technology-5g",
        "/id/technology-5g",
        "nowhere:technology-5g",
        "https://example.org/a b",
        "https://example.org/> . } #",
        'https://example.org/"',
        "id:technology-5g> }",
        "id:\ud800",
    ],
)
def test_what_is_no_iri_of_the_web_is_refused(links: CannedQuestion, empty: Engine, text: str) -> None:
    with pytest.raises(ParameterInvalid, match=r"^word: .* is no (IRI with http, https or urn|valid IRI)\.$"):
        bind(links, {"word": [text]}, empty)


@pytest.mark.parametrize("text", ["id:plan-gr", "id:nowhere", "https://example.org/x", "fyp:Technology", "urn:x"])
def test_an_iri_that_is_no_instance_is_refused(catalogue: Catalogue, engine: EmbeddedEngine, text: str) -> None:
    with pytest.raises(ParameterInvalid, match=r"is not one of the choices\."):
        bind(catalogue.get(TECHNOLOGY), {"technology": [text]}, engine)


def test_an_instance_that_is_not_on_the_pick_list_may_be_asked_for(
    catalogue: Catalogue, engine: EmbeddedEngine
) -> None:
    question = catalogue.get(TECHNOLOGY)
    listed = {option.value for option in options_of(question.parameters[0], engine)}
    every = select(engine, f"SELECT ?t {{ ?t a {name('fyp:Technology')} }} ORDER BY ?t").column("t")
    unlisted = [item for item in every if isinstance(item, NamedNode) and item not in listed]
    assert unlisted
    assert str(unlisted[0]) in bind(question, {"technology": [unlisted[0].value]}, engine)


def outside(text: str) -> list[tuple[str, str]]:
    """The tokens of a text that lie in no slot."""
    places = slots(text)
    return [
        (token.kind, token.text)
        for token in tokens(text)
        if not any(slot.start <= token.start < slot.end for slot in places)
    ]


HOSTILE = (
    '"} SELECT',
    "'} SELECT",
    '"""} SELECT',
    "} UNION { ?s ?p ?o } #",
    "\\",
    '\\"} #',
    "a\nb\r\n}",
    "\x00\x07\x7f\u0085\u2028\ufeff",
    "} SERVICE <http://127.0.0.1/> {",
    "\\u0022 }",
    "$word",
    "机器人🤖",
    "#",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_string_comes_back_as_it_was_and_changes_nothing_else(
    words: CannedQuestion, empty: Engine, value: str
) -> None:
    text = bind(words, {"word": [value, value]}, empty)
    assert outside(text) == outside(words.text)
    assert list(select(empty, text).column("word")) == [Literal(value), Literal(value)]


CHARACTERS = st.one_of(st.sampled_from("\"'\\{}<>#\n\r$?@^u0"), st.characters(codec="utf-8"))


@examples(1000)
@given(values=st.lists(st.text(CHARACTERS, min_size=1, max_size=20), min_size=10, max_size=10))
def test_ten_thousand_random_strings_come_back_as_they_were(
    words: CannedQuestion, empty: Engine, values: list[str]
) -> None:
    text = bind(words, {"word": values}, empty)
    assert outside(text) == outside(words.text)
    assert list(select(empty, text).column("word")) == [Literal(value) for value in values]


@examples(1000)
@given(
    value=st.builds(str.__add__, st.sampled_from(["id:", "https://x/", "urn:", ""]), st.text(CHARACTERS, max_size=20))
)
def test_a_random_text_is_one_iri_or_is_refused(links: CannedQuestion, empty: Engine, value: str) -> None:
    try:
        text = bind(links, {"word": [value, "urn:end"]}, empty)
    except ParameterInvalid:
        return
    assert outside(text) == outside(links.text)
    assert len(select(empty, text).rows) == (2 if value else 1)


def test_half_a_character_is_refused(words: CannedQuestion, empty: Engine) -> None:
    """JSON can carry a lone surrogate, which no RDF literal can hold."""
    with pytest.raises(ParameterInvalid, match="word: "):
        bind(words, {"word": ["\ud800"]}, empty)


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
    questions = list(project_catalogue().questions.values())
    result = [(question, parameter) for question in questions for parameter in question.parameters]
    plain = next(question for question in questions if question.slug == "top-level-objectives")
    for kind in ("iri", "string", "integer", "decimal", "date", "boolean"):
        typed = replace(plain.parameters[0], type=kind, options_query=None, member_of=None)
        result.append((replace(plain, slug=kind, parameters=(typed,)), typed))
    return result


def hands() -> list[tuple[Asked, list[str]]]:
    """The bare attacks for each parameter, and the values dealt out over all of them, as cards are."""
    dealt = [(asked, list(ATTACKS)) for asked in asked_for()]
    for step in range(len(VALUES)):
        dealt[step % len(dealt)][1].append(VALUES[step * _STRIDE % len(VALUES)])
    return dealt


HANDS = hands()
EACH = pytest.mark.parametrize(
    ("asked", "hand"), [pytest.param(*item, id=f"{item[0][0].slug}-{item[0][1].name}") for item in HANDS]
)


@dataclass
class Agreeable:
    """An engine that has no pick list, says of anything that it is of the class, and keeps what it was asked."""

    release_id: str = "none"
    texts: list[str] = field(default_factory=list)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Return one row to a question whether a resource is of a class, none to a question for a list."""
        del cancellation
        self.texts.append(question.text)
        return Answer(IS_ONE if "?class" in question.text else EMPTY, FORMS["srj"])


EMPTY = b'{"head": {"vars": ["value", "count"]}, "results": {"bindings": []}}'
IS_ONE = b'{"head": {"vars": ["class"]}, "results": {"bindings": [{"class": {"type": "uri", "value": "urn:x"}}]}}'


@dataclass(frozen=True)
class Frame:
    """The parts that no value may change: the kind of a query, and its tokens outside the slots."""

    kind: Kind
    outside: tuple[tuple[str, str], ...]


def frame_of(text: str) -> Frame:
    places = slots(text)
    remaining = (token for token in tokens(text) if not any(slot.start <= token.start < slot.end for slot in places))
    return Frame(kind_of(text), tuple((token.kind, token.text) for token in remaining))


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
def test_a_hostile_value_is_refused_or_is_in_its_slots_as_one_term(asked: Asked, hand: Sequence[str]) -> None:
    """Neither a pick list nor a class protects the query here: any value of the type goes in."""
    question, parameter = asked
    bare = replace(parameter, fixed_options=(), options_query=None, member_of=None)
    unguarded = replace(question, parameters=tuple(bare if item is parameter else item for item in question.parameters))
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
