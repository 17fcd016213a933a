"""The metrics are read on the machine of the service, or with the operator's token; nobody behind a proxy is local."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from kg.core.errors import SettingInvalid
from kg.core.settings import Settings, read_settings
from kg.engine.embedded import EmbeddedEngine
from tests.server.gateway.whole import Whole
from tests.server.rsgi import Headers, Protocol, scope

TOKEN = "a-token-of-24-characters"  # noqa: S105 - of this test
HERE, ELSEWHERE = "127.0.0.1:40000", "192.0.2.7:40000"
Maker = Callable[..., Whole]


@pytest.fixture(scope="module")
def make(settings: Settings, engine: EmbeddedEngine) -> Iterator[Maker]:
    made: dict[str, Whole] = {}

    def maker(**changed: Any) -> Whole:
        key = repr(sorted(changed.items()))
        if key not in made:
            made[key] = Whole(replace(settings, **changed), engine)
        return made[key]

    yield maker
    for whole in made.values():
        whole.end()


def read(whole: Whole, client: str, *headers: tuple[str, str], path: str = "/metrics") -> Protocol:
    return whole.ask(replace(scope("GET", path, "", *headers), client=client))


@pytest.mark.parametrize("client", [HERE, "[::1]:40000", "127.1.2.3:40000", "[::ffff:127.0.0.1]:40000"])
def test_this_machine_reads_them(make: Maker, client: str) -> None:
    response = read(make(), client)
    assert response.status == 200
    assert b"fyp_release_info" in (response.body or b"")


@pytest.mark.parametrize("client", [ELSEWHERE, "[2001:db8::1]:40000"])
def test_another_machine_gets_a_remedy(make: Maker, client: str) -> None:
    response = read(make(), client, ("accept", "application/problem+json"))
    assert response.status == 403
    assert b"KG_METRICS_TOKEN" in (response.body or b"")
    assert b"fyp_" not in (response.body or b"")


@pytest.mark.parametrize(
    "header",
    [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-for", ""),
        ("forwarded", "for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("via", "1.1 proxy"),
    ],
)
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_who_comes_through_a_proxy_on_this_machine_is_not_local(
    make: Maker, proxies: int, header: tuple[str, str]
) -> None:
    assert read(make(proxies=proxies), HERE, header).status == 403


def test_behind_a_proxy_that_names_no_client_nobody_is_local(make: Maker) -> None:
    assert read(make(public_url="https://kg.example"), HERE).status == 403
    assert read(make(public_url="https://kg.example", proxies=1), HERE).status == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN} ", 200),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer ", 401),
        ("", 401),
    ],
)
def test_the_token_opens_them_to_other_machines(make: Maker, sent: str, status: int) -> None:
    response = read(make(metrics_token=TOKEN), ELSEWHERE, ("authorization", sent))
    assert response.status == status
    assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize("path", ["/metrics?x=1", "/metrics?lang=de", "/release/r0/metrics", "//metrics", "/metrics/"])
def test_no_other_spelling_of_the_path_leads_to_them(make: Maker, path: str) -> None:
    path, _, query = path.partition("?")
    whole = make()
    response = whole.ask(replace(scope("GET", path, query), client=ELSEWHERE))
    assert response.status in (307, 308, 403, 404)
    assert b"fyp_" not in (response.body or b"")


def test_without_the_front_a_proxy_on_this_machine_is_not_local(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403


def test_those_who_may_and_those_who_may_not_share_no_response(make: Maker) -> None:
    whole = make()

    async def both() -> list[Protocol]:
        answered = [Protocol(), Protocol(), Protocol()]
        asked = [replace(scope("GET", "/metrics"), client=client) for client in (HERE, ELSEWHERE, HERE)]
        await asyncio.gather(*(whole.front.__rsgi__(*pair) for pair in zip(asked, answered, strict=True)))
        return answered

    assert [response.status for response in asyncio.run(both())] == [200, 403, 200]


def test_a_probe_that_names_no_host_reads_health(make: Maker) -> None:
    unnamed = replace(scope("GET", "/health"), headers=Headers([]), http_version="1", client=ELSEWHERE)
    assert make().ask(unnamed).status == 200


@pytest.mark.parametrize("token", ["short", "x" * 300, "with a space in it all", "with\nanother line", "übergroß-" * 3])
def test_a_token_that_no_header_can_hold_is_refused(token: str) -> None:
    with pytest.raises(SettingInvalid, match="KG_METRICS_TOKEN"):
        read_settings({"KG_METRICS_TOKEN": token})
