"""Entries of the index: resources with their names, descriptions, classes, plans and folded forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES, ROOT, curie, graph, name, slug_of, sparql_prologue
from kg.engine import Engine, select
from kg.search.folding import fold, is_han, pinyin, simplified, spellings, split_camel_case

# From a resource to the one that it is part of, is in, or is about.
_UP = (
    *("fyp:inPlan", "fyp:officialPartOf", "fyp:titleOf", "fyp:eventOf", "fyp:coveredBy", "fyp:mentionElement"),
    *("fyp:notesOn", "fyp:observes", "fyp:issued", "fyp:sectionAbout"),
)
# From the whole to its part.
_DOWN = ("fyp:targetValue", "fyp:baseline", "fyp:measuredBy", "fyp:observedValue", "fyp:suggestedValue")
_PLANS = sparql_prologue("fyp") + "SELECT DISTINCT ?plan { ?plan a fyp:Plan }"


def plans_of(engine: Engine) -> dict[NamedNode, tuple[NamedNode, ...]]:
    """Return the plans of each resource that has any, in order of IRI; a plan belongs to itself.

    Raises:
        As ``Engine.answer``.
    """
    plans = {plan for plan in select(engine, _PLANS).column("plan") if isinstance(plan, NamedNode)}
    ways: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for property_ in (*_UP, *_DOWN):
        query = sparql_prologue("fyp") + f"SELECT ?one ?other {{ ?one {property_} ?other }}"
        for subject, object_ in select(engine, query).rows:
            if isinstance(subject, NamedNode) and isinstance(object_, NamedNode):
                # edges from whole to part are reversed, so that every edge leads towards a plan
                start, end = (subject, object_) if property_ in _UP else (object_, subject)
                ways[start].add(end)
    reached = {start: _reached(start, ways, plans) for start in {*ways, *plans}}
    return {start: tuple(sorted(ends, key=lambda iri: iri.value)) for start, ends in reached.items() if ends}


def _reached(start: NamedNode, ways: Mapping[NamedNode, set[NamedNode]], plans: set[NamedNode]) -> set[NamedNode]:
    """Return the plans at the end of all paths from a resource; a path ends at its first plan."""
    # a search without recursion; the set of seen resources ends it in a cycle
    seen, open_, reached = {start}, [start], set()
    while open_:
        node = open_.pop()
        if node in plans:
            reached.add(node)
            continue
        following = ways.get(node, set()) - seen
        seen |= following
        open_.extend(following)
    return reached


class Role(IntEnum):
    """The role of a text for its resource; a lower value is a better name."""

    LABEL = 0
    ALTERNATIVE = 1
    PRINTED = 2
    IDENTIFIER = 3
    DESCRIPTION = 4


@dataclass(frozen=True, order=True)
class Text:
    """A text of a resource; an untagged text has an empty language."""

    role: Role
    language: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A resource in the index; ``kinds`` are its stated classes, ``all_kinds`` include inferred ones."""

    thing: NamedNode
    texts: tuple[Text, ...]
    kinds: tuple[NamedNode, ...] = ()
    all_kinds: frozenset[NamedNode] = frozenset()
    plans: tuple[NamedNode, ...] = ()


ROLES = {
    "skos:prefLabel": Role.LABEL,
    "rdfs:label": Role.LABEL,
    "dcterms:title": Role.LABEL,
    "skos:altLabel": Role.ALTERNATIVE,
    "fyp:officeTitle": Role.ALTERNATIVE,
    "skos:notation": Role.IDENTIFIER,
    "fyp:documentNumber": Role.IDENTIFIER,
    "fyp:asPrinted": Role.PRINTED,
    "fyp:surfaceForm": Role.PRINTED,
    "skos:definition": Role.DESCRIPTION,
    "dcterms:description": Role.DESCRIPTION,
    "rdfs:comment": Role.DESCRIPTION,
    "skos:scopeNote": Role.DESCRIPTION,
    "fyp:noteText": Role.DESCRIPTION,
    "fyp:publisherName": Role.DESCRIPTION,
}

# Found with another resource: parts of a canned question, mentions of a technology.
_LEFT_OUT = frozenset(map(name, ("fyp:AnswerColumn", "sh:Parameter", "fyp:Mention")))
# Classes that describe the behaviour of a term, not its nature.
_NO_KINDS = frozenset(
    map(
        name,
        (
            *("owl:NamedIndividual", "owl:FunctionalProperty", "owl:TransitiveProperty", "owl:SymmetricProperty"),
            *("owl:AsymmetricProperty", "owl:IrreflexiveProperty", "owl:InverseFunctionalProperty"),
        ),
    )
)
_KINDS = "SELECT DISTINCT ?thing ?kind ?graph { GRAPH ?graph { ?thing a ?kind } }"
# mentions are left out as entries, so their words become names of the technology that they mention
_SURFACE = sparql_prologue("fyp") + "SELECT ?thing ?text { ?m fyp:mentionTechnology ?thing ; fyp:surfaceForm ?text }"


