"""The renderer draws in a separate process: what happens to that process does no harm."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from kg.charts import chart_of, render_worker
from kg.charts.render_worker import MOST_MARKS
from kg.charts.renderer import Renderer
from kg.core.errors import EngineBusy, PictureFailed, PictureTooLarge
from kg.engine.pool.ipc import ConnectionClosed, receive, send
from tests.kg.charts.answers import HOSTILE, answer
from tests.serving import is_alive, until

SPEC: dict[str, Any] = {
    "mark": "bar",
    "data": {"values": [{"a": 1}]},
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
}
SLOW: dict[str, Any] = {  # few rows, and without end
    "data": {"values": [{"a": 1}]},
    "transform": [
        {"calculate": "sequence(1e7)", "as": "b"},
        {"flatten": ["b"]},
        {"calculate": "sequence(1e4)", "as": "c"},
        {"flatten": ["c"]},
    ],
    "mark": "bar",
}


@pytest.fixture
def hasty() -> Iterator[Renderer]:
    """A renderer of its own for a test that ends its process; a picture may take a moment only."""
    renderer = Renderer(seconds=30)
    yield renderer
    renderer.close()


def test_a_picture_comes_as_svg_png_and_vega(renderer: Renderer) -> None:
    assert renderer.svg(SPEC).startswith("<svg ")
    assert renderer.png(SPEC).startswith(b"\x89PNG")
    assert renderer.vega(SPEC)["$schema"] == "https://vega.github.io/schema/vega/v6.json"


def test_a_scale_gives_more_pixels(renderer: Renderer) -> None:
    single, two = (int.from_bytes(renderer.png(SPEC, scale)[16:20]) for scale in (1, 2))
    assert two == 2 * single


def test_texts_stay_texts_with_a_chinese_font_and_nothing_that_a_policy_forbids(renderer: Renderer) -> None:
    chart = {"kind": "bars", "category": "a", "value": "n"}
    picture = chart_of(answer(chart, ("a", "n"), [("工业互联网", 1), *((label, 2) for label in HOSTILE)], "zh"))
    assert picture is not None
    svg = renderer.svg(picture.spec)
    assert ">工业互联网<" in svg
    assert "Noto Sans CJK SC" in svg
    for forbidden in ("<script", "<style", " style=", "<image", "<foreignObject", "href="):
        assert forbidden not in svg


def test_a_specification_that_makes_no_sense_is_reported_and_the_process_lives_on(renderer: Renderer) -> None:
    renderer.svg(SPEC)
    before = renderer.process
    with pytest.raises(PictureFailed, match=r"cannot be drawn: .*Error.* The table has the whole answer\."):
        renderer.svg({**SPEC, "mark": "nonsense"})
    assert renderer.svg(SPEC)
    assert renderer.process == before


def test_too_many_marks_are_refused_by_the_process(renderer: Renderer) -> None:
    with pytest.raises(PictureTooLarge):
        renderer.png({"mark": "bar", "data": {"values": [{"a": 1}] * (MOST_MARKS + 1)}})


@pytest.mark.parametrize(
    "loading", [{"data": {"url": "{address}/rows.json"}}, {"mark": {"type": "image", "url": "{address}/i.png"}}]
)
def test_nothing_is_loaded_from_anywhere(renderer: Renderer, loading: dict[str, Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        spec = json.loads(json.dumps({**SPEC, **loading}).replace("{address}", address))
        for form in (renderer.svg, renderer.png):
            with pytest.raises(PictureFailed, match=r"not allowed|would load an image"):
                form(spec)
        listening.settimeout(0.05)
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.serial
def test_a_picture_that_takes_too_long_ends_and_the_next_one_is_drawn() -> None:
    renderer = Renderer(seconds=2)
    try:
        renderer.svg(SPEC)
        before = renderer.process
        assert before is not None
        with pytest.raises(PictureFailed, match=r"took more than 2 seconds or too much memory"):
            renderer.svg(SLOW)
        assert not is_alive(before)
        assert renderer.svg(SPEC)
    finally:
        renderer.close()


def test_a_process_that_needs_too_much_memory_ends_and_the_next_one_is_drawn(
    hasty: Renderer, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PictureFailed):
        Renderer(seconds=5, memory_bytes=300 * 2**20).svg(SPEC)
    capfd.readouterr()  # V8 prints its stack
    assert hasty.svg(SPEC)


def test_a_process_that_is_killed_while_it_draws_is_reported_and_replaced(hasty: Renderer) -> None:
    hasty.svg(SPEC)
    process = hasty.process
    assert process is not None
    os.kill(process, signal.SIGSTOP)  # so that it is surely in the middle of the picture
    failures: list[PictureFailed] = []

    def draw() -> None:
        try:
            hasty.svg(SPEC)
        except PictureFailed as error:
            failures.append(error)

    drawing = threading.Thread(target=draw)
    drawing.start()
    os.kill(process, signal.SIGKILL)
    drawing.join()
    assert hasty.svg(SPEC)
    assert hasty.process != process
    assert len(failures) <= 1  # none if the process had not been asked yet


def test_a_process_that_was_killed_between_two_pictures_is_not_noticed(hasty: Renderer) -> None:
    hasty.svg(SPEC)
    process = hasty.process
    assert process is not None
    os.kill(process, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{process}").exists())  # its exit status is taken without a further picture
    assert hasty.svg(SPEC)


def test_the_size_of_who_asks_does_not_count_as_that_of_the_process(hasty: Renderer) -> None:
    ballast = b"x" * (600 * 2**20)  # a new process inherits this as its ru_maxrss (getrusage(2))
    hasty.svg(SPEC)
    del ballast
    assert hasty.process is not None


@pytest.mark.parametrize("growth", [-(2**30), 2**30])
def test_only_an_idle_process_that_has_grown_ends(monkeypatch: pytest.MonkeyPatch, growth: int) -> None:
    ends = growth < 0
    monkeypatch.setattr(render_worker, "_RETIRE_KIB", 2**30)
    monkeypatch.setattr(render_worker, "MOST_IDLE_GROWTH_KIB", growth)
    monkeypatch.setattr(render_worker, "IDLE_SECONDS", 0.0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, {"form": "svg", "scale": 1.0, "seconds": 0}, json.dumps(SPEC).encode())
        if not ends:
            ours.shutdown(socket.SHUT_WR)  # the next message is the end of the socket
        with nullcontext() if ends else pytest.raises(ConnectionClosed):
            render_worker.draw_all(theirs)
        _, drawn, _ = receive(ours)
    assert drawn.startswith(b"<svg ")


def test_a_process_that_ends_idle_just_when_it_is_asked_is_replaced(hasty: Renderer) -> None:
    ours, theirs = socket.socketpair()
    code = f"import socket; socket.socket(fileno={theirs.fileno()}).recv(1)"
    hasty._process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()])
    hasty._peer = ours
    theirs.close()
    with ours:
        assert hasty.svg(SPEC)


def test_a_client_that_waits_too_long_gets_the_advice_to_come_back() -> None:
    renderer = Renderer(seconds=0.01)
    with renderer._lock, pytest.raises(EngineBusy, match="Too many pictures are being drawn"):
        renderer.svg(SPEC)


def test_the_process_ends_with_its_press() -> None:
    renderer = Renderer()
    renderer.svg(SPEC)
    process = renderer.process
    assert process is not None
    del renderer
    assert not is_alive(process)


def test_pictures_are_the_same_in_another_process(renderer: Renderer, hasty: Renderer) -> None:
    picture = chart_of(answer({"kind": "bars", "category": "a", "value": "n"}, ("a", "n"), [("x", 1), ("y", 2)]))
    assert picture is not None
    assert renderer.svg(picture.spec) == hasty.svg(picture.spec)
    assert renderer.png(picture.spec) == hasty.png(picture.spec)
