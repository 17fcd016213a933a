"""Settings: read once, from KG_* variables only, and never silently wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, fields
from pathlib import Path

import pytest

from kg.core.errors import SettingInvalid
from kg.core.settings import PROJECT, SETTINGS, Settings, read_settings


def test_without_variables_every_setting_has_its_default() -> None:
    assert asdict(read_settings({})) == {
        "home": PROJECT / ".kg",
        "host": "127.0.0.1",
        "port": 8000,
        "threads": 1,
        "source_text": None,
        "memory_max_quads": 2_000_000,
        "max_question_bytes": 1_048_576,
        "max_nesting": 128,
        "max_seconds": 20.0,
        "quick_seconds": 0.25,
        "quick_workers": 4,
        "heavy_workers": 2,
        "max_waiting": 64,
        "max_per_client": 16,
        "memory_bytes": 2**30,
        "older_releases": 2,
        "older_idle_seconds": 120.0,
        "max_answer_bytes": 64 * 2**20,
        "engine_url": "",
        "engine_product": "sparql",
        "engine_graph_store": "",
        "engine_headers_file": None,
        "engine_at_once": 16,
        "engine_connect_seconds": 2.0,
        "federation_allow": "",
        "federation_seconds": 5.0,
        "federation_bytes": 8 * 2**20,
        "federation_rows": 10_000,
        "federation_redirects": 3,
        "federation_clauses": 4,
        "federation_at_once": 8,
        "max_connections": 4096,
        "max_connections_per_client": 256,
        "header_seconds": 10.0,
        "send_seconds": 20.0,
        "spill_bytes": 2**30,
        "spill_bytes_per_client": 256 * 2**20,
        "body_seconds": 10.0,
        "cache_bytes": 64 * 2**20,
        "max_age_seconds": 60,
        "access_log": "off",
        "log_queries": False,
        "public_url": None,
        "proxies": 0,
        "metrics_token": "",
        "follow": None,
        "follow_key": "",
        "follow_insecure": False,
        "follow_seconds": 60.0,
        "follow_last": 3,
        "fetch_headers": None,
        "fetch_hosts": "",
        "fetch_bytes": 16 * 2**30,
        "verify_seconds": 86_400,
    }


def test_the_table_of_settings_and_their_type_name_the_same_ones_in_the_same_order() -> None:
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Settings)]
    assert all(setting.help and setting.expected for setting in SETTINGS)


def test_every_setting_is_read_from_its_variable(tmp_path: Path) -> None:
    wanted = {
        "KG_HOME": (str(tmp_path), tmp_path),
        "KG_HOST": ("::1", "::1"),
        "KG_PORT": ("65535", 65535),
        "KG_THREADS": ("2", 2),
        "KG_SOURCE_TEXT": (str(tmp_path / "text.txt"), tmp_path / "text.txt"),
        "KG_MEMORY_MAX_QUADS": ("0", 0),
        "KG_MAX_QUESTION_BYTES": ("1", 1),
        "KG_MAX_NESTING": ("1000", 1000),
        "KG_MAX_SECONDS": ("0.5", 0.5),
        "KG_QUICK_SECONDS": ("0.1", 0.1),
        "KG_QUICK_WORKERS": ("8", 8),
        "KG_HEAVY_WORKERS": ("1", 1),
        "KG_MAX_WAITING": ("0", 0),
        "KG_MAX_PER_CLIENT": ("1", 1),
        "KG_MEMORY_BYTES": ("1048576", 2**20),
        "KG_OLDER_RELEASES": ("0", 0),
        "KG_OLDER_IDLE_SECONDS": ("0.5", 0.5),
        "KG_MAX_ANSWER_BYTES": ("1024", 1024),
        "KG_ENGINE_URL": ("http://a/query, http://b/query", "http://a/query,http://b/query"),
        "KG_ENGINE_PRODUCT": ("oxigraph", "oxigraph"),
        "KG_ENGINE_GRAPH_STORE": ("http://a/store", "http://a/store"),
        "KG_ENGINE_HEADERS_FILE": (str(tmp_path / "headers"), tmp_path / "headers"),
        "KG_ENGINE_AT_ONCE": ("256", 256),
        "KG_ENGINE_CONNECT_SECONDS": ("0.5", 0.5),
        "KG_FEDERATION_ALLOW": ("example.org", "example.org"),
        "KG_FEDERATION_SECONDS": ("1", 1.0),
        "KG_FEDERATION_BYTES": ("1024", 1024),
        "KG_FEDERATION_ROWS": ("1", 1),
        "KG_FEDERATION_REDIRECTS": ("0", 0),
        "KG_FEDERATION_CLAUSES": ("1", 1),
        "KG_FEDERATION_AT_ONCE": ("1", 1),
        "KG_MAX_CONNECTIONS": ("16", 16),
        "KG_MAX_CONNECTIONS_PER_CLIENT": ("0", 0),
        "KG_HEADER_SECONDS": ("2.5", 2.5),
        "KG_SEND_SECONDS": ("0.5", 0.5),
        "KG_SPILL_BYTES": ("1048576", 2**20),
        "KG_SPILL_BYTES_PER_CLIENT": ("2097152", 2**21),
        "KG_BODY_SECONDS": ("1.5", 1.5),
        "KG_CACHE_BYTES": ("0", 0),
        "KG_MAX_AGE_SECONDS": ("0", 0),
        "KG_ACCESS_LOG": ("-", "-"),
        "KG_LOG_QUERIES": ("1", True),
        "KG_PUBLIC_URL": ("https://example.org/fyp", "https://example.org/fyp"),
        "KG_PROXIES": ("1", 1),
        "KG_METRICS_TOKEN": ("a-token-of-letters", "a-token-of-letters"),
        "KG_FOLLOW": ("https://example.org/fyp/", "https://example.org/fyp"),
        "KG_FOLLOW_KEY": (" a.pub , b.pub,", "a.pub,b.pub"),
        "KG_FOLLOW_INSECURE": ("1", True),
        "KG_FOLLOW_SECONDS": ("0.5", 0.5),
        "KG_FOLLOW_LAST": ("1", 1),
        "KG_FETCH_HEADERS": (str(tmp_path / "headers"), tmp_path / "headers"),
        "KG_FETCH_HOSTS": ("example.org", "example.org"),
        "KG_FETCH_BYTES": ("1024", 1024),
        "KG_VERIFY_SECONDS": ("0", 0),
    }
    assert set(wanted) == {setting.variable for setting in SETTINGS}
    settings = asdict(read_settings({variable: text for variable, (text, _) in wanted.items()}))
    assert {f"KG_{name.upper()}": value for name, value in settings.items()} == {
        variable: value for variable, (_, value) in wanted.items()
    }


def test_each_older_release_has_room_for_a_few_askers() -> None:
    assert read_settings({}).most_older_requests == 16
    assert read_settings({"KG_OLDER_RELEASES": "0"}).most_older_requests == 0


def test_a_path_is_absolute_and_knows_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_settings({"KG_HOME": "here"}).home == tmp_path / "here"
    assert read_settings({"KG_HOME": "~/there"}).home == tmp_path / "there"


def test_variables_of_other_programs_are_left_alone() -> None:
    assert read_settings({"PORT": "80", "kg_port": "80", "KGPORT": "80"}) == read_settings({})


@pytest.mark.parametrize(
    ("variable", "near"), [("KG_PRT", "KG_PORT"), ("KG_MAX_NESTINGS", "KG_MAX_NESTING"), ("KG_HOMES", "KG_HOME")]
)
def test_an_unknown_setting_is_refused_with_its_name_and_the_nearest_known_one(variable: str, near: str) -> None:
    with pytest.raises(SettingInvalid, match=rf"^{variable} is no setting .* Did you mean {near}\?"):
        read_settings({variable: "1"})


def test_an_unknown_setting_like_no_other_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(SettingInvalid) as caught:
        read_settings({"KG_": "1"})
    assert all(setting.variable in str(caught.value) for setting in SETTINGS)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("KG_HOME", "", "a path"),
        ("KG_SOURCE_TEXT", "", "a path"),
        ("KG_HOST", "", "a host name or an address"),
        ("KG_HOST", "my host", "a host name or an address"),
        ("KG_PORT", "0", "a whole number from 1 to 65535"),
        ("KG_PORT", "65536", "a whole number from 1 to 65535"),
        ("KG_PORT", "eighty", "a whole number from 1 to 65535"),
        ("KG_PORT", "", "a whole number from 1 to 65535"),
        ("KG_PORT", "80.0", "a whole number from 1 to 65535"),
        ("KG_PORT", " 80 ", "a whole number from 1 to 65535"),
        ("KG_PORT", "8_0", "a whole number from 1 to 65535"),
        ("KG_PORT", "٨٠", "a whole number from 1 to 65535"),
        ("KG_THREADS", "65", "a whole number from 1 to 64"),
        ("KG_MEMORY_MAX_QUADS", "-1", "a whole number from 0"),
        ("KG_MAX_QUESTION_BYTES", "0", "a whole number from 1"),
        ("KG_MAX_NESTING", "0", "a whole number from 1 to 1000"),
        ("KG_MAX_NESTING", "1001", "a whole number from 1 to 1000"),
        ("KG_MAX_SECONDS", "0", "seconds, more than 0"),
        ("KG_MAX_SECONDS", "nan", "seconds, more than 0"),
        ("KG_MAX_SECONDS", "soon", "seconds, more than 0"),
        ("KG_LOG_QUERIES", "yes", "0 or 1"),
        ("KG_PUBLIC_URL", "example.org", "an address such as https://example.org/fyp"),
    ],
)
def test_an_ill_formed_value_is_refused_with_the_variable_and_what_was_expected(
    variable: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingInvalid) as caught:
        read_settings({variable: value})
    assert str(caught.value) == f"{variable}={value!r} is not valid: expected {expected}."


def test_a_chosen_value_wins_over_the_variable_unless_it_is_none() -> None:
    assert read_settings({"KG_PORT": "81"}, port=82).port == 82
    assert read_settings({"KG_PORT": "81"}, port=None).port == 81


def test_settings_cannot_change_after_they_were_read() -> None:
    settings = read_settings({})
    with pytest.raises(FrozenInstanceError):
        settings.port = 80  # type: ignore[misc]
