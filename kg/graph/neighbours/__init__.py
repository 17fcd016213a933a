"""The things that stand next to a thing, by kind of link, and what links the things of a picture with each other."""

from kg.graph.neighbours.kind import TRUSTS, Kind, Opening, read_name, read_opening, trust_of
from kg.graph.neighbours.links import Link, classes_of, linking_query, links_among
from kg.graph.neighbours.lookup import Group, Neighbour, groups_of, members_of
from kg.graph.neighbours.starting_points import Start, kinds_of, starts_of

__all__ = [
    "TRUSTS",
    "Group",
    "Kind",
    "Link",
    "Neighbour",
    "Opening",
    "Start",
    "classes_of",
    "groups_of",
    "kinds_of",
    "linking_query",
    "links_among",
    "members_of",
    "read_name",
    "read_opening",
    "starts_of",
    "trust_of",
]
