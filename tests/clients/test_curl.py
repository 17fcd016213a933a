"""curl, and the example of the README as a reader runs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest

from kg.core.settings import PROJECT
from tests.clients.conftest import TITLES

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl"),
]

SNIPPET = re.compile(r"```sh\n(curl .*?)```\n\n```\n(.*?)```", re.DOTALL)


def curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--max-time", "60", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_example_of_the_readme_gives_what_it_shows(endpoint: str) -> None:
    examples = SNIPPET.findall((PROJECT / "README.md").read_text("utf-8"))
    assert examples
    for command, shown in examples:
        here = command.replace("http://127.0.0.1:8000/sparql", endpoint).replace("curl ", "curl -sS ", 1)
        assert urlsplit(endpoint).netloc in here
        output = subprocess.run(["sh", "-c", here], check=True, capture_output=True, text=True).stdout
        assert output.splitlines() == shown.splitlines()


def test_get_by_encoded_parameters(endpoint: str) -> None:
    output = curl("--get", "--data-urlencode", f"query={TITLES}", "--header", "Accept: text/csv", endpoint)
    assert output.splitlines()[0] == "plan,title"
    assert len(output.splitlines()) == 7


def test_post_of_a_form_and_of_a_query(endpoint: str) -> None:
    form = curl("--data-urlencode", f"query={TITLES}", endpoint)
    direct = curl("--header", "Content-Type: application/sparql-query", "--data-binary", TITLES, endpoint)
    assert len(json.loads(form)["results"]["bindings"]) == 6
    assert json.loads(form) == json.loads(direct)


def test_a_compressed_answer_is_the_same_answer(endpoint: str) -> None:
    query = ["--get", "--data-urlencode", "query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100", endpoint]
    assert curl("--compressed", *query) == curl(*query)


def test_fail_with_body_shows_the_error_and_ends_with_22(endpoint: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        curl("--fail-with-body", "--get", "--data-urlencode", "query=SELECT", endpoint)
    assert failed.value.returncode == 22
    assert failed.value.stdout
