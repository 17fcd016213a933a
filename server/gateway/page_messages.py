"""Messages between the serving process and a page process, over ``kg.engine.pool.ipc``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.core.media_types import Form
from kg.engine import Answer
from kg.engine.cancellation import CancellationToken
from kg.engine.federation import Call, FederatedAnswer
from kg.engine.pool.ipc import Head, error_from_head, error_head
from server.core.context import CANCELLATION, REFUSAL
from server.core.wsgi import Finished

_BODY, _ERRORS, _VERSION = "wsgi.input", "wsgi.errors", "wsgi.version"


def request_message(environ: dict[str, Any], release_id: str) -> tuple[Head, bytes]:
    """Return head and body of the message with a request; ``release_id`` is the current release."""
    cancellation, refusal = environ[CANCELLATION], environ.get(REFUSAL)
    head = {
        "environ": {key: value for key, value in environ.items() if isinstance(value, str | bool)},
        "refusal": error_head(refusal) if refusal is not None else None,
        "began": cancellation.began,
        "client": cancellation.client,
        "release": release_id,
    }
    return head, environ[_BODY].getvalue()


def environ_in(head: Head, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment (PEP 3333) of a message, with a cancellation token of the same age."""
    cancellation = CancellationToken(head["client"])
    cancellation.began = head["began"]
    refusal = {} if head["refusal"] is None else {REFUSAL: error_from_head(head["refusal"])}
    fixed = {_BODY: io.BytesIO(body), _ERRORS: sys.stderr, _VERSION: (1, 0)}
    return {**head["environ"], **fixed, **refusal, CANCELLATION: cancellation}


def response_head(finished: Finished) -> Head:
    """Return the head of the message with a response. Its body, or a descriptor of its file, is sent along."""
    return {
        "status": finished.status,
        "headers": finished.headers,
        "route": finished.route,
        "disk_path": None if finished.disk_path is None else str(finished.disk_path),
        "outcome": finished.outcome,
    }


def response_in(head: Head, body: bytes, descriptors: Sequence[int]) -> Finished:
    """Return the response of a message."""
    return Finished(
        head["status"],
        [(key, value) for key, value in head["headers"]],
        body,
        os.fdopen(descriptors[0], "rb") if descriptors else None,
        head["route"],
        None if head["disk_path"] is None else Path(head["disk_path"]),
        head["outcome"],
    )


def answer_head(answer: Answer) -> Head:
    """Return the head of the message with an answer. Its body, or a descriptor of its spill file, is sent along."""
    calls = None
    if isinstance(answer, FederatedAnswer):
        calls = [{key: value for key, value in vars(call).items() if key != "failure"} for call in answer.calls]
    return {"size": answer.spilled_bytes, "calls": calls}


def answer_in(head: Head, body: bytes, descriptors: Sequence[int], form: Form) -> Answer:
    """Return the answer of a message."""
    spill = os.fdopen(descriptors[0], "rb") if descriptors else None
    if head["calls"] is None:
        return Answer(body, form, spill, head["size"])
    return FederatedAnswer(body, form, spill, head["size"], [Call(**call) for call in head["calls"]])
