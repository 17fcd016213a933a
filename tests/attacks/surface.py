"""The attack surface: every route of the application, with real addresses, methods, parameters and values of each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask
from pyoxigraph import NamedNode
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from kg.core.names import slug_of
from kg.core.settings import PROJECT
from kg.engine import Engine, select

Json = Mapping[str, Any]

_THINGS = "SELECT (SAMPLE(?thing) AS ?one) { ?thing a ?class } GROUP BY ?class ORDER BY ?class"
_METHODS = ("get", "post", "query", "put", "delete", "patch")
_MOST_PATHS = 300  # of a route
_SOME_FILES = 30
_SLOT = re.compile(r"{([^}]*)}")


@dataclass(frozen=True)
class Route:
    """A rule of Flask, its methods, real paths that it matches, and its parameters with values that they may have."""

    rule: str
    methods: tuple[str, ...]
    paths: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]


def surface(app: Flask, engine: Engine) -> list[Route]:
    """Return every route of the application; the OpenAPI document and the release say what each may be asked."""
    document = app.test_client().get("/openapi.json").get_json()
    adapter = app.url_map.bind("localhost")
    paths: dict[str, list[str]] = {}
    parameters: dict[str, dict[str, tuple[str, ...]]] = {}
    for template, item in document["paths"].items():
        described = list(_described(item, document))
        values = {parameter["name"]: _values(parameter["schema"]) for parameter in described}
        for path in _filled(template, values):
            rule = _rule_of(adapter, path)
            if rule is not None:
                paths.setdefault(rule, []).append(path)
                by_name = parameters.setdefault(rule, {})
                by_name.update(
                    {
                        parameter["name"]: values[parameter["name"]]
                        for parameter in described
                        if parameter["in"] != "path"
                    }
                )
    for path in (*_of_things(app, engine), *_static()):
        rule = _rule_of(adapter, path)
        if rule is not None:
            paths.setdefault(rule, []).append(path)
    return [_route(rules, paths, parameters) for rules in _rules(app)]


def _rules(app: Flask) -> Iterator[list[Rule]]:
    ordered = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    for _, rules in itertools.groupby(ordered, key=lambda rule: rule.rule):
        yield list(rules)


def _route(
    rules: Sequence[Rule], paths: Mapping[str, list[str]], parameters: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Route:
    rule = rules[0].rule
    methods = sorted(set().union(*(candidate.methods or () for candidate in rules)))
    return Route(rule, tuple(methods), tuple(paths.get(rule, [])[:_MOST_PATHS]), parameters.get(rule, {}))


def _rule_of(adapter: MapAdapter, path: str) -> str | None:
    for method in ("GET", "POST"):
        try:
            rule, _ = adapter.match(path, method, return_rule=True)
        except (HTTPException, RequestRedirect):
            continue
        return rule.rule
    return None


def _described(item: Json, document: Json) -> Iterator[Json]:
    """Yield the parameters of a path, and the fields of its forms as parameters."""
    operations = [item[method] for method in _METHODS if method in item]
    for parameter in itertools.chain(item.get("parameters", ()), *(each.get("parameters", ()) for each in operations)):
        yield _resolved(parameter, document)
    for operation in operations:
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for name, schema in content["schema"].get("properties", {}).items():
                yield {"name": name, "in": "form", "schema": schema}


def _resolved(schema: Json, document: Json) -> Json:
    target: Any = schema
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
    resolved: Json = target
    return resolved


def _values(schema: Json) -> tuple[str, ...]:
    """Return values that a schema names, and those at its limits."""
    inner = schema.get("items", schema)
    named = [*inner.get("enum", ()), *inner.get("examples", ()), *schema.get("examples", ())]
    named += [inner[key] for key in ("default", "minimum", "maximum") if key in inner]
    named += [inner["minimum"] - 1] if "minimum" in inner else []
    named += [inner["maximum"] + 1] if "maximum" in inner else []
    flat = itertools.chain.from_iterable(value if isinstance(value, list) else [value] for value in named)
    return tuple(dict.fromkeys(map(str, flat)))


def _filled(template: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the paths of a template, each with other values in its slots."""
    slots = _SLOT.findall(template)
    for chosen in itertools.product(*(values.get(slot) or ("x",) for slot in slots)):
        left = iter(chosen)
        yield _SLOT.sub(lambda _: quote(next(left)), template)  # noqa: B023 - used at once


def _of_things(app: Flask, engine: Engine) -> Iterable[str]:
    """Yield the addresses of one instance of each class, in all forms."""
    slugs = {slug_of(node) for (node,) in select(engine, _THINGS).rows if isinstance(node, NamedNode)}
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.arguments == {"slug"} and "/q/" not in rule.rule]
    for rule, slug in itertools.product(rules, sorted(slug for slug in slugs if slug)):
        yield rule.replace("<slug>", slug)


def _static() -> Iterable[str]:
    folder = PROJECT / "server" / "static"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [f"/static/{path.relative_to(folder).as_posix()}" for path in files[:_SOME_FILES]]
