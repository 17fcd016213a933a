"""The way to an engine is read from the settings; its faults are reported, and no secret with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import SettingInvalid
from kg.core.settings import read_settings
from kg.engine.remote.quirks import read_access


def test_the_headers_do_not_show_where_the_way_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "headers"
    path.write_text("Authorization: Bearer secret\n")
    path.chmod(0o640)
    access = read_access(read_settings({}, engine_url="http://h/query", engine_headers_file=path))
    assert access.headers
    assert "secret" not in repr(access)


def test_the_graph_stores_follow_from_the_product_or_are_said() -> None:
    urls = "http://a/query,http://b/query"
    assert read_access(read_settings({}, engine_url=urls, engine_product="oxigraph")).graph_stores == (
        "http://a/store",
        "http://b/store",
    )
    assert read_access(read_settings({}, engine_url=urls)).graph_stores == ()
    settings = read_settings({}, engine_url=urls, engine_graph_store="http://a/data")
    assert read_access(settings).graph_stores == ("http://a/data",)


def test_an_unknown_product_is_reported_with_those_that_are_known() -> None:
    with pytest.raises(SettingInvalid, match="oxigraph, virtuoso"):
        read_access(read_settings({}, engine_url="http://h/", engine_product="oxygraph"))


@pytest.mark.parametrize(
    "url", ["h/query", "ftp://h/", "http://u:p@h/", "http://h/?a=b", "http://h/#a", "http://h/, x"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingInvalid, match="KG_ENGINE_URL"):
        read_settings({"KG_ENGINE_URL": url})
