"""What a reader is told about a thing: its labels, its statements, where it stands, the places that vouch for it."""

from kg.graph.describe.groups import GROUPS, group_of, rank_of
from kg.graph.describe.labels import (
    Label,
    Labels,
    definitions_of,
    inverses_of,
    label_of,
    labels_of,
    note_texts_of,
    pinyin_of,
)
from kg.graph.describe.links import Surety, sureties_of
from kg.graph.describe.places import Place, Vouched, evidence_of, places_of
from kg.graph.describe.retired import Retirement, retirement_of
from kg.graph.describe.statements import Description, Property, Statement, describe, statements_of
from kg.graph.describe.tree import Branch, Tree, leads_down, parents_of, tree_of

__all__ = [
    "GROUPS",
    "Branch",
    "Description",
    "Label",
    "Labels",
    "Place",
    "Property",
    "Retirement",
    "Statement",
    "Surety",
    "Tree",
    "Vouched",
    "definitions_of",
    "describe",
    "evidence_of",
    "group_of",
    "inverses_of",
    "label_of",
    "labels_of",
    "leads_down",
    "note_texts_of",
    "parents_of",
    "pinyin_of",
    "places_of",
    "rank_of",
    "retirement_of",
    "statements_of",
    "sureties_of",
    "tree_of",
]
