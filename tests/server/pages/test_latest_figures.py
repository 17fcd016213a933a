"""The newest figures are those of the latest years, and each names its source."""

from __future__ import annotations

from flask import Flask

from server.core.context import request_context
from server.pages.home import MOST, latest_outcomes


def test_the_newest_figures_are_reported_with_their_sources(app: Flask) -> None:
    with app.test_request_context("/"):
        outcomes = latest_outcomes(request_context(), "en")
    assert len(outcomes) == MOST
    for outcome in outcomes:
        assert "2025" in outcome.sentence
        assert outcome.href.startswith("/page/observation-")
        assert outcome.source.text
        assert outcome.source.href.startswith("/page/citation-")
