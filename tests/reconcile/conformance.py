"""Does a service conform to the Reconciliation Service API 0.2, and does it do what OpenRefine expects?

Run ``python -m tests.reconcile.conformance URL``, with ``--name`` and the name of an entity that the service knows. It
needs the package jsonschema only. Each check is a function whose first line says what must hold; ``may`` marks what the
specification leaves free and clients rely on. Specification:
https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.error import URLError

from tests.reconcile.schemas import faults
from tests.reconcile.service import Ask, Failed, Service, Skipped, over_http

Check = Callable[[Service], None]

CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Add a check to the list."""
    CHECKS.append(function)
    return function


def must(holds: object, otherwise: str) -> None:
    """Fail in words unless something holds."""
    if not holds:
        raise Failed(otherwise)


def fits(what: str, answer: object) -> None:
    """Fail unless an answer has the form that it must have."""
    problems = faults(what, answer)
    must(not problems, "; ".join(problems[:3]))


@check
def manifest_has_the_form_of_the_specification(service: Service) -> None:
    """GET without parameters gives the manifest, which names version 0.2."""
    fits("manifest", service.manifest)


@check
def scripts_of_other_sites_may_read_every_answer(service: Service) -> None:
    """Each endpoint allows cross-origin access (CORS), also where it answers with an error."""
    replies = {"the manifest": service.get(service.address), "results": service.post(queries='{"q": {"query": "a"}}')}
    replies["an error"] = service.post(queries="{")
    for what in ("entity", "type", "property"):
        if what in service.manifest.get("suggest", {}):
            replies[f"suggestions ({what})"] = service.get(service.suggest_address(what), prefix="a")
    for name, reply in replies.items():
        must("access-control-allow-origin" in reply.headers, f"{name} lacks Access-Control-Allow-Origin")


@check
def results_have_the_form_of_the_specification(service: Service) -> None:
    """POST of a form with ``queries`` gives one result for each key."""
    queries = {"q0": {"query": service.sample["name"]}, "another key": {"query": "zzzz nothing is called so"}}
    replies = service.query(queries)
    fits("results", replies)
    must(replies.keys() == queries.keys(), f"the keys are {sorted(replies)}")


@check
def get_answers_as_post_does(service: Service) -> None:
    """GET with ``queries`` gives the same results (SHOULD)."""
    queries = json.dumps({"q": {"query": service.sample["name"]}})
    must(service.get(service.address, queries=queries).json() == service.post(queries=queries).json(), "they differ")


@check
def an_empty_batch_has_no_result(service: Service) -> None:
    """A batch without queries is answered by an empty object."""
    must(service.query({}) == {}, "the answer is not empty")


@check
def the_name_of_a_thing_finds_it(service: Service) -> None:
    """A query that is exactly the name of an entity returns that entity, unless many have that name."""
    ids = [candidate["id"] for candidate in service.candidates(query=service.sample["name"])]
    must(service.sample["id"] in ids, f"{service.sample['id']} is not among {ids[:5]}")


@check
def an_id_finds_its_thing(service: Service) -> None:
    """A query that is an id returns that entity with a high score: here, with the highest."""
    candidates = service.candidates(query=service.sample["id"])
    must(
        candidates and candidates[0]["id"] == service.sample["id"],
        f"the first of {len(candidates)} candidates is another one",
    )


@check
def candidates_come_by_decreasing_score(service: Service) -> None:
    """The best candidate comes first (SHOULD)."""
    scores = [candidate["score"] for candidate in service.candidates(query=service.sample["name"], limit=10)]
    must(scores == sorted(scores, reverse=True), f"the scores are {scores}")


@check
def each_feature_is_told_once(service: Service) -> None:
    """The ids of the features of a candidate are unique."""
    for candidate in service.candidates(query=service.sample["name"]):
        ids = [feature["id"] for feature in candidate.get("features", [])]
        must(len(ids) == len(set(ids)), f"{candidate['id']} has {ids}")


@check
def no_more_candidates_than_wanted(service: Service) -> None:
    """``limit`` bounds the candidates of a query."""
    must(len(service.candidates(query=service.sample["name"], limit=1)) <= 1, "there are more than one")


@check
def queries_of_a_batch_are_independent(service: Service) -> None:
    """A query has the same result alone and beside others."""
    own = {"query": service.sample["name"]}
    both = service.query({"a": own, "b": {"query": service.sample["name"][:3], "limit": 2}, "c": own})
    must(both["a"] == both["c"] == service.query({"a": own})["a"], "the results differ")


@check
def a_query_may_have_properties_only(service: Service) -> None:
    """``query`` may be left out where there are properties, and a property that is not known is no error."""
    fits("results", service.query({"q": {"properties": [{"pid": "no-such-property", "v": "x"}]}}))


