"""The checks: each one can fire, none fires on the real graph, and their messages are enough to correct the data."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat

from kg.build.build import Graph
from kg.build.checks import Check, Violation, read_checks, run_checks
from kg.core.errors import FileUnreadable, HeaderInvalid
from kg.core.names import graph, name, slug_of, thing
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.sources.files import DataFile, Declarations

SEEDS = PROJECT / "tests" / "seeds" / "checks"
CHECKS = read_checks()
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.slug)
NOWHERE = Declarations({})


def seed(check: Check) -> Store:
    return Store(pyoxigraph.parse(path=str(SEEDS / f"{check.slug}.trig"), format=RdfFormat.TRIG))


@every_check
def test_the_check_fires_on_its_seed(check: Check) -> None:
    violations = run_checks(seed(check), [check])
    assert violations
    assert {violation.check for violation in violations} == {check.slug}
    assert all(violation.thing is not None or violation.detail for violation in violations)


@every_check
def test_the_check_finds_nothing_on_the_real_graph(check: Check, graph: Graph) -> None:
    assert [violation.describe(graph.where) for violation in run_checks(graph.store, [check])] == []


@every_check
def test_the_check_finds_nothing_in_an_empty_graph(check: Check) -> None:
    assert run_checks(Store(), [check]) == []


@every_check
def test_the_check_tells_what_is_wrong_and_what_to_do_in_sentences(check: Check) -> None:
    assert check.title.endswith(".")
    assert check.remedy.endswith((".", ")"))


def details(slug: str) -> set[tuple[str, str]]:
    """Return what a check reports of its seeded violations: slug and detail."""
    (check,) = (check for check in CHECKS if check.slug == slug)
    return {
        (str(slug_of(violation.thing or name("fyp:"))), violation.detail)
        for violation in run_checks(seed(check), [check])
    }


def test_every_way_in_which_a_plan_graph_may_say_too_much_is_found() -> None:
    violations = details("editorial-in-plan-graph")
    wanted = ("fyp:issuedBy", "skos:closeMatch", "fyp:evidence"), ("fyp:yearBasis",), ("rdf:type",)
    things = ("plan-sin", "quantity-sin", "citation-sin")
    assert violations == {
        (subject, name(term).value) for subject, some in zip(things, wanted, strict=True) for term in some
    }


def test_a_statement_in_two_graphs_is_reported_once_whichever_graph_holds_an_inference() -> None:
    violations = details("statement-in-two-graphs")
    places = (("official-xx", "plan-xx"), ("inferred", "plan-xx"), ("editorial", "inferred"))
    position = name("fyp:position").value
    wanted = [f"{position} in {graph(first).value} and {graph(other).value}" for first, other in places]
    assert violations == {(f"xx-o{number}", detail) for number, detail in enumerate(wanted, 1)}


def test_no_seed_is_without_its_check() -> None:
    assert {path.name for path in SEEDS.iterdir()} == {f"{check.slug}.trig" for check in CHECKS}


def test_a_violation_names_file_line_thing_title_detail_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "editorial.ttl"
    path.write_text("# Notes\n\nid:a a fyp:Note .\n", encoding="utf-8")
    where = Declarations({thing("a"): DataFile(path, graph("editorial"))})
    message = Violation("label", thing("a"), "de", "A thing has no label.", "Add one.", "violation").describe(where)
    assert message == f"{path}:3: a: A thing has no label. (de) [label]\n    Remedy: Add one."


@pytest.mark.parametrize(
    ("subject", "first_line"),
    [
        (None, "the data: T. [c]"),
        (thing("a"), "(declared in no file): a: T. [c]"),
        (name("fyp:Plan"), "(declared in no file): fyp:Plan: T. [c]"),
        (NamedNode("x:y"), "(declared in no file): x:y: T. [c]"),
    ],
)
def test_a_violation_without_a_place_still_names_its_thing(subject: NamedNode | None, first_line: str) -> None:
    assert Violation("c", subject, "", "T.", "R.", "violation").describe(NOWHERE) == f"{first_line}\n    Remedy: R."


@pytest.mark.parametrize(
    ("text", "subject", "detail"),
    [
        ("SELECT ?thing { ?thing ?p ?o }", thing("a"), ""),
        ("SELECT ?thing ?detail { ?thing ?p ?detail }", thing("a"), "1"),
        ("SELECT ?thing ?detail { ?thing ?detail ?o }", thing("a"), "fyp:says"),
        ("SELECT ?thing ?detail { ?thing ?p ?o OPTIONAL { ?o ?p ?detail } }", thing("a"), ""),
        ("SELECT ?thing { ?s ?p ?thing }", None, "1"),
        ("SELECT ?thing ?detail { ?s ?p ?thing BIND('more' AS ?detail) }", None, "more"),
        ("SELECT ?thing { ?s ?p ?o BIND(BNODE() AS ?thing) }", None, "_:"),
    ],
)
def test_each_row_is_a_violation_with_a_thing_or_a_detail(text: str, subject: NamedNode | None, detail: str) -> None:
    store = Store([Quad(thing("a"), name("fyp:says"), Literal("1"), graph("one"))])
    (violation,) = run_checks(store, [Check("c", "T.", "R.", "warning", text)])
    assert (violation.check, violation.title, violation.remedy, violation.severity) == ("c", "T.", "R.", "warning")
    assert violation.thing == subject
    assert violation.detail.startswith(detail)
    assert bool(violation.detail) == bool(detail)


def test_violations_come_in_order_of_the_checks() -> None:
    store = Store([Quad(BlankNode("x"), name("fyp:says"), Literal("1"), graph("one"))])
    checks = [Check(slug, "T.", "R.", "warning", "SELECT ?thing { ?thing ?p ?o }") for slug in ("b", "a")]
    assert [violation.check for violation in run_checks(store, checks)] == ["b", "a"]


@pytest.mark.parametrize("text", ["ASK {}", "CONSTRUCT {} WHERE {}"])
def test_a_check_that_makes_no_table_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(HeaderInvalid, match="Check c is no SELECT"):
        run_checks(Store(), [Check("c", "T.", "R.", "violation", text)])


HEAD = {"title": "T.", "remedy": "R.", "severity": "violation"}


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"remedy": ""}, {"severity": ""}, {"severity": "error"}, {"severity": "[violation]"}]
)
def test_an_ill_formed_header_is_refused_with_its_file(tmp_path: Path, wrong: dict[str, str]) -> None:
    head = "".join(f"#+ {key}: {value}\n" for key, value in {"id": "c", **HEAD, **wrong}.items())
    (tmp_path / "c-violation.rq").write_text(f"{head}SELECT ?thing {{}}", encoding="utf-8")
    with pytest.raises(HeaderInvalid, match=r"c-violation\.rq: the header needs title, remedy, and severity"):
        read_checks(tmp_path)


def test_a_folder_without_checks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="holds no file"):
        read_checks(tmp_path)
