"""Citations: a work as BibTeX, RIS, CSL-JSON and plain text."""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie
from kg.output.metadata.dataset import AUTHOR, LICENSE, TITLES
from kg.questions.result import QuestionResult, chosen_words, narrowed_words

_BREAKING = frozenset(["Cc", "Zl", "Zp"])
_UNSEEN = frozenset(["Cf", "Cs"])


def one_line(text: str) -> str:
    """Return a text as one line of visible characters.

    Control characters and line breaks (general categories Cc, Zl and Zp of Unicode) become spaces. Format characters
    (Cf, for example for text direction) and lone surrogates (Cs) are removed.
    """
    characters = []
    for sign in text:
        category = unicodedata.category(sign)
        characters.append(" " if category in _BREAKING else "" if category in _UNSEEN else sign)
    return " ".join("".join(characters).split())


_COLON = {"en": ": ", "de": ": ", "zh": "："}
_SEMICOLON = {"en": "; ", "de": "; ", "zh": "；"}
_COMMA = {"en": ", ", "de": ", ", "zh": "、"}
_BRACKETS = {"en": " ({})", "de": " ({})", "zh": "（{}）"}
_ID_DIGITS, _ADDRESS_DIGITS = 8, 6


@dataclass(frozen=True)
class Work:
    """A work as a citation describes it, in one language.

    ``key`` identifies it in a bibliography. ``parameters`` are the chosen values in words. ``address`` pins the
    release, so that the answer stays the same. ``built_on`` is the day of the release, if known. ``container`` is the
    dataset that the work is part of, empty for the dataset.
    """

    key: str
    title: str
    question: str
    parameters: str
    address: str
    release_id: str
    built_on: datetime.date | None
    language: str = "en"
    container: str = ""
    authors: tuple[str, ...] = (AUTHOR,)
    publisher: str = AUTHOR
    licence: str = "CC BY 4.0"
    licence_address: str = LICENSE.value

    @property
    def full_title(self) -> str:
        """Return the title with the chosen values, since most lists of references show only the title."""
        return self.title + (_BRACKETS[self.language].format(self.parameters) if self.parameters else "")

    @property
    def year(self) -> str:
        """Return the year of the release; empty if unknown."""
        return str(self.built_on.year) if self.built_on is not None else ""


def work_of_question(answered: QuestionResult, *, address: str, built_on: datetime.date | None) -> Work:
    """Return the answer to a question, with its facets; ``address`` must pin its release."""
    language = answered.language
    choices = [
        label + _COLON[language] + _COMMA[language].join(values)
        for label, values in (*chosen_words(answered), *narrowed_words(answered))
        if values
    ]
    return Work(
        key=_key(answered.question.slug, answered.release_id, address if choices else ""),
        title=answered.question.title[language],
        question=answered.question.question[language],
        parameters=_SEMICOLON[language].join(choices),
        address=address,
        release_id=answered.release_id,
        built_on=built_on,
        language=language,
        container=TITLES[language],
    )


def work_of_dataset(release_id: str, *, address: str, built_on: datetime.date | None, language: str = "en") -> Work:
    """Return a release as a whole."""
    key = _key("dataset", release_id)
    return Work(key, TITLES[language], "", "", address, release_id, built_on, language)


def work_of_thing(
    thing: NamedNode, label: str, release_id: str, *, address: str, built_on: datetime.date | None, language: str = "en"
) -> Work:
    """Return what a release states about a resource, named by label and IRI."""
    return Work(
        key=_key(curie(thing).partition(":")[2], release_id),
        title=label,
        question=thing.value,
        parameters="",
        address=address,
        release_id=release_id,
        built_on=built_on,
        language=language,
        container=TITLES[language],
    )


def all_fields(answered: QuestionResult) -> Mapping[str, tuple[str, ...]]:
    """Return all values of a question as address fields, defaults included: later versions may have others.

    A parameter that was left open although it has a default gets an empty value.
    """
    fields = {}
    for parameter in answered.question.parameters:
        values = tuple(_written(term) for term in answered.chosen[parameter.name])
        if values or parameter.default:
            fields[parameter.name] = values or ("",)
    return fields


def _key(slug: str, release_id: str, address: str = "") -> str:
    """Return a key of letters, digits and hyphens; the key of an answer depends on its address."""
    digest = hashlib.sha256(address.encode("utf-8")).hexdigest()[:_ADDRESS_DIGITS] if address else ""
    return "-".join(part for part in ("fyp-kg", slug, release_id[:_ID_DIGITS], digest) if part)


