"""Descriptions of the dataset and its endpoint: Service Description, VoID, DCAT and schema.org, from one count."""

from __future__ import annotations

from kg.output.metadata.dataset import CATALOGUE, DATASET, FOUNDERS, LICENSE, TITLES, UNION, Access, Dump, Edition, Site
from kg.output.metadata.dcat import dataset_markup, describe_catalogue
from kg.output.metadata.void import (
    Counts,
    Linkset,
    Sizes,
    count,
    describe_in_release,
    linksets,
    service_description,
    void_description,
)

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
