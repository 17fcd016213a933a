"""SVG that speaks for itself: a title and a description, words for a pointer over each mark, ids that never change."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from kg.charts.chart import Chart

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ARIA = ("role", "aria-label", "aria-roledescription", "aria-hidden")
_TITLE, _TEXT = "picture-title", "picture-text"


def told(svg: str, picture: Chart) -> str:
    """An SVG of vl-convert as one image with a title and a text alternative.

    The labels of marks become titles, which browsers show at the pointer. Vega numbers its gradients and clips through
    the life of a process; they are numbered anew, so that a picture has the same bytes every time.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(svg)  # noqa: S314 - made by our own renderer, without a DTD
    for element in list(root.iter()):
        _speak(element)
    _number(root)
    root.set("role", "img")
    root.set("aria-labelledby", f"{_TITLE} {_TEXT}")
    root.set(_XML_LANG, picture.language)
    root.set("lang", picture.language)
    for tag, name, words in (("desc", _TEXT, picture.text), ("title", _TITLE, picture.title)):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": name})
        element.text = words
        root.insert(0, element)
    return ET.tostring(root, encoding="unicode")


def _speak(element: ET.Element) -> None:
    """Move what a mark is called from its aria-label into a title; the whole picture is one image for a reader."""
    label = element.get("aria-label")
    is_mark = element.get("role") == "graphics-symbol" and not (element.get("aria-roledescription") or "").endswith(
        ("container", "axis", "legend", "title", "subtitle")
    )
    for attribute in _ARIA:
        element.attrib.pop(attribute, None)
    if label and is_mark:
        title = ET.Element(f"{{{_SVG}}}title")
        title.text = label
        element.insert(0, title)


def _number(root: ET.Element) -> None:
    """Give the ids that the drawing refers to numbers of their own, in the order of the document."""
    names = {name: f"picture-{n}" for n, name in enumerate(one.get("id", "") for one in root.iter() if one.get("id"))}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, names[value])
            elif "#" in value:
                element.set(key, re.sub(r"#([\w-]+)\)", lambda found: f"#{names.get(found[1], found[1])})", value))
