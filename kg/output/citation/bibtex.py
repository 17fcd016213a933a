"""BibTeX, as BibLaTeX and the older styles read it: ``@misc``, since the older ones know no data set."""

from __future__ import annotations

from urllib.parse import quote

from kg.output.citation.text import one_line
from kg.output.citation.work import Work

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = {"en": "english", "de": "ngerman", "zh": "chinese"}
# BibTeX counts braces even behind a backslash, so that a brace of the text must not stay one
_ESCAPES = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)


def bibtex(work: Work) -> str:
    """One entry. The title stands in two pairs of braces, so that no style changes its capitals."""
    fields = {
        "author": " and ".join(f"{{{_escaped(author)}}}" for author in work.authors),
        "title": f"{{{_escaped(work.full_title)}}}",
        "year": work.year,
        "howpublished": _escaped(work.container or "Data set"),
        "publisher": _escaped(work.publisher),
        "version": _escaped(work.release_id),
        "url": _verbatim(work.address),
        "note": _escaped(_note(work)),
        "langid": _LANGUAGES[work.language],
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if work.built_on is not None:
        lines.insert(3, f"  month = {_MONTHS[work.built_on.month - 1]},")
    return "\n".join([f"@misc{{{work.key},", *lines, "}", ""])


def _escaped(text: str) -> str:
    return one_line(text).translate(_ESCAPES)


def _verbatim(address: str) -> str:
    """An address, which styles print as it is: without a brace or backslash that BibTeX or TeX takes for its own."""
    return quote(one_line(address), safe="!$&'()*+,-./:;=?@_~%")


def _note(work: Work) -> str:
    return f"{work.question} Release {work.release_id}, {work.licence}."
