"""Diagrams of ontology modules, as SVG with a text alternative."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, request

from kg.charts import Theme
from kg.charts.classes import draw
from kg.charts.renderer import Renderer, accessible_svg
from kg.core.errors import Message, ParameterInvalid, PictureMissing, choice
from kg.core.names import LANGUAGES
from kg.graph.ontology import diagram_of
from server.core.context import waiting
from server.core.parameters import reads
from server.core.question_params import THEMES
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.ontology.versions import names_of, own_edition


def blueprint(press: Renderer) -> Blueprint:
    """Return the views of diagrams, rendered by ``press``."""
    diagrams = Blueprint("diagrams", __name__)

    @diagrams.get("/ontology/diagrams/<module>.svg")
    @reads("lang", "theme")
    def svg(module: str) -> Response:
        """Return the diagram of an ontology module of the release, in a language and a theme."""
        vocabulary = own_edition().vocabulary
        # the comprehension has a ``module`` of its own; outside it is the slug of the address
        drawn = {module.slug: diagram_of(vocabulary, module) for module in vocabulary.modules}
        diagram = drawn.get(module)
        if diagram is None:
            drawn_slugs = (
                ", ".join(slug for slug, entry in drawn.items() if entry is not None) or "none in this release"
            )
            raise PictureMissing(
                Message("There is no diagram %(name)s. There are: %(offered)s.", name=repr(module), offered=drawn_slugs)
            )
        language, theme = _choice("lang", LANGUAGES), _choice("theme", THEMES)
        picture = draw(diagram, names_of(vocabulary, language), language, cast("Theme", theme))
        # the renderer is another process; meanwhile other requests may run Python code (decision 0037)
        with waiting():
            drawn_picture = press.svg(picture.spec)
        return Response(accessible_svg(drawn_picture, picture), mimetype="image/svg+xml")

    return diagrams


def _choice(key: str, choices: tuple[str, ...]) -> str:
    value = dict(fields_of_url(request.query_string)).get(key, choices[0])
    if value not in choices:
        raise ParameterInvalid(
            key, Message("%(value)s is not known; choose %(offered)s.", value=repr(value), offered=choice(choices))
        )
    return value
