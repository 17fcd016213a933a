"""Charts of canned questions as SVG, PNG, Vega-Lite and Vega, with the parameters of the page."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, jsonify, request

from kg.charts import Chart, Theme, Width, chart_of, empty_chart
from kg.charts.renderer import Renderer, accessible_svg
from kg.core.errors import Message, PictureMissing
from server.core.context import request_context, waiting
from server.core.parameters import reads
from server.core.question_params import QuestionParams, read_question_params, reads_question_params, result_params
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.resource.chart import chart_about
from server.pages.resource.lookup import look_up

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "vl.json": "application/json",
    "vg.json": "application/json",
}
"""The files of a chart, by their endings."""


def blueprint(press: Renderer) -> Blueprint:
    """Return the views of charts, rendered by ``press``."""
    pictures = Blueprint("pictures", __name__)
    _add_questions(pictures, press)
    _add_things(pictures, press)
    return pictures


def _add_questions(pictures: Blueprint, press: Renderer) -> None:
    """Add the charts of answers."""

    @pictures.get("/q/<slug>.svg")
    @reads_question_params("lang", "sort", "theme", "width")
    def svg(slug: str) -> Response:
        """Return the chart as SVG, with its text alternative in it."""
        picture = _picture(slug)
        # the renderer is another process; meanwhile other requests may run Python code (decision 0037)
        with waiting():
            drawn = press.svg(picture.spec)
        return Response(accessible_svg(drawn, picture), mimetype=MEDIA_TYPES["svg"])

    @pictures.get("/q/<slug>.png")
    @reads_question_params("lang", "sort", "theme", "width")
    def png(slug: str) -> Response:
        """Return the chart as PNG, with up to two pixels for each CSS pixel."""
        picture = _picture(slug)
        with waiting():
            drawn = press.png(picture.spec, picture.scale)
        return Response(drawn, mimetype=MEDIA_TYPES["png"])

    @pictures.get("/q/<slug>.vl.json")
    @reads_question_params("lang", "sort", "theme", "width")
    def vega_lite(slug: str) -> Response:
        """Return the specification of the chart with its data, to change it elsewhere."""
        return jsonify(_picture(slug).spec)

    @pictures.get("/q/<slug>.vg.json")
    @reads_question_params("lang", "sort", "theme", "width")
    def vega(slug: str) -> Response:
        """Return the chart compiled to Vega, for the runtime in a browser."""
        spec = _picture(slug).spec
        with waiting():
            compiled = press.vega(spec)
        return jsonify(compiled)


def _add_things(pictures: Blueprint, press: Renderer) -> None:
    """Add the charts of resources."""

    @pictures.get("/page/<slug>.svg")
    @reads("lang", "theme", "width")
    def svg_of_thing(slug: str) -> Response:
        """Return the chart of a resource as SVG, with its text alternative in it."""
        picture = _picture_of_thing(slug)
        with waiting():
            drawn = press.svg(picture.spec)
        return Response(accessible_svg(drawn, picture), mimetype=MEDIA_TYPES["svg"])

    @pictures.get("/page/<slug>.png")
    @reads("lang", "theme", "width")
    def png_of_thing(slug: str) -> Response:
        """Return the chart of a resource as PNG."""
        picture = _picture_of_thing(slug)
        with waiting():
            drawn = press.png(picture.spec, picture.scale)
        return Response(drawn, mimetype=MEDIA_TYPES["png"])


def _picture_of_thing(slug: str) -> Chart:
    """Return the chart of a target, an indicator or a plan, with the parameters of the request.

    Raises:
        PictureMissing: the resource has none.
        As ``look_up``.
    """
    service = request_context()
    params = read_question_params(fields_of_url(request.query_string))
    theme, width = _drawn(params)
    chart = chart_about(service, look_up(service, slug), params.language, theme, width)
    if chart is None:
        raise PictureMissing(
            Message(
                "There is no picture of %(name)s; targets, indicators and plans have one. See /page/%(slug)s.",
                name=repr(slug),
                slug=slug,
            )
        )
    return chart


def _picture(slug: str) -> Chart:
    """Return the chart with the parameters of the request. An empty answer gives a chart with the reason.

    Raises:
        PictureMissing: the question has none.
        As ``result_params``.
    """
    context = request_context()
    question = context.catalogue.get(slug)
    if question.chart is None:
        raise PictureMissing(
            Message("The question %(name)s has no picture. Its answer is at /q/%(slug)s.", name=repr(slug), slug=slug)
        )
    params = read_question_params(fields_of_url(request.query_string))
    theme, width = _drawn(params)
    answered, _ = result_params(context, question, params)
    return chart_of(answered, theme, width) or empty_chart(answered, theme, width)


def _drawn(params: QuestionParams) -> tuple[Theme, Width]:
    return cast("Theme", params.theme), cast("Width", params.width)  # checked by the parser
