"""The views of an answer: what a reader sees, changes and takes away, and what hostile answers cannot do."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kg.core.names import sparql_prologue
from tests.browser.tabs import THEMES, Theme, open_tab
from tests.browser.views_page import WEB, build_views, open_views, show, wait_until_ready

pytestmark = [pytest.mark.chromium, pytest.mark.server]

PROLOGUE = sparql_prologue("fyp", "id", "skos")
TARGETS = f"""{PROLOGUE}SELECT ?plan ?target ?value ?year WHERE {{
  ?target a fyp:QuantitativeTarget ; fyp:inPlan ?plan ; fyp:targetValue ?q . ?q fyp:numericValue ?value ; fyp:year ?year
}} ORDER BY ?target"""
GRAPH = f"""{PROLOGUE}CONSTRUCT {{ ?plan fyp:coversTechnology ?technology }} WHERE {{
  VALUES ?plan {{ id:plan-bd id:plan-sw }} ?plan fyp:coversTechnology ?technology
}}"""
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built views."""
    assert AXE.is_file(), "The front-end libraries are missing: run 'make setup'."
    return build_views(tmp_path_factory.mktemp("views"))


def tab(page: Page, view: str) -> None:
    page.locator(f'[data-view="{view}"]').click()


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as event:
        page.locator(".downloads").get_by_text(name, exact=True).click()
    return event.value.path().read_bytes()


def xml_of(text: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def column(page: Page, number: int) -> list[str]:
    return page.locator(f".views tbody tr > :nth-child({number})").all_inner_texts()


# write-excel-file names no default style, which spreadsheets do without
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_a_table_is_sorted_filtered_and_taken_away_as_it_is_seen(
    browser: Browser, origin: str, app: Flask, built: Path
) -> None:
    with open_tab(browser, origin, language="zh") as opened:
        page = open_views(opened, app, built, "zh")
        show(page, TARGETS)
        expect(page.locator("caption")).to_contain_text("行")
        expect(page.locator("tbody tr").first.locator("a").first).to_contain_text("规划")
        page.get_by_role("button", name="value").click()
        expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
        values = [float(text.replace(",", "")) for text in column(page, 3)]
        assert values == sorted(values)
        page.get_by_label("筛选").fill("工业绿色")
        expect(page.locator("caption")).to_contain_text("/")
        page.get_by_label("出处", exact=True).select_option(index=2)
        expect(page.locator("td.places a").first).to_contain_text("行")
        rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode("utf-8-sig"))))
        assert len(rows) == page.locator("tbody tr").count() > 0
        assert {row["plan_label"] for row in rows} == {"“十四五”工业绿色发展规划"}
        assert all(row["target_place"].startswith("第") for row in rows)
        sheet = openpyxl.load_workbook(io.BytesIO(download(page, "XLSX"))).worksheets[0]
        held = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert dict(zip(held[0], held[1], strict=True))["plan_label"] == "“十四五”工业绿色发展规划"
        assert len(held) == len(rows) + 1
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_the_reader_chooses_between_names_and_iris_and_the_language_of_names(
    browser: Browser, origin: str, app: Flask, built: Path
) -> None:
    with open_tab(browser, origin, width=360) as opened:
        page = open_views(opened, app, built)
        show(page, f"{PROLOGUE}SELECT ?plan {{ VALUES ?plan {{ id:plan-bd id:nowhere <http://example.org/x> }} }}")
        link = page.locator("tbody a").first
        expect(link).to_have_text("14th Five-Year Plan for the Big Data Industry")
        assert urlsplit(link.get_attribute("href") or "").path == "/page/plan-bd"
        page.get_by_label("Language of names").select_option("de")
        expect(link.locator("bdi")).to_have_attribute("lang", "de")
        page.get_by_label("Show things by").select_option("iris")
        expect(link).to_have_text("https://w3id.org/fyp-kg/id/plan-bd")
        assert page.locator("tbody a").nth(2).get_attribute("rel") == "noopener"
        page.reload()
        wait_until_ready(page)
        show(page, f"{PROLOGUE}SELECT ?plan {{ VALUES ?plan {{ id:plan-bd }} }}")
        expect(page.locator("tbody a").first).to_have_text("https://w3id.org/fyp-kg/id/plan-bd")


