"""A service whose temporary folder is full says so, and answers what needs no room there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from tests.damage import small_disk
from tests.serving import Server, make_release

pytestmark = pytest.mark.server

CSV = "text/csv, application/problem+json;q=0.5"


def test_an_answer_that_finds_no_room_is_507_and_smaller_ones_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, says = NamedNode("urn:g"), NamedNode("urn:says")
    make_release(tmp_path / "home", [Quad(NamedNode(f"urn:s:{n}"), says, Literal(str(n)), graph) for n in range(1000)])
    with small_disk(tmp_path / "small", "4m") as folder:
        monkeypatch.setenv("TMPDIR", str(folder))
        with Server(tmp_path / "home", tmp_path / "errors") as server:
            for _ in range(3):
                reply = server.query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 250000", accept=CSV)
                assert reply.status == 507
                problem = json.loads(reply.body)
                assert problem["type"].endswith("/DiskFull")
                assert "No space left on device" in problem["detail"]
                assert str(tmp_path) not in problem["detail"]
                assert server.query("ASK {}", accept=CSV).status == 200
            assert server.ask("/health").status == 200
        assert "Traceback" not in (tmp_path / "errors").read_text()
