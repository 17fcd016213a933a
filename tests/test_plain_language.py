"""Each rule of the linter of plain language finds its seed, and finds nothing in plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import plain_language
from tests.plain_language import RULES, findings

LONG = " ".join(["word"] * 26)
PLAIN = '''"""A module that is plain."""

# The server sends a 503, because the client retries it.
def cached(key: str) -> str | None:
    """Return the cached response, or None.

    The key comes from the parsed request; it has no upper-case letter.
    """
    rows = key
    raise ValueError("The key is empty.")


class Cache:
    """The responses of one server."""

    @property
    def size(self) -> int:
        """The number of responses."""
        return 0
'''


def messages(path: str, text: str) -> list[str]:
    return [f"{line}: {message}" for line, message in findings(path, text)]


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("docs/a.md", f"# Title\n\nThe {LONG}.\n", "3: 27 words in a sentence"),
        ("docs/a.md", f"- A list item\n- The {LONG}.\n", "2: 27 words in a sentence"),
        ("docs/a.md", f"| a | b |\n|---|---|\n| x | {LONG} |\n", "3: 26 words in a sentence"),
        ("docs/a.md", "Good. What it does not say is empty.\n", "1: sentence starts with 'What'"),
        ("docs/a.md", "The release stands in a folder.\n", "1: forbidden word 'stands'"),
        ("docs/a.md", "Take the whole\ngraph home.\n", "1: forbidden word 'Take the whole"),
        ("kg/a.py", '"""A shelf of releases."""\n', "1: forbidden word 'shelf'"),
        ("kg/a.py", "x = 1\n# Things are\n# here.\n", "2: forbidden word 'Things'"),
        ("kg/a.py", "x = 1  # noqa: S101 - nobody's thing\n", "1: forbidden word 'thing'"),
        ("kg/a.py", f"# a\n# {LONG}\n", "1: 27 words in a sentence"),
        ("kg/a.py", 'def f():\n    """The cached response."""\n', "2: docstring starts with 'The'"),
        ("kg/a.py", 'def f():\n    """Returns the response."""\n', "2: docstring starts with 'Returns'"),
        ("kg/a.py", 'class A:\n    """Whether a query is heavy."""\n', "2: sentence starts with 'Whether'"),
        ("tests/a.py", 'def f():\n    """Who asks too much waits."""\n', "2: sentence starts with 'Who'"),
        ("kg/a.py", 'raise ValueError(f"{name} was reckoned.")\n', "1: forbidden word 'reckoned'"),
        ("kg/a.py", 'raise ValueError("It was lent.")\n', "1: forbidden word 'lent'"),
        ("kg/a.py", 'raise KeyError(Message("It was " "lent to %(name)s.", name=name))\n', "1: forbidden word 'lent'"),
        ("kg/a.py", 'remedy = Message("Mend %(name)s.", name=name)\n', "1: forbidden word 'Mend'"),
        ("queries/checks/a.rq", "#+ remedy: Mend the file.\nASK {}\n", "1: forbidden word 'Mend'"),
        ("queries/rules/a.rq", "ASK {}\n# told before\n", "2: forbidden word 'told'"),
        ("deploy/a.yaml", "a: 1 # kept for ever\n# kept for ever\n", "2: forbidden word 'for ever'"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_seed(path: str, text: str, message: str) -> None:
    assert [line for line in messages(path, text) if line.startswith(message)], messages(path, text)


@pytest.mark.parametrize("name", RULES["names"].split())
@pytest.mark.parametrize("code", ["def f({}): ...", "{} = 1", "x = [1 for {} in y]", "lambda {}: 1"])
def test_a_local_name_says_what_it_holds(name: str, code: str) -> None:
    assert messages("kg/a.py", code.format(name)) == [f"1: local name {name!r} does not say what it holds"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kg/a.py", PLAIN),
        ("kg/a.py", "x = one.found(told=kept)\n"),
        ("docs/a.md", "# What is a release?\n\nAnything in `the things` and [a link](things.md) is fine: standard.\n"),
        ("queries/pages/a.rq", "#+ title:\n#+   en: Things\n#+   de: Dinge\nASK {}\n"),
        ("docs/a.md", f"```sh\n{LONG} thing\n```\n\n    {LONG} thing\n"),
        ("docs/a.md", f"<!-- [[[cog\nx\n]]] -->\n{LONG}\n<!-- [[[end]]] -->\n\n<!-- {LONG} -->\n"),
        ("docs/a.md", f"{LONG[5:]}. A {LONG[10:]}: {LONG[5:]}"),
    ],
)
def test_plain_text_has_no_finding(path: str, text: str) -> None:
    assert messages(path, text) == []


def test_a_finding_anywhere_in_the_project_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kg" / "engine").mkdir(parents=True)
    monkeypatch.setattr(plain_language, "PROJECT", tmp_path)
    assert plain_language.main([]) == 0
    (tmp_path / "kg" / "engine" / "a.py").write_text("# a thing\n", "utf-8")
    assert plain_language.main([]) == 1
    assert capsys.readouterr() == ("kg/engine/a.py:1: forbidden word 'thing'\n", "     1 kg/engine\n")
