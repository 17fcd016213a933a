"""The page of the look tells every token, and the tokens hold what it promises."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from kg.core.settings import PROJECT
from server.pages.style_guide import PAIRS, USES, colours, contrasts, read_tokens, style_sheet

STATIC, TEMPLATES, WEB = (PROJECT / "server" / folder for folder in ("static", "templates", "web"))
# beginnings of classes that a template ends with a word of the data
_MADE = {"kind-", "severity-", "sign-", "stroke-", "state-", "shade-"}
_OF_LIBRARIES = {"visible", "key"}  # what vega-tooltip gives its own elements


def classes_styled(css: str) -> set[str]:
    without = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{};]+)\{", without))
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\"[^\"]*\"", "", selectors)))


def classes_given(text: str) -> set[str]:
    words = " ".join(re.findall(r"""class(?:Name)?\s*=\s*["'`]([^"`]*)["'`]""", text))
    return set(re.findall(r"[a-zA-Z][\w-]*", words))


def used() -> str:
    files = [*TEMPLATES.glob("*.html"), *WEB.glob("*.ts"), *WEB.glob("[!n]*/*.ts")]
    return "\n".join(path.read_text("utf-8") for path in files)


def unused(css: str, text: str) -> set[str]:
    words = set(re.findall(r"[a-zA-Z][\w-]*", text))
    return {
        name
        for name in classes_styled(css) - words - _OF_LIBRARIES
        if not any(name.startswith(start) and start in text for start in _MADE)
    }


def test_every_pair_of_ink_and_paper_can_be_read_in_both_themes(app: Flask) -> None:
    with app.app_context():
        assert [colour_pair for colour_pair in contrasts() if not colour_pair.holds] == []


def test_every_role_is_compared(app: Flask) -> None:
    with app.app_context():
        roles = set(colours(read_tokens(style_sheet())))
    assert roles - {"line"} == {role for ink, paper, _ in PAIRS for role in (ink, paper)}  # a hairline may be faint


def test_every_token_has_its_use_and_is_on_the_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        tokens = read_tokens(style_sheet())
    assert set(tokens) == set(USES)
    text = client.get("/look", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert [name for name in tokens if f"--{name}</code>" not in text] == []


def test_no_rule_is_without_an_element() -> None:
    text = used()
    for path in STATIC.glob("*.css"):
        assert unused(path.read_text("utf-8"), text) == set(), path.name


def test_a_rule_without_an_element_is_noticed() -> None:
    assert unused(".card, .forgotten:hover { color: red; }", '<p class="card">') == {"forgotten"}


def test_no_colour_is_outside_the_tokens() -> None:
    colours = re.findall(r"#[0-9a-f]{3,8}\b", (STATIC / "style.css").read_text("utf-8").partition("/* == Elements")[2])
    assert colours == []


def test_every_class_of_the_look_is_styled() -> None:
    used = classes_given((TEMPLATES / "look.html").read_text("utf-8"))
    styled = set().union(*(classes_styled(path.read_text("utf-8")) for path in STATIC.glob("*.css")))
    assert used - styled == set()


def test_every_class_that_the_look_names_is_styled() -> None:
    lists = re.findall(r"call part\(.*\[(.*?)\]\) %\}", (TEMPLATES / "look.html").read_text("utf-8"))
    named = set(re.findall(r"\.([a-zA-Z][\w-]*)", " ".join(lists)))
    assert named >= {"card", "notice"}
    assert named - classes_styled((STATIC / "style.css").read_text("utf-8")) == set()