def test_tabs_are_reached_by_arrows_and_those_that_do_not_fit_are_not_offered(
    browser: Browser, origin: str, app: Flask, built: Path
) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        show(page, "SELECT (1 AS ?a) {}")
        expect(page.get_by_role("tab")).to_have_text(["Table", "Raw"])
        show(page, TARGETS)
        expect(page.get_by_role("tab")).to_have_text(["Table", "Chart", "Graph", "Timeline", "Pivot", "Raw"])
        page.get_by_role("tab", name="Table").focus()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("tab", name="Raw")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".view pre")).to_contain_text('"bindings"')
        show(page, TARGETS)
        expect(page.get_by_role("tab", name="Raw")).to_have_attribute("aria-selected", "true")
        show(page, "ASK {}", "ASK")
        expect(page.locator(".truth")).to_have_text("Yes")


def test_a_chart_fits_is_changed_edited_and_saved(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin, theme="dark") as opened:
        page = open_views(opened, app, built)
        show(
            page,
            f"{PROLOGUE}SELECT ?plan (COUNT(?t) AS ?targets) {{ ?t a fyp:QuantitativeTarget ; fyp:inPlan ?plan }}"
            " GROUP BY ?plan",
        )
        tab(page, "chart")
        picture = page.locator(".chart svg")
        expect(picture).to_contain_text("14th Five-Year Plan")
        bars = page.locator(".chart .mark-rect path")
        assert bars.count() == 5
        page.get_by_label("Picture", exact=True).select_option("point")
        expect(page.locator(".chart .mark-symbol path")).to_have_count(5)
        page.get_by_text("Edit the picture").click()
        text = page.locator(".view textarea")
        text.fill(text.input_value().replace('"point"', '"square"'))
        page.get_by_role("button", name="Apply").click()
        assert json.loads(download(page, "Vega-Lite"))["mark"]["type"] == "square"
        text.fill('{"mark": "bar", "data": {"url": "https://example.org/x.csv"}}')
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("alert")).to_contain_text("loads nothing")
        text.fill("{")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("alert")).to_contain_text("This is no JSON")
        assert download(page, "PNG").startswith(b"\x89PNG")
        xml_of(download(page, "SVG"))


PLANS_IN_NUMBERS = f"""{PROLOGUE}SELECT ?plan (COUNT(DISTINCT ?t) AS ?targets) (COUNT(DISTINCT ?o) AS ?objectives)
  (10000 * COUNT(DISTINCT ?t) AS ?many) WHERE {{
  ?plan a fyp:SectoralPlan . ?t fyp:inPlan ?plan ; a fyp:QuantitativeTarget . OPTIONAL {{ ?plan fyp:hasObjective ?o }}
}} GROUP BY ?plan"""


def test_several_numbers_of_comparable_size_are_in_one_picture(
    browser: Browser, origin: str, app: Flask, built: Path
) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        show(page, PLANS_IN_NUMBERS)
        tab(page, "chart")
        also = page.get_by_role("group", name="Drawn together with")
        expect(also.get_by_role("checkbox")).to_have_count(2)
        whole = json.loads(download(page, "Vega-Lite"))
        number = whole["encoding"]["x"]["title"]
        assert number == "many", "the last column, as ever; the others are far smaller"
        assert "transform" not in whole

        page.get_by_label("From left to right").select_option("targets")
        expect(also.get_by_role("checkbox")).to_have_count(2)
        also.get_by_label("objectives").check()
        expect(page.locator(".chart .role-legend")).to_contain_text("objectives")
        whole = json.loads(download(page, "Vega-Lite"))
        assert whole["transform"][0] == {"fold": ["targets", "objectives"], "as": ["Measure", "Value"]}
        assert whole["encoding"]["x"]["title"] == "targets, objectives"
        assert whole["encoding"]["yOffset"]["field"] == whole["encoding"]["color"]["field"] == "Measure"
        bars = page.locator(".chart .mark-rect.role-mark path")
        assert bars.count() == 10
        assert xml_of(download(page, "SVG")) is not None

        also.get_by_label("many").check()
        page.get_by_label("Distinguished by").select_option("facet")
        expect(bars).to_have_count(15)
        expect(page.locator(".chart .mark-rect.role-mark")).to_have_count(3)
        for name in ("targets", "objectives", "many"):
            expect(page.locator(".chart").get_by_text(name, exact=True)).to_be_visible()
        assert json.loads(download(page, "Vega-Lite"))["resolve"] == {"scale": {"x": "independent"}}
        page.get_by_text("Edit the picture").click()
        text = page.locator(".view textarea")
        text.fill(text.input_value().replace('"bar"', '"point"'))
        page.get_by_role("button", name="Apply").click()
        assert json.loads(download(page, "Vega-Lite"))["mark"]["type"] == "point"

        page.reload()
        wait_until_ready(page)
        show(page, PLANS_IN_NUMBERS)
        tab(page, "chart")
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)


