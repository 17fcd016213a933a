"""In German and in Chinese each kind of page says everything in the language that it says it is in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from kg.core.settings import PROJECT
from tests.server.page import Page
from tests.server.spoken import chinese_outside, differing, left_in_english, untranslated

TEMPLATES = sorted((PROJECT / "server" / "templates").glob("*.html"))
TRANSLATIONS = PROJECT / "server" / "translations"
EMPTY = "SELECT%20?x%20{?x%20a%20fyp:Plam}"
PAGES = [
    *("/q/", "/q/planned-growth", "/q/all-targets", "/q/all-targets/embed", "/q/all-targets?plan=id:plan-ii&page=0"),
    *(
        "/q/labels-by-language",
        "/q/targets-against-outcomes",
        "/q/plan-technology-matrix",
        "/q/who-presented-the-plans",
    ),
    *("/page/plan-ict", "/page/technology-5g", "/page/target-ict-revenue", "/page/plan-ict?property=fyp:hasObjective"),
    *("/search", "/search?q=5g", "/search?q=industrial+xyzzy", "/search?q=工業互聯網", "/search?q=..."),
    *("/nowhere", "/page/nowhere", "/q/nowhere", "/release/ffff/q/", "/problem/QueryInvalid", "/sparql?query=SELECT"),
    f"/sparql?query={EMPTY}&explain=empty",
]
# where all that is said in the language of the page is looked at for English
WHOLE = [
    *("/", "/plans", "/plans/plan-ict", "/compare", "/compare?left=plan-ict&right=plan-bd", "/look"),
    *("/editor", "/editor?query=ASK{}", "/editor?query=SELECT", "/explore", "/explore?start=plan-ict"),
]
WORDS = re.compile(r"[A-Za-zÀ-ÿ]{3,}(?:-[A-Za-z]+)*")
PROPER = {"API", "BibTeX", "CSV", "Excel", "IRI", "IRIs", "JSON", "OpenAPI", "OpenRefine", "PNG", "SPARQL", "SVG"}
PROPER |= {"TSV", "Turtle", "Vega-Lite", "EuroVoc", "JSON-LD", "SDG", "Wikidata", "SHA", "gzip", "Zstandard"}
PROPER |= {"Apache", "Fuseki", "Jena", "Oxigraph"}
# the names to try, in the language that they are in
PROPER |= {"Intelligenz", "Künstliche", "big", "data", "industrial", "internet", "lüse", "zhizao"}


def english(language: str) -> list[str]:
    """The words of ours that are other ones in this language."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return [
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string != message.id
    ]


@pytest.mark.parametrize("language", ["de", "zh"])
@pytest.mark.parametrize("path", [*PAGES, *WHOLE])
def test_what_is_said_is_in_the_language_that_it_is_said_to_be_in(
    client: FlaskClient, path: str, language: str
) -> None:
    text = client.get(path, headers={"Accept": "text/html", "Accept-Language": language}).text
    assert Page(text).all("html")[0]["lang"] == language
    assert chinese_outside(text) == []
    assert left_in_english(text, english(language)) == []
    assert Page(text).problems == []
    if path in WHOLE:
        assert untranslated(text, language, differing(language)) == []


def test_an_english_page_marks_its_chinese(client: FlaskClient) -> None:
    for path in (*PAGES, *WHOLE):
        assert chinese_outside(client.get(path, headers={"Accept": "text/html"}).text) == [], path


def test_what_is_not_marked_or_not_translated_is_found() -> None:
    page = '<html lang="de"><p>Rows</p><p lang="en">Rows</p><p>规划 <span lang="zh">规划</span></p><i title="规划"></i>'
    assert chinese_outside(page) == ["规划", "规划"]
    assert chinese_outside('<i title="People’s Daily (人民日报)">x</i>') == []
    assert left_in_english(page, ["Rows"]) == ["Rows"]
    assert left_in_english('<html lang="zh"><nav aria-label="Pages"></nav>', ["Pages"]) == ["Pages"]


def bare_words(template: str) -> list[str]:
    """English words of a template that no call translates."""
    text = re.sub(r"{%-?\s*trans.*?endtrans\s*-?%}|{{.*?}}|{%.*?%}|{#.*?#}", " ", template, flags=re.DOTALL)
    attributes = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
    # what is named to be in a language, such as how a language calls itself, is so in every language
    text = re.sub(r'<(\w+) lang="\w+"[^>]*>[^<]*</\1>', " ", text)
    # attributes are alone where a macro puts them into a tag
    mute = r"<(script|style).*?</\1>|<code>.*?</code>|<[^>]*>|&\w+;|[\w-]+=\"[^\"]*\""
    texts = re.sub(mute, " ", text, flags=re.DOTALL)
    return [word for part in (*attributes, texts) for word in WORDS.findall(part) if word not in PROPER]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    untranslatable = bare_words(path.read_text(encoding="utf-8"))
    assert untranslatable == []


def test_a_word_that_nobody_can_translate_is_found() -> None:
    template = '{{ _("Rows") }} <p title="Hidden">Rows {% if x %}here{% endif %} <i lang="de">Deutsch</i></p>'
    assert bare_words(template) == ["Hidden", "Rows", "here"]
    assert bare_words('{% macro here() %} aria-current="page"{% endmacro %}') == []
    assert bare_words("{% trans %}Rows{% endtrans %} <code>PREFIX</code> CSV") == []


def test_a_label_that_falls_back_has_a_mark(client: FlaskClient) -> None:
    text = client.get("/page/technology-5g?lang=zh").text
    assert '<abbr class="fallback" lang="zh" title="英文：没有本页语言的文本">EN</abbr>' in text
    assert 'class="fallback"' not in client.get("/q/planned-growth").text
