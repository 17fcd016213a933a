"""The data package: its tables are as described, belong together, and hold every figure with its source."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.core.names import sparql_prologue
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.datapackage import DESCRIPTOR, TABLES, Files, write_archive, write_files
from tests.conftest import FRICTIONLESS

FITS: dict[str, Callable[[str], object]] = {
    "string": lambda text: text == text.strip(),
    "number": lambda text: re.fullmatch(r"-?\d+(\.\d+)?", text),
    "integer": lambda text: re.fullmatch(r"-?\d+", text),
    "year": lambda text: re.fullmatch(r"\d{4}", text),
}
VALIDATE = """
import sys
from frictionless import validate

for path in sys.argv[1:]:
    report = validate(path)
    assert report.valid and report.stats["tasks"] > 5, (path, report.flatten(["type", "message"])[:5])
"""


@pytest.fixture(scope="module")
def files(engine: EmbeddedEngine) -> Files:
    return write_files(engine)


@pytest.fixture(scope="module")
def descriptor(files: Files) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files[DESCRIPTOR])
    return document


def rows(files: Files, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8"), newline="")))


def test_the_descriptor_describes_each_file_to_the_byte(files: Files, descriptor: dict[str, Any]) -> None:
    assert [item["path"] for item in descriptor["resources"]] == [name for name in files if name != DESCRIPTOR]
    for entry in descriptor["resources"]:
        body = files[entry["path"]]
        assert (entry["bytes"], entry["hash"]) == (len(body), f"sha256:{hashlib.sha256(body).hexdigest()}")
        assert re.fullmatch(r"[a-z][a-z-]*", entry["name"])


def test_the_package_says_what_it_is_of_which_release_and_under_which_licence(
    engine: EmbeddedEngine, descriptor: dict[str, Any]
) -> None:
    assert descriptor["$schema"].startswith("https://datapackage.org/profiles/2.")
    assert descriptor["version"] == engine.release_id
    assert [item["name"] for item in descriptor["licenses"]] == ["CC-BY-4.0"]
    assert descriptor["sources"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_value_is_of_the_type_of_its_column(files: Files, descriptor: dict[str, Any], table: Any) -> None:
    (schema,) = [item["schema"] for item in descriptor["resources"] if item["name"] == table.name]
    result = rows(files, table.name)
    assert result
    assert list(result[0]) == [field["name"] for field in schema["fields"]]
    for field in schema["fields"]:
        assert field["description"].endswith(".")
        values = [row[field["name"]] for row in result]
        assert "" not in values or "required" not in field.get("constraints", {}), field["name"]
        assert [value for value in values if value and not FITS[field["type"]](value)] == []
    keys = [tuple(row[key] for key in schema["primaryKey"]) for row in result]
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_reference_leads_to_a_row(files: Files, descriptor: dict[str, Any], table: Any) -> None:
    (schema,) = [item["schema"] for item in descriptor["resources"] if item["name"] == table.name]
    for key in schema.get("foreignKeys", ()):
        (field,), (other,) = key["fields"], key["reference"]["fields"]
        expected = {row[other] for row in rows(files, key["reference"]["resource"])}
        assert {row[field] for row in rows(files, table.name)} - {""} <= expected, field


def test_every_target_and_every_measurement_of_the_graph_is_there_with_a_source(
    engine: EmbeddedEngine, files: Files
) -> None:
    for table, key, pattern in (
        ("targets", "target", "?x a fyp:TargetClaim ; fyp:targetValue ?figure"),
        ("baselines", "target", "?x fyp:baseline ?figure"),
        ("outcomes", "measurement", "?x fyp:observedValue ?figure"),
    ):
        ((count, *_),) = select(
            engine, f"{sparql_prologue('fyp')}SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}"
        ).rows
        result = [row[key] for row in rows(files, table)]
        assert len(result) == int(count.value)  # type: ignore[union-attr]
        sources = rows(files, f"{table.removesuffix('s')}-sources")
        assert {row[key] for row in sources} == set(result)


def test_figures_and_chinese_are_as_in_the_graph(files: Files) -> None:
    (target,) = [row for row in rows(files, "targets") if row["target"] == "ict-t1"]
    assert (target["value"], target["unit"], target["year"], target["said"]) == (
        *("4300000000000", "unit:CCY_CNY", "2025"),
        "fyp:kindStated",
    )
    (range_,) = [row for row in rows(files, "targets") if row["target"] == "sw-t3"]
    assert (range_["value"], range_["largest"]) == ("2", "3")
    (plan,) = [row for row in rows(files, "plans") if row["plan"] == "plan-ii"]
    assert plan["label_zh"] == "“十四五”信息化和工业化深度融合发展规划"


def test_the_archive_holds_the_files_and_has_no_time(files: Files) -> None:
    archive = write_archive(files)
    assert archive == write_archive(files)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == files


def test_the_same_release_gives_the_same_files(engine: EmbeddedEngine, files: Files) -> None:
    assert write_files(engine) == files


def test_an_empty_release_has_tables_without_rows() -> None:
    files = write_files(EmbeddedEngine(Store(), "empty", 50))
    assert {body.count(b"\n") for name, body in files.items() if name != DESCRIPTOR} == {1}


@pytest.mark.frictionless
def test_the_validator_of_data_packages_accepts_it_as_files_and_as_an_archive(files: Files, tmp_path: Path) -> None:
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    archive = tmp_path / "package.zip"
    archive.write_bytes(write_archive(files))
    done = validated(tmp_path / DESCRIPTOR, archive)
    assert done.returncode == 0, done.stderr


@pytest.mark.frictionless
def test_the_validator_of_data_packages_is_awake(files: Files, tmp_path: Path) -> None:
    for name, body in files.items():
        (tmp_path / name).write_bytes(body.replace(b"unit:CCY_CNY,Yuan", b"unit:CNY,Yuan"))
    assert "foreign-key" in validated(tmp_path / DESCRIPTOR).stderr


def validated(*paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FRICTIONLESS, "-c", VALIDATE, *paths], capture_output=True, text=True, check=False)
