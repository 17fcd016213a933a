"""The pages for those who work with the data speak the three languages, wholly and each marked where it is another."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.core.names import LANGUAGES
from tests.server.page import Page
from tests.server.spoken import Spoken, catalogue, differing, untranslated
from tests.server.two_releases import Stage

PATHS = [
    *("/ontology", "/ontology?q=target", "/ontology?q=xyzzy", "/ontology/0.1.0", "/shapes", "/shapes/0.1.0"),
    *("/dataset", "/dumps/", "/releases", "/exports", "/status", "/reconcile/about"),
    *("/fragments", "/fragments?subject=id:nothing", "/fragments/quads?subject=id:plan-ict"),
]
FOREIGN = ("de", "zh")


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def get(client: FlaskClient, path: str, accepted: str = "") -> str:
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": accepted})
    assert response.status_code == 200, path
    return response.text


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound_and_says_nothing_in_english_unmarked(
    client: FlaskClient, stage: Stage, path: str, language: str
) -> None:
    for asked in (client, stage.app.test_client()):  # of one release, and of two with what changed between them
        text = get(asked, in_language(path, language))
        page = Page(text)
        assert page.problems == []
        assert [root["lang"] for root in page.all("html")] == [language]
        assert untranslated(text, language, differing(language)) == []
        assert "None" not in page.text


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/ontology", "/ontology/0.1.0")])
def test_without_a_language_in_the_address_the_browser_says_which(client: FlaskClient, path: str) -> None:
    for language in LANGUAGES:
        response = client.get(path, headers={"Accept": "text/html", "Accept-Language": f"fr, {language};q=0.8"})
        assert response.headers["Content-Language"] == language
        assert "Accept-Language" in response.headers["Vary"]
        page_response = client.get(
            in_language(path, language), headers={"Accept": "text/html", "Accept-Language": "fr"}
        )
        assert page_response.headers["Content-Language"] == language


def test_the_reader_of_languages_finds_what_is_not_translated() -> None:
    texts = differing("de")
    for seeded in (
        "<p>Releases</p>",
        '<p>Neu: <a title="Releases" href="x">y</a></p>',
        "<p>Ja: Each answer is compared with that of release 12</p>",
        "<p>Files never kept, but those: sizes, parts and links</p>",
        "<p>One of them</p>",
        '<p lang="en"><b lang="de">the graph</b></p>',
    ):
        assert untranslated(f'<html lang="de">{seeded}</html>', "de", texts), seeded
    for sound in ('<p lang="en">Releases</p>', "<p><code>the graph</code></p>", "<p>Status</p>", "<p>id:of-the-x</p>"):
        assert untranslated(f'<html lang="de">{sound}</html>', "de", texts) == [], sound


@pytest.mark.parametrize("language", FOREIGN)
def test_definitions_and_messages_are_marked_as_english(client: FlaskClient, language: str) -> None:
    for path, phrase in (
        ("/ontology", "A planning document of a Chinese authority for a period of years, taken as a work"),
        ("/shapes", "An agreement has two parties or more"),
        ("/dataset", "What the policy update prints about a plan."),
        ("/reconcile/about", "A planning document of a Chinese authority for a period of years, taken as a work"),
    ):
        english = list(Spoken(get(client, in_language(path, language))).among("en"))
        assert any(phrase in passage for passage in english), path


def test_each_label_in_another_language_is_marked(client: FlaskClient) -> None:
    spoken = Spoken(get(client, "/ontology?lang=zh"))
    assert {"Target", "Plan"} <= set(spoken.among("en"))
    assert "Zielvorgabe" in spoken.among("de")
    assert "具体目标" in spoken.among("zh")


@pytest.mark.parametrize(
    ("path", "german", "chinese"),
    [
        ("/dataset", "[1-9][0-9]?[.][0-9]{3}", "[1-9][0-9]?,[0-9]{3}"),
        ("/exports", "[0-9]+ kB", "[0-9]+字节"),
        ("/ontology", r"\. November 2026", "2026年11月"),
        ("/shapes", "genau 1 Wert; jeder Wert ist eine Adresse", "恰好1个值；每个值均为网址"),
        ("/status", "Fragen", "个问题"),
        ("/reconcile/about", "das 0,7-Fache", "0.7 倍"),
    ],
)
def test_numbers_days_and_rules_are_in_the_form_of_the_language(
    client: FlaskClient, path: str, german: str, chinese: str
) -> None:
    for language, form in (("de", german), ("zh", chinese)):
        assert re.search(form, Page(get(client, in_language(path, language))).text), language


def test_a_service_for_names_explains_itself_in_the_language_of_its_address(client: FlaskClient) -> None:
    assert '<html lang="de">' in get(client, "/reconcile/de/about", "zh")
    assert '<html lang="zh">' in get(client, "/reconcile/de/about?lang=zh")
    assert '<html lang="zh">' in get(client, "/reconcile/about", "zh")


def test_a_preview_speaks_as_its_service_whatever_the_browser_says(client: FlaskClient) -> None:
    for path, language, phrase in (
        ("/reconcile/preview?id=none", "en", "There is no thing with this id."),
        ("/reconcile/de/preview?id=none", "de", "Es gibt kein Ding mit dieser Kennung."),
        ("/reconcile/zh/preview?id=none", "zh", "没有此标识对应的实体"),
    ):
        response = client.get(path, headers={"Accept-Language": "de"})
        assert phrase in response.text
        assert f'<html lang="{language}">' in response.text
        assert response.headers["Content-Language"] == language


def test_the_pages_of_fragments_keep_the_language_that_the_address_names(client: FlaskClient) -> None:
    page = Page(get(client, "/fragments?predicate=skos:prefLabel&lang=de"))
    onward = [link for link in page.links if link.startswith("/fragments?") and "format=" not in link]
    assert len(onward) > 2
    assert all("lang=de" in link for link in onward)
    assert {"type": "hidden", "name": "lang", "value": "de"} in page.all("input")
    assert client.get("/fragments?lang=de", headers={"Accept": "text/turtle"}).status_code == 200


def test_programs_get_the_state_of_the_questions_in_english(stage: Stage) -> None:
    client = stage.app.test_client()
    german = client.get("/status?lang=de", headers={"Accept": "application/json", "Accept-Language": "de"})
    assert german.get_json() == client.get("/status", headers={"Accept": "application/json"}).get_json()


def test_a_constant_is_not_worked_out_once_for_all_languages(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{{ 0.5|figure }} {{ 1500000|size }} {{ '2026-05-01'|day }} {{ 2000|difference }}"
    )
    rendered = []
    for language in LANGUAGES:
        with app.test_request_context(f"/?lang={language}"):
            rendered.append(template.render())
    assert rendered == [
        "0.5 1.5 MB 1 May 2026 +2,000",
        "0,5 1,5 MB 1. Mai 2026 +2.000",
        "0.5 1.5 MB 2026年5月1日 +2,000",
    ]


@pytest.mark.parametrize("language", FOREIGN)
def test_no_translation_lacks_a_place_or_has_one_of_its_own(language: str) -> None:
    place = re.compile(r"%\(\w+\)[sd]")
    for message in catalogue(language):
        ids, texts = ([form] if isinstance(form, str) else list(form or ()) for form in (message.id, message.string))
        assert all(set(place.findall(text)) == set(place.findall(ids[-1])) for text in texts if text), message.id
