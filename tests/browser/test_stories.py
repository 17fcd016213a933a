"""Tasks of readers, from the home page to the end: in each language, screen and theme, by mouse and by keyboard."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.core.names import PREFIXES, sparql_prologue
from kg.engine import Engine, select
from tests.browser.tabs import open_tab
from tests.browser.walking import Keys, Mouse, OutOfReach, Walk, Walker, walking, walks
from tests.catalogue import project_catalogue

pytestmark = [pytest.mark.chromium, pytest.mark.server]

PLAN = "id:plan-ict"
PLAN_NODE = NamedNode(PREFIXES["id"] + "plan-ict")
TECHNOLOGY = "id:technology-big-data"
QUESTION = "titles-of-the-plans"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TARGETS = {"en": "QuantitativeTarg", "de": "Quantitative", "zh": "量化目标"}
each_walk = pytest.mark.parametrize("walk", walks(), ids=str)


def label(engine: Engine, thing: str, language: str) -> str:
    """Return the label that the graph gives to an item."""
    query = f'SELECT ?l {{ {thing} skos:prefLabel ?l FILTER(LANG(?l) = "{language}") }}'
    [literal] = select(engine, prologue() + query).column("l")
    return str(getattr(literal, "value", ""))


@each_walk
def test_a_reader_takes_an_answer_home_as_a_workbook_with_its_chinese_intact(
    browser: Browser, origin: str, engine: Engine, walk: Walk
) -> None:
    question = project_catalogue().questions[QUESTION]
    with walking(browser, origin, walk) as walker:
        page, hand = walker.page, walker.hand
        if walk.narrow:  # those who search, and those who look around
            hand.enter(page.get_by_role("combobox"), question.title[walk.language])
            hand.take(page.get_by_role("option").filter(has_text=question.title[walk.language]).first)
        else:
            walker.to_place("Questions")
            hand.press(walker.link(question.question[walk.language]))
        expect(page.get_by_role("heading", level=1)).to_have_text(question.question[walk.language])
        plan = label(engine, PLAN, walk.language)
        field = page.get_by_label(question.parameters[0].labels[walk.language])
        hand.choose(
            field, next(option for option in field.locator("option").all_inner_texts() if option.startswith(plan))
        )
        hand.press(walker.button("Show"))
        expect(page).to_have_url(re.compile("plan="))
        with page.expect_download() as file:
            hand.press(page.get_by_role("link", name="Excel"))
        assert page.locator("html").get_attribute("lang") == walk.language
        book = openpyxl.load_workbook(io.BytesIO(file.value.path().read_bytes()))
    held = {str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}
    assert titles(engine) <= held
    assert plan in held
    assert question.columns[1].labels[walk.language] in held


def titles(engine: Engine) -> set[str]:
    """The Chinese titles of the plan, as the graph has them."""
    query = f'SELECT ?t {{ ?n fyp:titleOf {PLAN} ; dcterms:title ?t FILTER(LANG(?t) = "zh") }}'
    values = {str(getattr(term, "value", "")) for term in select(engine, prologue() + query).column("t")}
    assert values
    return values


def prologue() -> str:
    return sparql_prologue("id", "fyp", "dcterms", "skos")


@each_walk
def test_a_researcher_goes_from_an_empty_editor_to_a_chart_that_is_shared_and_cited(
    browser: Browser, origin: str, engine: Engine, walk: Walk
) -> None:
    with walking(browser, origin, walk) as walker:
        page, hand, words = walker.page, walker.hand, walker.words
        hand.press(walker.link(words("Start with an empty query")))
        write_by_completion(walker)
        hand.run(walker.button("Run"))
        hand.press(page.get_by_role("button").filter(has_text=f"PREFIX skos: <{PREFIXES['skos']}>").first)
        hand.run(walker.button("Run"))
        told(walker, "{count} rows in {seconds} s")
        expect(page.get_by_role("rowheader", name=label(engine, PLAN, "zh"))).to_be_visible()
        hand.press(page.get_by_role("tab", name=words("Chart")))
        name = words.like("A picture of {columns} from {rows}; the table has the same values.")
        expect(page.get_by_role("img", name=name)).to_be_visible()
        assert titles(engine) & set(rows_in_file(walker))
        query = text_of(page)
        link = shared_link(walker, engine.release_id)
        give_up_a_heavy_query(walker)
    opened_elsewhere(browser, walk, link, query)


def write_by_completion(walker: Walker) -> None:
    """Write into the empty tab: a class found by its name in the reader's language, and a prefix that is missing."""
    page, hand = walker.page, walker.hand
    editor = page.get_by_role("textbox", name=walker.words("Query. Escape and then Tab leaves it; F1 lists the keys."))
    expect(editor).to_have_text(walker.words("Write a query, or choose an example"))
    hand.enter(editor, "SELECT ?name (COUNT(?t) AS ?targets) { ?t a ")
    page.keyboard.type(TARGETS[walker.walk.language])
    hand.take(page.get_by_role("option").filter(has_text="fyp:QuantitativeTarget").first)
    page.keyboard.type(' ; fyp:inPlan ?p . ?p skos:prefLabel ?name FILTER(LANG(?name) = "zh") } GROUP BY ?name')