@check
def every_form_of_a_query_is_read(service: Service) -> None:
    """Types come as one or several, values of properties as strings, numbers, booleans and entities, one or several."""
    name = service.sample["name"]
    values = ["text", 12, 1.5, True, {"id": service.sample["id"], "name": name}]
    queries: dict[str, dict[str, object]] = {
        f"v{place}": {"query": name, "properties": [{"pid": "x", "v": value}]}
        for place, value in enumerate([*values, values])
    }
    queries["t1"] = {"query": name, "type": "no-such-type"}
    for strict in ("any", "all", "should"):
        queries[strict] = {"query": name, "type": ["no-such-type", "nor-this"], "type_strict": strict}
    most = service.manifest.get("batchSize", 10)
    keys = list(queries)
    for start in range(0, len(keys), most):
        fits("results", service.query({key: queries[key] for key in keys[start : start + most]}))


@check
def its_own_type_does_not_exclude_a_thing(service: Service) -> None:
    """An entity is still found when its type is given."""
    types = service.sample.get("type") or []
    if not types:
        raise Skipped("the sample has no type")
    ids = [candidate["id"] for candidate in service.candidates(query=service.sample["name"], type=types[0]["id"])]
    must(service.sample["id"] in ids, f"not among {ids[:5]}")


@check
def default_types_are_types(service: Service) -> None:
    """Each default type is known to the suggestions of types by its id."""
    for default in service.manifest.get("defaultTypes", []):
        suggestions = service.get(service.suggest_address("type"), prefix=default["id"]).json()["result"]
        must(default["id"] in [each["id"] for each in suggestions], f"{default['id']} is not suggested")


@check
def a_batch_that_is_too_large_is_refused_or_answered_whole(service: Service) -> None:
    """More queries than ``batchSize`` give the status 413, or all the results."""
    size = service.manifest.get("batchSize")
    if size is None or size > 1000:
        raise Skipped("the manifest names no batchSize, or a very large one")
    queries = {f"q{number}": {"query": "a", "limit": 1} for number in range(size + 1)}
    reply = service.post(queries=json.dumps(queries))
    must(reply.status == 413 or reply.json().keys() == queries.keys(), f"the status is {reply.status}")


@check
def nonsense_is_refused_in_words(service: Service) -> None:
    """A malformed batch is a client error, never a fault of the server."""
    deep = "[" * 100_000
    odd = [
        "",
        "{",
        "[]",
        "7",
        '{"q": 7}',
        '{"q": {"query": 7}}',
        '{"q": {}}',
        '{"q": {"query": "a", "limit": -1}}',
        deep,
    ]
    for text in odd:
        status = service.post(queries=text).status
        must(400 <= status < 500, f"{text[:40]!r} gives {status}")


@check
def strange_signs_do_no_harm(service: Service) -> None:
    """Any text may be asked for, with any key: it is refused, or its key comes back."""
    for key, text in (("a\0b", "\0"), ("键", "😀" * 50), ("", " "), ("<b>", "'\"<>&%{}|^`\\"), ("q", "x" * 20_000)):
        reply = service.post(queries=json.dumps({key: {"query": text}}))
        must(400 <= reply.status < 500 or reply.json().keys() == {key}, f"{text[:20]!r} gives {reply.status}")
    for half in ('{"q": {"query": "\\ud800"}}', '{"\\udfff": {"query": "a"}}'):
        status = service.post(queries=half).status
        must(status == 200 or 400 <= status < 500, f"half a surrogate pair gives {status}")


@check
def a_thing_can_be_viewed(service: Service) -> None:
    """The view template gives an address that answers."""
    reply = service.get(service.filled("view", service.sample["id"]))
    must(reply.status < 400, f"the status is {reply.status}")


@check
def a_thing_can_be_previewed_in_a_frame(service: Service) -> None:
    """The preview is an HTML page that other sites may put into a frame."""
    reply = service.get(service.filled("preview", service.sample["id"]))
    must(reply.status == 200, f"the status is {reply.status}")
    must(reply.headers.get("content-type", "").startswith("text/html"), "it is no HTML")
    policy = [directive.split() for directive in reply.headers.get("content-security-policy", "").split(";")]
    ancestors = next((directive for directive in policy if directive[:1] == ["frame-ancestors"]), ["", "*"])
    must("x-frame-options" not in reply.headers and "*" in ancestors, "frames of other sites are shut out")
    unknown = service.get(service.filled("preview", "no such thing/?#"))
    must(unknown.status < 500, f"an unknown id gives {unknown.status}")


@check
def things_are_suggested(service: Service) -> None:
    """A name, its beginning, or an id suggests the entity; ``cursor`` skips."""
    address, sample = service.suggest_address("entity"), service.sample
    for prefix in (sample["name"], sample["id"]):
        suggestions = service.get(address, prefix=prefix).json()
        fits("suggest/entity", suggestions)
        must(
            sample["id"] in [suggestion["id"] for suggestion in suggestions["result"]],
            f"{prefix!r} does not suggest {sample['id']}",
        )
    _skips(service, address, sample["name"][:2])


@check
def types_are_suggested(service: Service) -> None:
    """A beginning of a name suggests types."""
    for kind in service.sample.get("type", [])[:1]:
        for prefix in (kind["name"], kind["id"]):
            suggestions = service.get(service.suggest_address("type"), prefix=prefix).json()
            fits("suggest/type", suggestions)
            must(
                kind["id"] in [each["id"] for each in suggestions["result"]],
                f"{prefix!r} does not suggest {kind['id']}",
            )


