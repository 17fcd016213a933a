"""The skeleton of a further plan's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.core.errors import FileUnreadable, WriteFailed
from kg.core.names import PREFIXES, SLUG

_HEAD = "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("dcterms", "fyp", "id", "skos", "unit", "xsd")
)

_PLAN = """# What the source says of this plan; labels in our own words, in en, de and zh.
# 'kg check' names what is still missing here. Lines after # are examples to copy.
{head}
id:plan-{slug} a fyp:SectoralPlan ;
    # skos:prefLabel "..."@en , "..."@de ;
    # fyp:hasKeyMessage id:{slug}-km ;
    # fyp:hasObjective id:{slug}-o1 , id:{slug}-o1-1 ;
    # fyp:hasQuantitativeTarget id:{slug}-t1 ;
    # fyp:evidence id:passage-0-10 ;
    fyp:implementsPlan id:plan-14-fyp ;
    fyp:planStartYear 2021 ;
    fyp:planEndYear 2025 .

# id:{slug}-o1 a fyp:Objective ;
#     skos:prefLabel "..."@en , "..."@de , "..."@zh ;
#     fyp:position 1 ;
#     fyp:printedLevel 1 ;
#     fyp:hasSubObjective id:{slug}-o1-1 ;
#     fyp:hasSubTarget id:{slug}-t1 ;
#     fyp:evidence id:passage-0-10 .

# id:{slug}-t1 a fyp:QuantitativeTarget ;
#     skos:prefLabel "..."@en , "..."@de , "..."@zh ;
#     fyp:position 1 ;
#     fyp:measuredBy id:indicator-... ;
#     fyp:direction fyp:increase ;
#     fyp:targetBasis fyp:level ;
#     fyp:targetValue id:quantity-{slug}-t1 ;
#     fyp:evidence id:passage-0-10 .

# id:quantity-{slug}-t1 a fyp:Quantity ;
#     fyp:numericValue 80.0 ;
#     fyp:unit unit:PERCENT ;
#     fyp:comparator fyp:exactly ;
#     fyp:year 2025 ;
#     fyp:yearBasis fyp:stated ;
#     fyp:asPrinted "80%" .

# id:mention-5g-3 a fyp:Mention ;
#     fyp:mentionElement id:{slug}-o1 ;
#     fyp:mentionTechnology id:technology-5g ;
#     fyp:mentionPassage id:passage-0-10 ;
#     fyp:startOffset 3 ;
#     fyp:endOffset 5 ;
#     fyp:surfaceForm "5G" .
"""

_EDITORIAL = """# What the editors add to this plan: who issued it and when, its Chinese title, notes.
{head}
# id:plan-{slug} skos:prefLabel "..."@zh ;
#     fyp:issuedBy id:ministry-miit ;
#     dcterms:issued "2021-12-31"^^xsd:date .

# id:note-plan-{slug}-issuer a fyp:EditorialNote ;
#     skos:prefLabel "..."@en , "..."@de , "..."@zh ;
#     fyp:notesOn id:plan-{slug} ;
#     fyp:noteType fyp:inferredFact ;
#     fyp:confidence fyp:high ;
#     fyp:noteText "..."@en , "..."@de , "..."@zh ;
#     fyp:evidence id:citation-... .
"""

_SOURCE = """# The source of this plan, if it is another than the policy update of December 2021:
# the document, its sections with their offsets, and its passages.
# 'kg evidence --source FILE --find TEXT' gives the slug of a passage, '--declare' writes the blocks of the passages.
{head}
# id:source-{slug} a fyp:SourceDocument ;
#     skos:prefLabel "..."@en , "..."@de , "..."@zh ;
#     dcterms:title "..."@en ;
#     dcterms:issued "2021-12"^^xsd:gYearMonth ;
#     dcterms:language "en" ;
#     fyp:textSha256 "..." ;
#     fyp:publishedBy id:programme-sino-german-industrie-4-0 ;
#     fyp:summarises id:plan-{slug} .
"""

_FILES = {"plan": _PLAN, "editorial": _EDITORIAL, "source": _SOURCE}


def write_plan(slug: str, folder: Path) -> Iterator[Path]:
    """Write the files of a plan that do not exist yet, and give their paths.

    Raises:
        FileUnreadable: the slug is ill-formed, or one of the files exists: nothing is written then.
        WriteFailed: a file cannot be written.
    """
    if not SLUG.fullmatch(slug):
        raise FileUnreadable(f"{slug!r} is no slug: use a-z, 0-9 and single hyphens, such as 'rb'.")
    paths = {folder / kind / f"{slug}.ttl": text for kind, text in _FILES.items()}
    there = [str(path) for path in paths if path.exists()]
    if there:
        raise FileUnreadable(f"{', '.join(there)} exists already; choose another slug. Nothing was written.")
    for path, text in paths.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(slug=slug, head=_HEAD), encoding="utf-8")
        except OSError as error:
            raise WriteFailed(f"{path} cannot be written: {error}.") from error
        yield path
