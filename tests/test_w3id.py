"""The redirects for w3id.org lead every name of ours to an address at which the server answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from kg.core.names import ENDPOINT, PREFIXES, PROBLEM, ROOT, graph, question_page, thing
from kg.core.settings import PROJECT

HTACCESS = PROJECT / "docs" / "w3id" / ".htaccess"
SERVER = "https://fyp-kg.example.org"
NAMES = [
    thing("plan-ii").value,
    graph("plan-ii").value,
    question_page("key-messages").value,
    ENDPOINT.value,
    PROBLEM + "ThingUnknown",
    ROOT,
    *(base.partition("#")[0] for base in PREFIXES.values() if base.startswith(ROOT) and base.endswith("#")),
]
BROWSER = {"Accept": "text/html,*/*;q=0.1"}


@dataclass(frozen=True)
class Redirect:
    """Where a name leads, and how."""

    status: int
    address: str


def follow(path: str) -> Redirect:
    """Return Apache's answer to a path below the folder of the file: as much of mod_rewrite as the file needs."""
    variables = {}
    for line in HTACCESS.read_text("utf-8").splitlines():
        if not line.startswith("RewriteRule "):
            continue
        _, pattern, target, listed = line.split(" ")
        flags = dict(flag.partition("=")[::2] for flag in listed.strip("[]").split(","))
        match = re.search(pattern, path)
        if match is None:
            continue
        if "E" in flags:
            key, _, value = flags["E"].partition(":")
            variables[key] = value
        if target != "-":
            filled = re.sub(r"%\{ENV:(\w+)\}", lambda match: variables[match[1]], target)
            return Redirect(int(flags["R"]), filled.replace("$1", match[1]))
    raise AssertionError(f"nothing fits {path}")


@pytest.mark.parametrize("name", sorted(set(NAMES)))
def test_a_name_leads_to_an_address_that_answers(client: FlaskClient, name: str) -> None:
    target = follow(name.removeprefix(ROOT))
    assert target.address.startswith(f"{SERVER}/")
    path = urlsplit(target.address).path
    response = client.get(path, headers=BROWSER, follow_redirects=True)
    assert response.status_code in (200, 406)
    assert client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("id/plan-ii", 303),
        ("ontology", 303),
        ("ontology/0.2.0", 303),
        ("shapes", 303),
        (".well-known/void", 303),
        ("catalog", 303),
        ("problem/ThingUnknown", 303),
        ("graph/plan-ii", 307),
        ("q/key-messages", 307),
        ("sparql", 307),
        ("release/0123456789abcdef/q/key-messages", 307),
        ("", 307),
        ("xwell-known/void", 307),
        ("sparqlx", 307),
    ],
)
def test_names_of_things_are_seen_elsewhere_and_documents_keep_their_method(name: str, status: int) -> None:
    assert follow(name) == Redirect(status, f"{SERVER}/{name}")


def test_the_server_is_named_once() -> None:
    lines = HTACCESS.read_text("utf-8").splitlines()
    assert len([line for line in lines if SERVER in line]) == 1
    assert not [line for line in lines if len(line.split(" ")) != 4 and line.startswith("RewriteRule")]