def test_what_was_kept_of_a_chart_before_it_had_several_numbers_is_still_drawn(
    browser: Browser, origin: str, app: Flask, built: Path
) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        stored = {"mark": "bar", "x": "targets", "y": "plan", "colour": "", "aggregate": "sum"}
        key = "fyp-kg.views.chart.SELECT plan targets objectives many"
        page.evaluate("([key, kept]) => localStorage.setItem(key, JSON.stringify(kept))", [key, stored])
        show(page, PLANS_IN_NUMBERS)
        tab(page, "chart")
        expect(page.locator(".chart .mark-rect path")).to_have_count(5)
        expect(page.get_by_label("From left to right")).to_have_value("targets")


def test_a_graph_has_a_legend_a_list_and_files(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        show(page, GRAPH, "CONSTRUCT")
        expect(page.get_by_role("tab").first).to_have_text("Graph")
        expect(page.locator(".legend")).to_contain_text("Technology")
        page.get_by_text("The same as a list").click()
        links = page.locator(".edges li").count()
        assert links > 10
        expect(page.locator(".edges li").first.locator("a").first).to_contain_text("Plan for")
        expect(page.locator(".graph-head .quiet")).to_contain_text(f"{links} links")
        svg = xml_of(download(page, "SVG"))
        assert "Big data" in "".join(svg.itertext())
        graphml = xml_of(download(page, "GraphML"))
        assert len(graphml.findall(".//{*}edge")) == links
        assert download(page, "PNG").startswith(b"\x89PNG")
        assert b"coversTechnology" in download(page, "Turtle")


def test_a_pivot_has_totals_and_a_timeline_is_in_order(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin, language="de") as opened:
        page = open_views(opened, app, built, "de")
        show(page, TARGETS)
        tab(page, "pivot")
        page.get_by_label("Berechnen").select_option("count")
        total = int(page.locator("tfoot td").last.inner_text())
        assert total == sum(int(text) for text in page.locator("tbody td:last-child").all_inner_texts())
        lines = download(page, "CSV").decode("utf-8-sig").splitlines()
        assert lines[-1].endswith(f",{total}")
        tab(page, "timeline")
        years = page.locator(".events time").all_inner_texts()
        assert years == sorted(years)
        assert page.locator(".strip svg").get_attribute("aria-label") != ""


def test_a_query_is_taken_to_another_program(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        show(page, "SELECT (1 AS ?a) {}")
        page.get_by_text("Ask it from a program").click()
        code = page.locator(".programs code")
        expect(code).to_contain_text(f"{origin}/sparql")
        page.get_by_label("Program", exact=True).select_option("Python")
        page.get_by_label("Keep to release").check()
        expect(code).to_contain_text(re.compile(rf"urlopen.*{origin}/release/[0-9a-f]+/sparql", re.DOTALL))


HOSTILE = {
    "script": "<img src=x onerror=console.log(1)><script>console.log(2)</script>",
    "turned": "\u202eabc\u0000\u2066",
    "long": "x" * 100_000,
    "formula": "=1+1",
}


def answer_of(rows: list[dict[str, Any]]) -> str:
    return json.dumps({"head": {"vars": list(rows[0])}, "results": {"bindings": rows}})


def give(page: Page, text: str, kind: str = "SELECT") -> None:
    page.evaluate(
        "([text, kind]) => window.views.show({ query: '', kind, text, release: 'r', seconds: 0 })", [text, kind]
    )


def test_hostile_values_are_text_and_long_ones_are_cut(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        values = [*HOSTILE.values(), "javascript:alert(1)"]
        literals = [
            {"a": {"type": "literal", "value": value}, "b": {"type": "literal", "value": "1"}} for value in values
        ]
        give(page, answer_of([*literals, {"a": {"type": "uri", "value": "javascript:console.log(3)"}}]))
        cells = page.locator(".views tbody tr > :first-child")
        expect(cells.nth(0)).to_be_visible()  # a table whose names are awaited is hidden, and has no inner text
        expect(cells.nth(0)).to_have_text(HOSTILE["script"])
        expect(cells.nth(1)).to_have_text("U+202EabcU+0000U+2066")
        assert 0 < len(column(page, 1)[2]) < 400
        page.get_by_role("button", name="More").click()
        expect(page.get_by_role("button", name="More")).to_have_count(0)
        assert len(column(page, 1)[2]) > 100_000
        assert page.locator("tbody a").count() == 0
        rows = list(csv.reader(io.StringIO(download(page, "CSV").decode("utf-8-sig"))))
        assert rows[4][0] == "'=1+1"
        for view in page.locator("[data-view]").all():
            view.click()
            page.locator(".view:not([aria-busy])").wait_for()
        statement = (
            f"<http://x/a> <http://x/p> {json.dumps(HOSTILE['script'])} .\n<http://x/a> <http://x/p> <http://x/b> .\nx"
        )
        give(page, statement, "CONSTRUCT")
        expect(page.locator(".views > .quiet")).to_contain_text("1 lines")
        tab(page, "table")
        expect(page.locator("tbody tr > *").nth(2)).to_have_text(HOSTILE["script"])


@pytest.mark.serial
def test_fifty_thousand_rows_do_not_freeze_the_page(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)
        seconds = page.evaluate(
            """async () => {
              const datatype = "http://www.w3.org/2001/XMLSchema#integer";
              const bindings = Array.from({ length: 50000 }, (_, n) => ({
                name: { type: "literal", value: `row ${(n * 7919) % 50000}` },
                n: { type: "literal", value: String((n * 7919) % 50000), datatype },
              }));
              const text = JSON.stringify({ head: { vars: ["name", "n"] }, results: { bindings } });
              const start = performance.now();
              window.views.show({ query: "", kind: "SELECT", text, release: "r", seconds: 0 });
              return (performance.now() - start) / 1000;
            }"""
        )
        assert seconds < 5, "a second on a quiet machine"
        expect(page.locator("tbody tr")).to_have_count(100)
        page.get_by_role("button", name="n", exact=True).click()
        expect(page.locator("tbody tr > *").nth(1)).to_have_text("0")
        page.get_by_role("button", name="Next").click()
        expect(page.locator("tbody tr > *").nth(1)).to_have_text("100")
        page.get_by_label("Filter", exact=True).fill("49999")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("caption")).to_have_text("1 of 50,000 rows")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_in_any_view(
    browser: Browser, origin: str, app: Flask, built: Path, width: int, theme: Theme
) -> None:
    assert theme in THEMES
    with open_tab(browser, origin, width=width, theme=theme) as opened:
        page = open_views(opened, app, built)
        page.evaluate(AXE.read_text("utf-8"))
        show(page, TARGETS)
        page.get_by_text("Ask it from a program").click()
        for view in ("table", "chart", "graph", "timeline", "pivot", "raw"):
            tab(page, view)
            drawn = {"chart": ".chart svg", "graph": ".graph canvas"}.get(view, ".view > div > *")
            page.locator(drawn).first.wait_for(state="attached")
            assert (
                page.evaluate(
                    "async () => (await axe.run('.views')).violations.map(({ id, nodes }) => id + ' ' + nodes[0].html)"
                )
                == []
            ), view
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


def test_the_parts_of_the_views_do_as_they_say(browser: Browser, origin: str, app: Flask, built: Path) -> None:
    with open_tab(browser, origin) as opened:
        page = open_views(opened, app, built)

        def part(call: str) -> Any:
            return page.evaluate(f"() => {{ const p = window.parts; return {call}; }}")

        assert part(
            r"""p.readTriples('<a> <b> "x\\n\\u4e2d\\"y"@zh-Hans .\n_:b <p> "1"^^<t> . # end\n\n# c\nno')"""
        ) == {
            "triples": [
                [
                    {"kind": "iri", "value": "a"},
                    {"kind": "iri", "value": "b"},
                    {"kind": "literal", "value": 'x\n中"y', "language": "zh-Hans", "datatype": XSD + "string"},
                ],
                [
                    {"kind": "blank", "value": "b"},
                    {"kind": "iri", "value": "p"},
                    {"kind": "literal", "value": "1", "language": "", "datatype": "t"},
                ],
            ],
            "unread": 1,
        }
        assert part("['', '1E5', '12345.50', '-0.25', 'x'].map((text) => p.formatted(text, 'de'))") == [
            *("", "100.000", "12.345,5", "-0,25", "x")
        ]
        assert part("['en', 'de', 'zh'].map((language) => p.compact(4.3e12, language))") == [
            *("4.3tn", "4,3\xa0Bio.", "4.3万亿")
        ]
        assert part(r"p.tsv([['a\tb\\', 'c\n']])") == "a\\tb\\\\\tc\\n\n"
        assert part("p.csv([['-1', '-x', 'a\"b', '＝1']])") == '-1,\'-x,"a""b",\'＝1\r\n'
        assert part(f"(() => {{ {TABLE} return p.columnsOf(t).map((c) => c.kind); }})()") == ["thing", "year", "number"]
        assert part(f"(() => {{ {TABLE} return p.suggest(p.columnsOf(t), t.rows); }})()") == {
            **{"mark": "line", "x": "y", "y": "n", "colour": "a", "aggregate": "none", "also": [], "apart": "colour"}
        }
        assert part(f"(() => {{ {NUMBERS} return p.suggest(p.columnsOf(t), t.rows); }})()") == {
            **{"mark": "bar", "x": "few", "y": "a", "colour": "", "aggregate": "none", "also": ["some"]},
            "apart": "colour",
        }
        picture = '{ mark: "line", x: "a", y: "some", colour: "a", aggregate: "none", also: ["few"], apart: "colour" }'
        script = f"(() => {{ {NUMBERS} const m = p.measuresOf({picture}, p.columnsOf(t));"
        assert part(script + "return [m.on, m.apart, m.columns.map((one) => one.name)]; })()") == [
            *("y", "facet", ["some", "few"])  # the colour is taken
        ]
        assert part("p.partsOf('SELCT * {}', 'SELECT * {}')") == {"added": [], "old": "SELCT", "fresh": "SELECT"}
        assert part(r"p.partsOf('?s ftp:has ?o', 'PREFIX fyp: <x#>\n?s fyp:has ?o')") == {
            **{"added": ["PREFIX fyp: <x#>"], "old": "ftp:has", "fresh": "fyp:has"}
        }
        assert part(r"p.partsOf('ASK {}', 'PREFIX a: <x#>\nPREFIX b: <y#>\nASK {}')") == {
            **{"added": ["PREFIX a: <x#>", "PREFIX b: <y#>"], "old": "", "fresh": ""}
        }
        assert part("p.partsOf('{ ?s ?p ?o', '{ ?s ?p ?o }')") == {"added": [], "old": "", "fresh": "}"}
        pivot = f"(() => {{ {TABLE} const g = p.gather(t.rows, 0, 1, 2, 'mean'); return [g.total, g.down.length]; }})()"
        assert part(pivot) == [2.5, 2]
        words = "(c) => (c === null ? '' : c.value)"
        order = "{ column: 2, descending: true }"
        assert part(
            f"(() => {{ {TABLE} return p.sorted(t.rows, {order}, {words}, 'en').map((r) => r[2]?.value); }})()"
        ) == [*("10", "3", "2", "-5")]
        assert part(f"(() => {{ {TABLE} return p.filtered(t.rows, 'X/A 2023', -1, {words}).length; }})()") == 1
        network = f"(() => {{ {TABLE} const g = p.fromTriples([[t.rows[0][0], t.rows[0][0], t.rows[3][0]]]); "
        assert part(network + "return [g.edges.length, p.readable(g, 1).nodes.size]; })()") == [1, 1]


NUMBERS = """const l = (value) => ({ type: "literal", value, datatype: "http://www.w3.org/2001/XMLSchema#integer" });
const t = p.readResults(JSON.stringify({ head: { vars: ["a", "many", "some", "few"] },
  results: { bindings: [1, 2, 3].map((n) => ({ a: { type: "uri", value: "http://x/" + n }, many: l(String(n * 5000)),
    some: l(String(n * 9)), few: l(String(n)) })) }
}));"""
XSD = "http://www.w3.org/2001/XMLSchema#"
TABLE = f"""const l = (value) => ({{ type: "literal", value, datatype: "{XSD}integer" }});
const r = (a, y, n) => ({{ a: {{ type: "uri", value: "http://x/" + a }}, y: l(y), n: l(n) }});
const t = p.readResults(JSON.stringify({{ head: {{ vars: ["a", "y", "n"] }},
  results: {{ bindings: [r("a", "2021", "10"), r("a", "2022", "2"), r("a", "2023", "3"), r("b", "2021", "-5")] }}
}}));"""
