"""An address for each route that answers to GET, so that a test walks all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from kg.release import Release

_PARTS = {
    "/data/<slug>": "/data/plan-ii",
    "/explore/from/<slug>": "/explore/from/plan-ii",
    "/id/<slug>": "/id/plan-ii",
    "/page/<slug>": "/page/plan-ii",
    "/plans/<slug>": "/plans/plan-ii",
    "/q/<slug>": "/q/coverage-per-plan",
    "<ending>": "csv",
    "/graph/<path:name>": "/graph/plan-ii",
    "/timemap/<path:rest>": "/timemap/id/plan-ii",
    "/links/<vocabulary>": "/links/wikidata",
    "/exports/<path:path>": "/exports/datapackage.json",
    "/problem/<kind>": "/problem/QueryInvalid",
    "<any(en,de,zh):language>": "de",
    "<what>": "entity",
    "<module>": "plans",
    "<path:filename>": "style.css",
    "<int:number>": "1",
    "<version>": "0.1.0",
}
_QUERIES = {
    "/labels": "iri=https://w3id.org/fyp-kg/id/plan-ii",
    "/snippets": "query=ASK{}",
    "/explore/neighbours.json": "thing=plan-ii",
    "/graph-store": "default",
    "/sparql": "query=ASK{}",
    "/reconcile/preview": "id=plan-ii",
    "/reconcile/<any(en,de,zh):language>/preview": "id=plan-ii",
}


@dataclass(frozen=True)
class Address:
    """A route and an address of it."""

    rule: str
    endpoint: str
    path: str
    query: str = ""


def addresses(app: Flask, release: Release) -> Iterator[Address]:
    """One address of each rule that GET goes to."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda routing_rule: routing_rule.rule):
        if "GET" not in (rule.methods or ()):
            continue
        path = rule.rule
        for part, text in _PARTS.items():
            path = path.replace(part, text)
        if path.startswith(("/data/", "/ontology.", "/shapes.", "/ontology/alignment.")):
            path = path.replace(".csv", ".ttl")
        path = path.replace("/dumps/<name>", f"/dumps/fyp-kg-{release.release_id}.nq.gz")
        path = path.replace(".csv.<packing>", ".nq.gz")
        assert not re.search("[<>]", path), path
        query = _QUERIES.get(rule.rule, "prefix=a" if "/suggest/" in rule.rule else "")
        yield Address(rule.rule, rule.endpoint, path, query)
