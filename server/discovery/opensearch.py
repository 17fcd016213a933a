"""OpenSearch: browsers learn how to search here (https://github.com/dewitt/opensearch, version 1.1)."""

from __future__ import annotations

from xml.etree import ElementTree

from flask import Blueprint, Response

from kg.dataset import TITLES
from server import urls

blueprint = Blueprint("opensearch", __name__)

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_SHORT_NAME = "Five-Year Plans"  # at most 16 signs


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """How to search."""
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(f"{{{_NAMESPACE}}}OpenSearchDescription")
    for tag, text in (("ShortName", _SHORT_NAME), ("Description", TITLES["en"]), ("InputEncoding", "UTF-8")):
        ElementTree.SubElement(root, f"{{{_NAMESPACE}}}{tag}").text = text
    template = urls.absolute(urls.search()) + "?q={searchTerms}"
    ElementTree.SubElement(root, f"{{{_NAMESPACE}}}Url", {"type": "text/html", "template": template})
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")
