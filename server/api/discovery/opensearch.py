"""OpenSearch: a description of the search for browsers (https://github.com/dewitt/opensearch, version 1.1)."""

from __future__ import annotations

from xml.etree import ElementTree

from flask import Blueprint, Response

from kg.core.errors import N_
from kg.output.metadata import TITLES
from server.core import urls
from server.core.i18n.language import gettext, language_here
from server.core.parameters import reads

blueprint = Blueprint("opensearch", __name__)

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_SHORT_NAME = N_("Five-Year Plans")  # at most 16 characters in every language


@blueprint.get("/opensearch.xml")
@reads("lang")
def description() -> Response:
    """Return the description of the search, in the reader's language."""
    language = language_here()
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(f"{{{_NAMESPACE}}}OpenSearchDescription")
    for tag, text in (
        ("ShortName", gettext(_SHORT_NAME)),
        ("Description", TITLES[language]),
        ("Language", language),
        ("InputEncoding", "UTF-8"),
    ):
        ElementTree.SubElement(root, f"{{{_NAMESPACE}}}{tag}").text = text
    template = urls.absolute(urls.search()) + "?q={searchTerms}"
    ElementTree.SubElement(root, f"{{{_NAMESPACE}}}Url", {"type": "text/html", "template": template})
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    response = Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    return response
