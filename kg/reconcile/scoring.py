"""How likely a thing is meant, and the grounds of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from kg.reconcile.entities import Entity
from kg.reconcile.lookup import Trace
from kg.reconcile.query import Query, Strictness
from kg.reconcile.schema import Schema

_WEIGHT_OF_NAME = 3.0  # a property weighs 1
_WITHOUT_TYPE = 0.7
_ALMOST = 0.99  # of a name that is not the very name
_OF_PROPERTY = "property_"

Feature = float | bool


def features_of(
    schema: Schema, query: Query, trace: Trace, entity: Entity, fits: Mapping[str, float], language: str
) -> dict[str, Feature]:
    """The grounds by their ids; ``fits`` says, for each property asked about, how well the thing fits."""
    features: dict[str, Feature] = {"id_exact": trace.by_id}
    if query.text:
        features |= {
            "label_exact": trace.exact,
            "similarity": round(trace.likeness if trace.exact else min(trace.likeness, _ALMOST), 4),
            "language": trace.matched_language == language,
        }
    if query.types:
        features["type_match"] = _has_types(schema, query, entity.classes)
    return features | {_OF_PROPERTY + key: round(fit, 4) for key, fit in fits.items()}


def score_of(query: Query, features: Mapping[str, Feature]) -> float:
    """The weighted mean of name and properties, from 0 to 100; less where a wanted type is missing."""
    fits = _fits(features)
    weighed = _WEIGHT_OF_NAME * float(features["similarity"]) if query.text else 0.0
    weight = (_WEIGHT_OF_NAME if query.text else 0.0) + len(fits)
    mean = (weighed + sum(fits)) / weight if weight else 0.0
    return round(100 * mean * (1.0 if features.get("type_match", True) else _WITHOUT_TYPE), 2)


def is_sure(query: Query, features: Mapping[str, Feature]) -> bool:
    """Whether the name is the very one, the type is right, and every property fits wholly."""
    named = bool(features["label_exact"]) if query.text else True
    return named and bool(features.get("type_match", True)) and all(fit == 1 for fit in _fits(features))


def _has_types(schema: Schema, query: Query, classes: Iterable[NamedNode]) -> bool:
    own = set(classes)
    wanted = [one in schema.types and schema.types[one].iri in own for one in query.types]
    return all(wanted) if query.strictness is Strictness.ALL else any(wanted)


def _fits(features: Mapping[str, Feature]) -> list[float]:
    return [float(value) for key, value in features.items() if key.startswith(_OF_PROPERTY)]