@check
def properties_are_suggested(service: Service) -> None:
    """A name or an id of a property suggests it."""
    address = service.suggest_address("property")
    for proposal in _proposed(service)[:3]:
        for prefix in (proposal["name"], proposal["id"]):
            suggestions = service.get(address, prefix=prefix).json()
            fits("suggest/property", suggestions)
            must(
                proposal["id"] in [each["id"] for each in suggestions["result"]],
                f"{prefix!r} does not suggest {proposal['id']}",
            )


@check
def properties_are_proposed(service: Service) -> None:
    """The properties of a type are proposed, at most ``limit`` of them."""
    type_id = _type_of(service)
    answer = service.get(service.propose_address(), type=type_id).json()
    fits("propose", answer)
    must(answer["type"] == type_id, f"the type is {answer['type']!r}")
    if len(answer["properties"]) > 1:
        fewer = service.get(service.propose_address(), type=type_id, limit="1").json()
        must(len(fewer["properties"]) == 1, f"{len(fewer['properties'])} come for a limit of 1")


@check
def tables_are_extended(service: Service) -> None:
    """Values come for each id and property that is asked for, also for those that are not known."""
    if "extend" not in service.manifest:
        raise Skipped("the service extends no tables")
    properties = [proposal["id"] for proposal in _proposed(service)[:10]]
    ids = [service.sample["id"], "no-such-thing"]
    answer = service.extend(ids, properties)
    fits("extend", answer)
    must(
        [proposal["id"] for proposal in answer["meta"]] == properties, "meta has other properties, or in another order"
    )
    must(answer["rows"].keys() == set(ids), f"there are rows for {sorted(answer['rows'])}")
    for row in answer["rows"].values():
        must(row.keys() == set(properties), f"a row has {sorted(row)}")
    asked = json.dumps({"ids": ids[:1], "properties": [{"id": proposal} for proposal in properties]})
    again = service.get(service.address, extend=asked).json()
    must(again["rows"][ids[0]] == answer["rows"][ids[0]], "GET gives other values than POST")


@check
def things_among_the_values_are_of_the_service_that_is_named(service: Service) -> None:
    """A value that is an entity has an id of this service, unless the property names another service."""
    if "extend" not in service.manifest:
        raise Skipped("the service extends no tables")
    answer = service.extend([service.sample["id"]], [proposal["id"] for proposal in _proposed(service)[:30]])
    for head in answer["meta"]:
        cells = answer["rows"][service.sample["id"]][head["id"]] if "service" not in head else []
        for cell in [proposal for proposal in cells if "id" in proposal][:2]:
            candidates = service.candidates(query=cell["id"])
            must(
                cell["id"] in [proposal["id"] for proposal in candidates],
                f"{head['id']}: {cell['id']} is not of this service",
            )


def _type_of(service: Service) -> str:
    types = service.sample.get("type") or service.manifest.get("defaultTypes") or [{"id": ""}]
    return str(types[0]["id"])


def _proposed(service: Service) -> list[dict[str, str]]:
    proposals: list[dict[str, str]] = service.get(service.propose_address(), type=_type_of(service)).json()[
        "properties"
    ]
    return proposals


def _skips(service: Service, address: str, prefix: str) -> None:
    suggestions = service.get(address, prefix=prefix).json()["result"]
    after = service.get(address, prefix=prefix, cursor="1").json()["result"]
    if len(suggestions) > 1:
        must(after[:1] == suggestions[1:2], "cursor=1 does not skip the first")


@dataclass(frozen=True)
class Outcome:
    """The outcome of a check: ``ok``, ``FAILED`` or ``skipped``, and why."""

    name: str
    result: str
    reason: str = ""


def outcomes(service: Service) -> Iterator[Outcome]:
    """Run every check; one that meets an answer of an unforeseen form has failed."""
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(service)
        except Skipped as error:
            yield Outcome(name, "skipped", str(error))
        except (Failed, KeyError, TypeError, AttributeError, IndexError) as error:
            yield Outcome(name, "FAILED", f"{type(error).__name__}: {error}")
        else:
            yield Outcome(name, "ok")


def main(arguments: list[str], ask: Ask = over_http) -> int:
    """Test a service and print a line for each check; 1 if any failed, 2 if there is no service."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.reconcile.conformance", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("url", help="the endpoint of the service")
    parser.add_argument("--name", default="", help="the name of a thing that it knows")
    options = parser.parse_args(arguments)
    if not options.url.startswith(("http://", "https://")):
        parser.error("the address must begin with http:// or https://")
    failed = 0
    try:
        for outcome in outcomes(Service(options.url, options.name, ask)):
            failed += outcome.result == "FAILED"
            sys.stdout.write(
                f"{outcome.result:8}{outcome.name}" + (f" ({outcome.reason})" if outcome.reason else "") + "\n"
            )
    except URLError as error:
        sys.stderr.write(f"{options.url} does not answer: {error.reason}\n")
        return 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
