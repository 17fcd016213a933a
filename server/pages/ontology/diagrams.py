"""Diagrams of the parts of the ontology, as SVG with a text alternative."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, request

from kg.charts import Theme
from kg.charts.classes import draw
from kg.charts.renderer import Renderer
from kg.charts.svg import told
from kg.core.errors import ParameterInvalid, PictureMissing
from kg.core.messages import Message, choice
from kg.core.names import LANGUAGES
from kg.graph.ontology import diagram_of
from server.core.context import waiting
from server.core.parameters import reads
from server.core.question_params import THEMES
from server.core.sparql_protocol.protocol import fields_of_url
from server.pages.ontology.labels import names_of
from server.pages.ontology.version_choice import own_edition


def blueprint(press: Renderer) -> Blueprint:
    """The addresses of diagrams, which the press renders."""
    diagrams = Blueprint("diagrams", __name__)

    @diagrams.get("/ontology/diagrams/<module>.svg")
    @reads("lang", "theme")
    def svg(module: str) -> Response:
        """The diagram of a part of the ontology of the release, in a language and a theme."""
        vocabulary = own_edition().vocabulary
        drawn = {one.slug: diagram_of(vocabulary, one) for one in vocabulary.modules}
        diagram = drawn.get(module)
        if diagram is None:
            known = ", ".join(slug for slug, one in drawn.items() if one is not None) or "none in this release"
            raise PictureMissing(
                Message("There is no diagram %(name)s. There are: %(offered)s.", name=repr(module), offered=known)
            )
        language, theme = _choice("lang", LANGUAGES), _choice("theme", THEMES)
        picture = draw(diagram, names_of(vocabulary, language), language, cast("Theme", theme))
        with waiting():
            drawn_picture = press.svg(picture.spec)
        return Response(told(drawn_picture, picture), mimetype="image/svg+xml")

    return diagrams


def _choice(key: str, known: tuple[str, ...]) -> str:
    value = dict(fields_of_url(request.query_string)).get(key, known[0])
    if value not in known:
        raise ParameterInvalid(
            key, Message("%(value)s is not known; choose %(offered)s.", value=repr(value), offered=choice(known))
        )
    return value
