"""A message is a template with parameters: its English text, its text by a gettext function, its form for pipes."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from kg.core.errors import (
    KgError,
    Message,
    ParameterInvalid,
    QueryInvalid,
    ReleaseGone,
    ReleaseUnknown,
    ThingRetired,
    choice,
    decoded,
    sentences,
)
from kg.core.settings import PROJECT

GERMAN = {
    "There is no graph %(name)s.": "Einen Graphen %(name)s gibt es nicht.",
    "%(one)s or %(other)s": "%(one)s oder %(other)s",
}


def german(template: str) -> str:
    return GERMAN.get(template, template)


def test_parameters_are_translated_with_their_message() -> None:
    message = Message("There is no graph %(name)s.", name=choice(["a", "b", "c"]))
    assert str(message) == "There is no graph a or b or c."
    assert message.text(german) == "Einen Graphen a oder b oder c gibt es nicht."


def test_a_value_is_text_and_no_template() -> None:
    assert str(Message("There is no graph %(name)s.", name="100 %(x)s")) == "There is no graph 100 %(x)s."
    assert str(Message("100 %% of %(name)s", name=1)) == "100 % of 1"


def test_equal_messages_are_one() -> None:
    message = Message("There is no graph %(name)s.", name="a")
    assert {message, Message("There is no graph %(name)s.", name="a")} == {message}


def test_a_message_survives_a_pipe() -> None:
    message = Message("%(name)s: %(message)s", name=3, message=Message("There is no graph %(name)s.", name="a"))
    copy = decoded(json.loads(json.dumps(message.encoded())))
    assert str(copy) == str(message) == "3: There is no graph a."
    assert copy.text(german) == "3: Einen Graphen a gibt es nicht."


def test_an_error_has_one_message_and_its_english_text() -> None:
    error = KgError(Message("There is no graph %(name)s.", name="a"), "Look.")
    assert str(error) == str(error.message) == "There is no graph a. Look."
    assert error.message == sentences(Message("There is no graph %(name)s.", name="a"), "Look.")
    assert (KgError("x").message, str(KgError("x"))) == ("x", "x")


def test_errors_with_parts_say_them_in_english() -> None:
    assert str(QueryInvalid(Message("x."), 1, 2)) == "line 1, column 2: x."
    assert QueryInvalid(Message("x."), 1, 2).reason == QueryInvalid(Message("x.")).reason == Message("x.")
    assert QueryInvalid("x.", 1, 2).reason == "x."
    assert str(ParameterInvalid("sort", "no.")) == "sort: no."
    assert str(ThingRetired("a", ["b"], "It was split.")) == (
        "'a' has been retired, and is not used for anything else. Its place has been taken by b. It was split."
    )
    assert str(ReleaseUnknown.named("a", [])) == "There is no release 'a' here. There is none yet."
    assert str(ReleaseGone.named("a", ["b"])).endswith("is not answered from any more. There are: b.")
    many = [str(number) for number in range(23)]
    assert str(ReleaseUnknown.named("a", many)).endswith(", 19 and 3 older ones.")


def calls(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"
    ]


def faults(path: Path) -> list[str]:
    """Return the messages in a file whose template is no text or has other fields than the call has parameters."""
    wrong = []
    for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        template, names = call.args[0], {keyword.arg for keyword in call.keywords}
        if isinstance(template, ast.JoinedStr | ast.BinOp):
            wrong.append(f"{path}:{call.lineno}: a template that nobody can translate")
        elif isinstance(template, ast.Constant):
            try:
                _ = str(template.value) % {name: "" for name in names if name is not None}
            except (KeyError, ValueError, TypeError) as error:
                wrong.append(f"{path}:{call.lineno}: {error!r}")
            unused = [name for name in names if f"%({name})s" not in str(template.value)]
            wrong += [f"{path}:{call.lineno}: {name} is in no field" for name in unused]
    return wrong


@pytest.mark.parametrize("folder", ["kg", "server"])
def test_each_template_has_the_fields_of_its_parameters(folder: str) -> None:
    assert [fault for path in (PROJECT / folder).rglob("*.py") for fault in faults(path)] == []


def test_a_wrong_template_is_found(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(
        'Message(f"{x}")\nMessage("%(a)s", b=1)\nMessage("100 %")\nMessage(TEMPLATE, a=1)\n', encoding="utf-8"
    )
    assert [fault.partition("wrong.py:")[2].partition(":")[0] for fault in faults(path)] == ["1", "2", "2", "3"]