def _written(term: NamedNode | Literal) -> str:
    return curie(term) if isinstance(term, NamedNode) else term.value


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = {"en": "english", "de": "ngerman", "zh": "chinese"}
# BibTeX counts braces even after a backslash, so braces in the text are replaced.
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
    """Return one entry: ``@misc``, since older styles have no type for data sets.

    The title has two pairs of braces, so that no style changes its capitals.
    """
    fields = {
        # braces around a name keep BibTeX from splitting it into first and last names
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
        # the name of a month is a macro of BibTeX, so it has no braces
        lines.insert(3, f"  month = {_MONTHS[work.built_on.month - 1]},")
    return "\n".join([f"@misc{{{work.key},", *lines, "}", ""])


def _escaped(text: str) -> str:
    return one_line(text).translate(_ESCAPES)


def _verbatim(address: str) -> str:
    """Return an address without the braces and backslashes that BibTeX and TeX interpret."""
    return quote(one_line(address), safe="!$&'()*+,-./:;=?@_~%")


def _note(work: Work) -> str:
    return f"{work.question} Release {work.release_id}, {work.licence}."


def csl_json(work: Work) -> str:
    """Return a list of one item of type ``dataset``, for Zotero, pandoc and citeproc.

    Format: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html.
    """
    item: dict[str, object] = {
        "id": work.key,
        "type": "dataset",
        "title": one_line(work.full_title),
        "author": [{"literal": one_line(author)} for author in work.authors],
        "publisher": one_line(work.publisher),
        "version": work.release_id,
        "language": work.language,
        "URL": work.address,
        "note": f"{work.licence}, {work.licence_address}",
    }
    if work.container:
        item["container-title"] = one_line(work.container)
    if work.question:
        item["abstract"] = one_line(work.question)
    if work.built_on is not None:
        # a list of a single date: two dates would be a range
        item["issued"] = {"date-parts": [[work.built_on.year, work.built_on.month, work.built_on.day]]}
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


_PART = {
    "en": "{authors}{year}: {title}. Data set. In: {container}, release {release}{day}. {licence}. {address}",
    "de": "{authors}{year}: {title}. Datensatz. In: {container}, Ausgabe {release}{day}. {licence}. {address}",
    "zh": "{authors}. {title}[DS/OL]. {container}，版本 {release}{day}. {licence}. {address}",
}
_WHOLE = {
    "en": "{authors}{year}: {title}. Data set, release {release}{day}. {licence}. {address}",
    "de": "{authors}{year}: {title}. Datensatz, Ausgabe {release}{day}. {licence}. {address}",
    "zh": "{authors}. {title}[DS/OL]. 版本 {release}{day}. {licence}. {address}",
}
_DAY = {"en": " of {}", "de": " vom {}", "zh": "，{}"}


def plain(work: Work) -> str:
    """Return one line of text; days are in ISO 8601, and Chinese follows GB/T 7714-2015."""
    pattern = (_PART if work.container else _WHOLE)[work.language]
    line = pattern.format(
        authors=", ".join(work.authors),
        year=f" ({work.year})" if work.year else "",
        title=work.full_title.rstrip("."),
        container=work.container,
        release=work.release_id,
        day=_DAY[work.language].format(work.built_on) if work.built_on is not None else "",
        licence=work.licence,
        address=work.address,
    )
    return one_line(line) + "\n"


def ris(work: Work) -> str:
    """Return one record of type DATA, for EndNote, Zotero and Citavi.

    A line break in a text would begin another field, so there is none.
    """
    # RIS ends a date with a slash, since a fourth part may follow
    day = f"{work.built_on:%Y/%m/%d}/" if work.built_on is not None else ""
    fields = [
        ("TY", "DATA"),
        ("ID", work.key),
        *(("AU", author) for author in work.authors),
        ("TI", work.full_title),
        ("T2", work.container),
        ("PY", work.year),
        ("DA", day),
        ("PB", work.publisher),
        ("ET", work.release_id),
        ("LA", work.language),
        ("AB", work.question),
        ("N1", f"{work.licence}, {work.licence_address}"),
        ("UR", work.address),
    ]
    lines = [f"{tag}  - {one_line(text)}" for tag, text in fields if text]
    return "\r\n".join([*lines, "ER  - ", ""])


@dataclass(frozen=True)
class Citation:
    """A citation format: file suffix, name, media type, and the function that writes it."""

    ending: str
    name: str
    media_type: str
    write: Callable[[Work], str]


CITATIONS: Mapping[str, Citation] = MappingProxyType(
    {
        citation.ending: citation
        for citation in (
            Citation("bib", "BibTeX", "application/x-bibtex", bibtex),
            Citation("ris", "RIS", "application/x-research-info-systems", ris),
            Citation("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
            Citation("cite.txt", "Text", "text/plain", plain),
        )
    }
)
"""The formats by file suffix, in the order of a page."""
