"""The pages of the service: a preview in a frame, and what the service offers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.reconcile.properties import DERIVED
from server.api.reconcile.parser import BATCH_SIZE


def test_a_preview_tells_a_thing_in_three_languages_with_kind_plan_and_link(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview?id=ict-t1")
    assert response.mimetype == "text/html"
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for fragment in (
        "Quantitative target",
        '<h1 lang="en"><a href="/page/ict-t1">ICT industry revenue of 4.3 trillion yuan</a></h1>',
        '<span lang="de">Umsatz der IKT-Branche von 4,3 Billionen Yuan</span>',
        '<span lang="zh">信息通信行业收入达4.3万亿元</span>',
        "4.3 trillion CNY · 2025",
        "14th Five-Year Plan for the Information and Communication Industry",
        '<base target="_blank">',
    ):
        assert fragment in response.text
    assert "<script" not in response.text


def test_a_preview_speaks_the_language_of_the_service(client: FlaskClient) -> None:
    page = client.get("/reconcile/zh/preview?id=technology-industrial-internet").text
    assert '<html lang="zh">' in page
    assert '<h1 lang="zh">' in page
    assert "Industrielles Internet" in page


def test_a_preview_of_nothing_stays_in_its_frame(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview?id=%3Cscript%3E")
    assert response.status_code == 404
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.text


def test_other_pages_stay_out_of_frames(client: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in client.get("/reconcile/about").headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_the_page_about_the_service_lists_addresses_types_and_properties(client: FlaskClient, language: str) -> None:
    page = client.get(f"/reconcile/{language}/about").text
    for fragment in ("http://localhost/reconcile/zh", 'id="type_SectoralPlan"', f"{BATCH_SIZE}"):
        assert fragment in page
    for derived in DERIVED:
        assert f'id="property_{derived.id}"' in page
        assert derived.labels[language] in page


def test_a_type_leads_to_those_above_it(client: FlaskClient) -> None:
    page = client.get("/reconcile/about").text
    row = page.partition('id="type_SectoralPlan"')[2].partition("</tr>")[0]
    assert '<a href="#type_Plan">' in row


@pytest.mark.parametrize(
    "feature", ["id_exact", "label_exact", "similarity", "language", "type_match", "property_plan"]
)
def test_every_feature_is_explained_where_the_manifest_says(client: FlaskClient, feature: str) -> None:
    view = client.get("/reconcile").json["feature_view"]["url"]  # type: ignore[index]
    address, _, anchor = view.replace("{{id}}", feature).partition("#")
    assert f'id="{anchor}"' in client.get(address.removeprefix("http://localhost")).text


def test_a_pinned_release_is_previewed_from_itself(client: FlaskClient) -> None:
    release_id = client.get("/reconcile").headers["FYP-Release"]
    page = client.get(f"/release/{release_id}/reconcile/preview?id=plan-ict").text
    assert f'href="/release/{release_id}/page/plan-ict"' in page