def rows_in_file(walker: Walker) -> list[str]:
    """Take the answer as CSV from the menu of files, which small screens have, too; its first column."""
    page, hand, words = walker.page, walker.hand, walker.words
    hand.press(page.get_by_role("main").locator("summary", has_text=words("File")).first)
    with page.expect_download() as file:
        hand.press(page.get_by_role("button", name="CSV", exact=True).first)
    text = file.value.path().read_bytes().decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text))]


def shared_link(walker: Walker, release_id: str) -> str:
    """Ask for the link and the reference, which both name the release, and leave the dialog."""
    page, hand, words = walker.page, walker.hand, walker.words
    hand.press(page.get_by_role("button", name=words("Share"), exact=True))
    dialog = page.get_by_role("dialog", name=words("Share this query"))
    link = dialog.get_by_label(words("Link"), exact=True).input_value()
    assert f"/release/{release_id}/editor" in link
    assert link.startswith(walker.tab.origin)
    reference = dialog.get_by_label(words("Reference"), exact=True).input_value()
    cited = words.like(
        "Query to “{graph}”, release {release}. {link} (asked on {date}).", release=release_id, link=link
    )
    assert cited.fullmatch(reference), reference
    hand.press(dialog.get_by_role("button", name=words("Close"), exact=True))
    expect(dialog).to_be_hidden()
    return link


def give_up_a_heavy_query(walker: Walker) -> None:
    """Cancel a query that would run for long, and see that the next one is answered."""
    page, hand, words = walker.page, walker.hand, walker.words
    hand.press(walker.button("New tab"))
    editor = page.get_by_role("textbox", name=words("Query. Escape and then Tab leaves it; F1 lists the keys."))
    hand.enter(editor, HEAVY)
    hand.run(walker.button("Run"))
    cancel = page.get_by_role("button", name=words("Cancel"), exact=True)
    expect(cancel).to_be_enabled()
    if walker.walk.way == "keys":
        page.keyboard.press("Escape")
    else:
        cancel.click()
    told(walker, "Cancelled after {seconds} s; the server has stopped, too.")
    hand.press(walker.button("New tab"))
    hand.enter(editor, "ASK { ?s ?p ?o }")
    hand.run(walker.button("Run"))
    told(walker, "Yes, in {seconds} s")


def opened_elsewhere(browser: Browser, walk: Walk, link: str, query: str) -> None:
    """Open the link as someone else: the same query, over the same release."""
    origin, _, path = link.partition("/release/")
    with open_tab(browser, origin, width=walk.width, theme=walk.theme, language=walk.language) as tab:
        page = tab.go(f"/release/{path}")
        expect(page.get_by_role("complementary", name=walk.words("Release"))).to_contain_text(path.partition("/")[0])
        expect(
            page.get_by_role("tablist", name=walk.words("Queries")).get_by_role("tab", selected=True)
        ).to_be_visible()
        expect(page.get_by_role("tab", name=walk.words("Table"))).to_be_visible()  # it is answered at once
        assert text_of(page) == query


