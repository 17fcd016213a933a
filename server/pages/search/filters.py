"""Kinds and plans that a release knows: to narrow by any other finds nothing, whatever is sought."""

from __future__ import annotations

from dataclasses import replace

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message
from kg.core.names import curie
from kg.search import SearchIndex
from server.core.search_params import SearchParams


def only_known(index: SearchIndex, search_params: SearchParams) -> SearchParams:
    """The same without kinds and plans that no thing has."""
    return replace(
        search_params,
        kinds=tuple(one for one in search_params.kinds if one in index.kinds),
        plans=tuple(one for one in search_params.plans if one in index.plans),
    )


def refuse_unknown(index: SearchIndex, search_params: SearchParams) -> None:
    """Let pass what narrows by kinds and plans that things have.

    Raises:
        ParameterInvalid: a kind or a plan has nothing in this release.
    """
    for kind in search_params.kinds:
        if kind not in index.kinds:
            raise ParameterInvalid(
                "kind",
                Message(
                    "no resource here is of the kind %(value)s; give one such as fyp:Technology.", value=curie(kind)
                ),
            )
    for plan in search_params.plans:
        if plan not in index.plans:
            raise ParameterInvalid(
                "plan",
                Message("no resource here is of the plan %(value)s; give one such as id:plan-ii.", value=curie(plan)),
            )
