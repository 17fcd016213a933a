"""A citation as a line of text, in the order that readers of its language expect; in Chinese by GB/T 7714-2015."""

from __future__ import annotations

from kg.output.citation.text import one_line
from kg.output.citation.work import Work

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
    """One line; days as ISO 8601 writes them."""
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
