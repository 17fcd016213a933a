"""The application as granian loads it."""

from __future__ import annotations

import gc
import http.client
import json
import sys
import threading
import time

from kg.core.errors import KgError, ReleaseBroken
from kg.core.settings import Settings
from kg.release.engines import Opening
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore
from server.app import create_app
from server.core.metrics import Metrics
from server.core.response_cache import Cache
from server.gateway.connections import ConnectionLimits, ConnectionMonitor
from server.gateway.handler import Gateway
from server.gateway.page_processes import PageProcesses
from server.gateway.request_record import AccessLog
from server.gateway.sparql import QueryHandler

_PATIENCE_SECONDS = 60
# A thread that runs Flask passes the interpreter to the event loop after this time, not after Python's 5 ms.
_SWITCH_SECONDS = 0.0005


def application(settings: Settings, opening: Opening) -> Gateway:
    """Return the application and report when it is ready. If it cannot start, report why and exit."""
    try:
        metrics, cache = Metrics(), Cache(settings.cache_bytes)
        metrics.watch(cache)
        log = AccessLog(settings.access_log)
        engine = opening.opened(metrics)
        integrity = Integrity(ReleaseStore(settings.home), settings.verify_seconds)
        integrity.problems(engine.release_id)  # checks the files at the start, and reports problems
        app = create_app(settings, engine, metrics, integrity)
    except KgError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise SystemExit(1) from error
    # in a thread, because granian listens only after this function has returned
    threading.Thread(target=report_ready, args=(settings,), daemon=True).start()
    # behind a proxy, a connection does not belong to one client
    per_client = 0 if settings.proxies else settings.max_connections_per_client
    ConnectionMonitor(ConnectionLimits(settings.port, per_client, settings.send_seconds)).start()
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # stops the collector from scanning permanent objects, which would pause all threads
    integrity.start(lambda: engine.release_id)
    sparql = QueryHandler(app, settings)
    pages = PageProcesses(settings, engine, integrity, metrics.page_process_ended)
    return Gateway(app, settings, engine, cache=cache, metrics=metrics, log=log, sparql=sparql, page_processes=pages)


def report_ready(settings: Settings) -> None:
    """Wait until the service answers a request, then report its address."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if _answers(settings.host, settings.port):
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            sys.stdout.write(f"Ready at http://{host}:{settings.port}/ (stop with Ctrl-C)\n")
            sys.stdout.flush()
            return
        time.sleep(0.01)


def _answers(host: str, port: int) -> bool:
    # A real request, not only a connection: the socket accepts connections before the application answers them. The
    # timeout is long, because the first answer may wait for the engine.
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/health")
        body = json.loads(connection.getresponse().read())
        return bool(
            body["status"] == "ok" or body["kind"] == ReleaseBroken.__name__
        )  # a broken release is served, with its problem in the status
    except (OSError, http.client.HTTPException, ValueError, LookupError):
        return False
    finally:
        connection.close()
