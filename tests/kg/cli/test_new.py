"""``kg new plan``: the next plan is one more data file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build.build import DATA, read_graph
from tests.kg.cli.run import kg, told

LABELS = 'skos:prefLabel "Robot plan"@en , "Roboterplan"@de'
FILLED = {
    "plan/rb.ttl": (
        ('# skos:prefLabel "..."@en , "..."@de ;\n    # fyp:hasKey', f"{LABELS} ;\n    # fyp:hasKey"),
        ("# fyp:hasKeyMessage id:rb-km", "fyp:hasKeyMessage id:rb-km"),
        ("# fyp:evidence id:passage-0-10 ;\n    fyp:impl", "fyp:evidence id:passage-0-40 ;\n    fyp:impl"),
    ),
    "editorial/rb.ttl": (
        (
            '# id:plan-rb skos:prefLabel "..."@zh ;\n#     fyp:issued',
            'id:plan-rb skos:prefLabel "规划"@zh ;\n  fyp:issued',
        ),
        ("miit ;\n#     dcterms", "miit ;\n  dcterms"),
    ),
}
MORE = {
    "plan/rb.ttl": f"""id:rb-km a fyp:KeyMessage ;
        {LABELS} , "机器人"@zh ; fyp:position 1 ; fyp:evidence id:passage-0-40 .""",
    "editorial/rb.ttl": f"""id:note-plan-rb-issuer a fyp:EditorialNote ;
        {LABELS} , "发布机构"@zh ; fyp:noteText "Guessed."@en , "Geraten."@de , "推测。"@zh ;
        fyp:notesOn id:plan-rb ; fyp:noteType fyp:inferredFact ; fyp:confidence fyp:high ;
        fyp:evidence id:passage-0-40 .""",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the real data with the skeleton of a plan 'rb'."""
    folder = Path(shutil.copytree(DATA, tmp_path / "graph_data"))
    result = kg("new", "plan", "rb", "--data", folder)
    assert result.exit_code == 0
    written = [folder / kind / "rb.ttl" for kind in ("plan", "editorial", "source")]
    assert result.stdout.splitlines() == list(map(str, written))
    assert "run 'kg check'" in result.stderr
    return folder


def test_a_check_names_what_a_new_plan_still_lacks(data: Path) -> None:
    message = told(kg("check", "--data", data))
    assert f"{data / 'plan' / 'rb.ttl'}:" in message
    for lacking in (
        "plan-rb: An item has no label in English, German or Chinese. (zh)",
        "plan-rb: A claim has no declared passage or citation as its evidence. Claims are plans, elements",
        "A sectoral plan has an issuer; state it with fyp:issuedBy",
        "A sectoral plan has one key message; list it in the block of the plan with fyp:hasKeyMessage",
    ):
        assert lacking in message
    assert message.count("Remedy: ") == message.count("plan-rb: ")


def test_the_next_plan_is_one_more_data_file(data: Path) -> None:
    for name, changes in FILLED.items():
        text = (data / name).read_text(encoding="utf-8")
        for skeleton, filled in changes:
            assert text.count(skeleton) == 1, skeleton
            text = text.replace(skeleton, filled)
        (data / name).write_text(text.replace("#     dcterms:issued", "dcterms:issued") + MORE[name], encoding="utf-8")
    graph = read_graph([data])
    assert [violation.describe(graph.where) for violation in graph.violations] == []


def test_nothing_is_overwritten(data: Path) -> None:
    before = {path: path.read_bytes() for path in data.rglob("*.ttl")}
    message = told(kg("new", "plan", "rb", "--data", data))
    assert message.endswith("exists already; choose another slug. Nothing was written.")
    assert "exists already" in told(kg("new", "plan", "gr", "--data", data))
    assert {path: path.read_bytes() for path in data.rglob("*.ttl")} == before