def told(walker: Walker, english: str) -> None:
    """See that the line below the query says this, also to those who hear it."""
    expect(walker.page.get_by_role("status").filter(has_text=walker.words.like(english))).to_be_visible()


def text_of(page: Page) -> str:
    """Return the text in the editor."""
    return "\n".join(page.locator(".cm-line").all_inner_texts())


@each_walk
def test_a_linker_goes_from_a_plan_to_wikidata_and_takes_its_turtle(
    browser: Browser, origin: str, engine: Engine, walk: Walk
) -> None:
    with walking(browser, origin, walk) as walker:
        page, hand, words = walker.page, walker.hand, walker.words
        walker.to_place("Plans")
        plan, technology = label(engine, PLAN, walk.language), label(engine, TECHNOLOGY, walk.language)
        hand.press(page.get_by_role("heading", level=2).get_by_role("link").and_(page.get_by_title(plan)))
        expect(page.get_by_role("heading", level=1)).to_have_text(plan)
        with page.expect_response(lambda answer: answer.url.partition("?")[0].endswith(".ttl")) as turtle:
            hand.press(page.get_by_role("link", name="Turtle", exact=True))
        body = turtle.value.text()
        page.go_back()
        hand.press(page.get_by_role("link", name=words("All statements")).first)
        hand.press(page.get_by_role("main").get_by_role("link", name=technology, exact=True).first)
        expect(page.get_by_role("heading", level=1)).to_have_text(technology)
        way_out = page.locator(f'a[href="{wikidata(engine)}"]').first
        expect(way_out).to_have_attribute("rel", "external")
        if isinstance(hand, Keys):
            hand.reach(way_out)
        else:
            way_out.click(trial=True)
    names = {triple.object for triple in parse(body, RdfFormat.TURTLE) if triple.subject == PLAN_NODE}
    assert Literal(plan, language=walk.language) in names


def wikidata(engine: Engine) -> str:
    """The item of Wikidata that is the technology, as the graph has it."""
    query = f'SELECT ?w {{ {TECHNOLOGY} skos:exactMatch ?w FILTER(CONTAINS(STR(?w), "wikidata.org")) }}'
    [node] = select(engine, prologue() + query).column("w")
    assert isinstance(node, NamedNode)
    return node.value


SINNERS = {
    "leaves out": '<button tabindex="-1">Here</button>',
    "stays": "<input><button>Here</button>",
    "has no ring": "<button>Here</button>",
    "it is cut": "<button>Here</button>",
    "it is under": "<button>Here</button><p>Lid</p>",
}
_SIN = """([markup, sin]) => {
  const main = document.querySelector("main");
  main.innerHTML = markup;
  if (sin === "stays") main.firstChild.onkeydown = event => { if (event.key === "Tab") event.preventDefault(); };
  if (sin === "has no ring") main.firstChild.style.outline = "none";
  if (sin === "it is cut") Object.assign(main.firstChild.style, {position: "fixed", left: "-20px"});
  if (sin === "it is under") Object.assign(main.lastChild.style, {position: "fixed", inset: "0", background: "red"});
}"""


@pytest.mark.parametrize("sin", SINNERS)
def test_a_thing_that_the_keyboard_cannot_reach_or_see_ends_the_walk(browser: Browser, origin: str, sin: str) -> None:
    message = "Tab does not lead" if sin in ("leaves out", "stays") else sin
    with open_tab(browser, origin) as tab:
        page = tab.go("/look")
        page.evaluate(_SIN, [SINNERS[sin], sin])
        with pytest.raises(OutOfReach, match=message):
            Keys(page).press(page.get_by_role("button", name="Here"))


def test_a_thing_in_reach_is_pressed_by_either_hand(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/look")
        page.evaluate("""() => {
          document.querySelector("main").innerHTML = "<button>Here</button>";
          document.querySelector("main button").onclick = event => { event.target.title += "pressed "; };
        }""")
        button = page.get_by_role("button", name="Here")
        Keys(page).press(button)
        Mouse(page).press(button)
        expect(button).to_have_attribute("title", "pressed pressed ")