def read_entries(engine: Engine) -> list[Entry]:
    """Return all of our resources that have a name, in order of IRI.

    Raises:
        As ``Engine.answer``.
    """
    texts = _texts(engine)
    kinds, all_kinds = _kinds(engine, texts)
    plans = plans_of(engine)
    # the sets are shared objects, so each different set is converted once
    shown = {some: _shown(some) for some in set(kinds.values())}
    return [
        Entry(
            thing,
            # the slug is a text as well, so that a search for a slug or a compact IRI finds its resource
            tuple(sorted(texts[thing] | {Text(Role.IDENTIFIER, "", slug_of(thing) or curie(thing))})),
            shown[kinds[thing]],
            all_kinds[thing],
            plans.get(thing, ()),
        )
        for thing in sorted(texts, key=lambda iri: iri.value)
        if all_kinds[thing].isdisjoint(_LEFT_OUT)
    ]


def _texts(engine: Engine) -> Mapping[NamedNode, set[Text]]:
    texts: dict[NamedNode, set[Text]] = defaultdict(set)
    questions = [(f"SELECT ?thing ?text {{ ?thing {name(curie)} ?text }}", role) for curie, role in ROLES.items()]
    for question, role in [*questions, (_SURFACE, Role.PRINTED)]:
        for thing, text in select(engine, question).rows:
            if isinstance(thing, NamedNode) and thing.value.startswith(ROOT) and isinstance(text, Literal):
                texts[thing].add(Text(role, text.language or "", text.value))
    return texts


Kinds = Mapping[NamedNode, frozenset[NamedNode]]


def _kinds(engine: Engine, things: Iterable[NamedNode]) -> tuple[Kinds, Kinds]:
    """Return the stated classes of each resource, and its stated and inferred classes.

    Many resources share few sets of classes, so equal sets are one object.
    """
    named = dict.fromkeys(things, frozenset[NamedNode]())
    whole, inferred = named.copy(), graph("inferred")

    # the cache returns one object for equal arguments, so equal histories of additions share all their sets
    @cache
    def with_kind(some: frozenset[NamedNode], kind: NamedNode) -> frozenset[NamedNode]:
        return some | {kind}

    for thing, kind, where in select(engine, _KINDS).rows:
        if isinstance(thing, NamedNode) and thing in whole and isinstance(kind, NamedNode):
            whole[thing] = with_kind(whole[thing], kind)
            if where != inferred:
                named[thing] = with_kind(named[thing], kind)
    return named, whole


def _shown(kinds: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    """Return the classes of our ontology, or else the external ones that describe the resource."""
    telling = sorted(set(kinds) - _NO_KINDS, key=lambda iri: iri.value)
    ours = tuple(kind for kind in telling if kind.value.startswith(PREFIXES["fyp"]))
    return ours or tuple(telling)


_FEWEST_INITIALS = 2
_LONGEST = 400  # characters of a name in the forms


class Sort(IntEnum):
    """The kind of a form."""

    SPELT = 0
    SOUND = 1
    INITIALS = 2


@dataclass(frozen=True)
class Form:
    """A folded form of a text."""

    sort: Sort
    form: str


def forms_of(text: Text) -> tuple[Form, ...]:
    """Return the forms of a name: spellings, and for a Chinese name its pinyin and initials."""
    # of a compact IRI the local name counts, and capitals in it begin words
    if text.role is Role.IDENTIFIER:
        return tuple(
            Form(Sort.SPELT, spelling) for spelling in spellings(split_camel_case(text.text.rpartition(":")[2]))[:1]
        )
    forms = [Form(Sort.SPELT, spelling) for spelling in spellings(text.text[:_LONGEST])]
    sound = pinyin_key(text.text[:_LONGEST]) if is_han(text.text) else ""
    if sound:
        forms.append(Form(Sort.SOUND, sound))
        initials = "".join(syllable[0] for syllable in sound.split())
        # a single initial would match a large part of all names
        if len(initials) >= _FEWEST_INITIALS:
            forms.append(Form(Sort.INITIALS, initials))
    return tuple(forms)


def pinyin_key(text: str) -> str:
    """Return folded toneless pinyin with a space after each syllable."""
    return fold(pinyin(simplified(text)))
