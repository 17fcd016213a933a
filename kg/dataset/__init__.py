"""What the dataset and its endpoint say of themselves: Service Description, VoID, DCAT and schema.org, from one count.

The parts: ``words`` and ``site`` hold what is told, ``counts`` and ``linksets`` count, the others write it down.
"""

from __future__ import annotations

from kg.dataset.counts import Counts, Sizes, count
from kg.dataset.dcat import describe_catalogue
from kg.dataset.linksets import Linkset, linksets
from kg.dataset.schema import dataset_markup
from kg.dataset.service import service_description
from kg.dataset.site import Access, Dump, Edition, Site
from kg.dataset.void import describe_in_release, void_description
from kg.dataset.words import CATALOGUE, DATASET, FOUNDERS, LICENSE, TITLES, UNION

__all__ = [
    "CATALOGUE",
    "DATASET",
    "FOUNDERS",
    "LICENSE",
    "TITLES",
    "UNION",
    "Access",
    "Counts",
    "Dump",
    "Edition",
    "Linkset",
    "Site",
    "Sizes",
    "count",
    "dataset_markup",
    "describe_catalogue",
    "describe_in_release",
    "linksets",
    "service_description",
    "void_description",
]
