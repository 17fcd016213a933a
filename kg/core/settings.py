"""Settings: every ``KG_*`` variable with its default and meaning, read once into a value that cannot change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kg.core.errors import SettingInvalid

PROJECT = Path(__file__).resolve().parents[2]
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


def path(text: str) -> Path:
    """Parse a path and make it absolute."""
    if not text:
        raise ValueError
    return Path(text).expanduser().absolute()


def whole(smallest: int, largest: int) -> Callable[[str], int]:
    """Return a parser of whole numbers between two bounds, both inclusive."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal()):  # int() also takes " 8_0 "
            raise ValueError
        value = int(text)
        if not smallest <= value <= largest:
            raise ValueError
        return value

    return parse


def seconds(text: str) -> float:
    """Parse a number of seconds above 0, at most an hour."""
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError
    return value


def host(text: str) -> str:
    """Check that a host name is not empty and has no spaces."""
    if not text or any(character.isspace() for character in text):
        raise ValueError
    return text


def hosts(text: str) -> str:
    """Parse hosts separated by commas, each with or without a port."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"[\w.-]+(:\d+)?|\[[\w:.]+\](:\d+)?", part) for part in parts):
        raise ValueError
    return ",".join(parts)


def addresses(text: str) -> str:
    """Parse addresses separated by commas, without user, password, query or fragment."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(_ADDRESS.fullmatch(part) for part in parts):
        raise ValueError
    return ",".join(dict.fromkeys(parts))


def switch(text: str) -> bool:
    """Parse ``1``, ``true``, ``0`` or ``false``, in any case."""
    return {"1": True, "true": True, "0": False, "false": False}[text.lower()]


def keys(text: str) -> str:
    """Parse public keys or paths separated by commas."""
    return ",".join(part.strip() for part in text.split(",") if part.strip())


def token(text: str) -> str:
    """Check a token for a header (RFC 6750, section 2.1); the empty text means no token."""
    if text and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{16,256}", text):
        raise ValueError
    return text


def log(text: str) -> str:
    """Parse the target of a log: ``off``, ``-`` for standard error, or a path."""
    return text if text in ("off", "-") else str(path(text))


def address(text: str) -> str:
    """Parse a web address without a query."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, default, meaning, what a value must be, and how a text becomes one."""

    name: str
    default: Any
    help: str
    expected: str
    parse: Callable[[str], Any]

    @property
    def variable(self) -> str:
        """The environment variable, such as ``KG_PORT``."""
        return "KG_" + self.name.upper()


SETTINGS = (
    Setting("home", PROJECT / ".kg", "Folder that holds the releases", "a path", path),
    Setting("host", "127.0.0.1", "Address to listen on", "a host name or an address", host),
    Setting("port", 8000, "Port to listen on", "a whole number from 1 to 65535", whole(1, 65535)),
    Setting(
        "threads",
        1,
        "Processes that make pages, each one page at a time; pages that wait for the engine do not count",
        "a whole number from 1 to 64",
        whole(1, 64),
    ),
    Setting("source_text", None, "Local copy of the policy update's text, to show passages", "a path", path),
    Setting(
        "memory_max_quads",
        2_000_000,
        "Largest release held in memory; a larger one is read from disk",
        "a whole number from 0",
        whole(0, 10**12),
    ),
    Setting(
        "max_question_bytes",
        1_048_576,
        "Longest SPARQL text or request body, in bytes of UTF-8",
        "a whole number from 1",
        whole(1, 2**30),
    ),
    Setting("max_nesting", 128, "Deepest nesting of a SPARQL text", "a whole number from 1 to 1000", whole(1, 1000)),
    Setting("max_seconds", 20.0, "Longest time for a question, in seconds", "seconds, more than 0", seconds),
    Setting(
        "quick_seconds",
        0.25,
        "After so many seconds on a processor a question is heavy; while others wait, after a tenth of them",
        "seconds, more than 0",
        seconds,
    ),
    Setting("quick_workers", 4, "Light questions that run at once", "a whole number from 1 to 256", whole(1, 256)),
    Setting("heavy_workers", 2, "Heavy questions that run at once", "a whole number from 1 to 256", whole(1, 256)),
    Setting(
        "max_waiting", 64, "Questions that may wait in each lane", "a whole number from 0 to 10000", whole(0, 10_000)
    ),
    Setting(
        "max_per_client",
        16,
        "Requests of one client in progress at once; an IPv6 client is a /64 network",
        "a whole number from 1 to 10000",
        whole(1, 10_000),
    ),
    Setting(
        "memory_bytes", 2**30, "Memory of a question, in bytes", "a whole number from 1048576", whole(2**20, 2**50)
    ),
    Setting(
        "older_releases",
        2,
        "Older releases that may be open at once, for addresses that pin one; 0 answers from the current one only",
        "a whole number from 0 to 64",
        whole(0, 64),
    ),
    Setting(
        "older_idle_seconds",
        120.0,
        "After so many seconds without a question an older release is closed",
        "seconds, more than 0",
        seconds,
    ),
    Setting(
        "max_answer_bytes", 64 * 2**20, "Largest answer, in bytes", "a whole number from 1024", whole(2**10, 2**40)
    ),
    Setting(
        "engine_url",
        "",
        "Addresses of an engine that answers questions in place of the embedded one: one, or one for each replica",
        "addresses with commas between, such as http://127.0.0.1:7878/query",
        addresses,
    ),
    Setting(
        "engine_product",
        "sparql",
        "Product of that engine, whose quirks are then known",
        "a name from docs/how-to/external-engine.md, such as oxigraph",
        host,
    ),
    Setting(
        "engine_graph_store",
        "",
        "Addresses of the engine's graph store, for kg push; by default those that the product has",
        "addresses with commas between, such as http://127.0.0.1:7878/store",
        addresses,
    ),
    Setting(
        "engine_headers_file",
        None,
        "File with headers for the engine, one a line, such as Authorization: Bearer ...",
        "a path",
        path,
    ),
    Setting(
        "engine_at_once",
        16,
        "Questions that the engine is asked at once",
        "a whole number from 1 to 256",
        whole(1, 256),
    ),
    Setting(
        "engine_connect_seconds",
        2.0,
        "Longest time until the engine takes a connection, in seconds",
        "seconds, more than 0",
        seconds,
    ),
    Setting(
        "federation_allow",
        "",
        "Hosts that SERVICE may call; none by default",
        "hosts with commas between, each with a port if it needs one, such as query.wikidata.org,127.0.0.1:7878",
        hosts,
    ),
    Setting("federation_seconds", 5.0, "Longest time for a SERVICE call, in seconds", "seconds, more than 0", seconds),
    Setting(
        "federation_bytes",
        8 * 2**20,
        "Largest answer to a SERVICE call, in bytes",
        "a whole number from 1024",
        whole(2**10, 2**30),
    ),
    Setting(
        "federation_rows", 10_000, "Most rows of a SERVICE call", "a whole number from 1 to 1000000", whole(1, 10**6)
    ),
    Setting(
        "federation_redirects", 3, "Redirects that a SERVICE call follows", "a whole number from 0 to 10", whole(0, 10)
    ),
    Setting("federation_clauses", 4, "SERVICE clauses in a query", "a whole number from 1 to 100", whole(1, 100)),
    Setting(
        "federation_at_once",
        8,
        "Questions that call other endpoints at once",
        "a whole number from 1 to 1000",
        whole(1, 1000),
    ),
    Setting(
        "max_connections",
        4096,
        "Connections of all clients at once; more wait until one ends",
        "a whole number from 16 to 1000000",
        whole(16, 10**6),
    ),
    Setting(
        "max_connections_per_client",
        256,
        "Connections of one client at once, unless a proxy stands in front; newer ones are closed. 0: any number",
        "a whole number from 0 to 1000000",
        whole(0, 10**6),
    ),
    Setting(
        "header_seconds",
        10.0,
        "Longest time for a request's head to arrive, also for the next one on an open connection",
        "seconds, more than 0",
        seconds,
    ),
    Setting(
        "send_seconds",
        20.0,
        "A connection whose client reads less than 16 KiB a second for so long is closed",
        "seconds, more than 0",
        seconds,
    ),
    Setting(
        "spill_bytes",
        2**30,
        "Bytes of large answers on their way to all clients; a client's second one may use half of them",
        "a whole number from 1048576",
        whole(2**20, 2**50),
    ),
    Setting(
        "spill_bytes_per_client",
        256 * 2**20,
        "Bytes of large answers on their way to one client",
        "a whole number from 1048576",
        whole(2**20, 2**50),
    ),
    Setting("body_seconds", 10.0, "Longest time for a request's body to arrive", "seconds, more than 0", seconds),
    Setting(
        "cache_bytes",
        64 * 2**20,
        "Size of the cache of finished answers, in bytes; 0 turns it off",
        "a whole number from 0",
        whole(0, 2**40),
    ),
    Setting(
        "max_age_seconds",
        60,
        "How long clients may keep an answer without asking whether it is still right, in seconds",
        "a whole number from 0",
        whole(0, 10**9),
    ),
    Setting(
        "access_log",
        "off",
        "Where a line of JSON is written for each request",
        "off, - (standard error) or a path",
        log,
    ),
    Setting(
        "log_queries",
        False,  # noqa: FBT003 - a default
        "Whether the access log holds the queries, too",
        "0 or 1",
        switch,
    ),
    Setting(
        "public_url",
        None,
        "Address at which a proxy in front shows this service",
        "an address such as https://example.org/fyp",
        address,
    ),
    Setting(
        "proxies",
        0,
        "Proxies in front, whose X-Forwarded-For names the client",
        "a whole number from 0 to 10",
        whole(0, 10),
    ),
    Setting(
        "metrics_token",
        "",
        "Token with which /metrics is read from other machines; without one this machine alone reads it",
        "16 to 256 letters, digits or signs of -._~+/=",
        token,
    ),
    Setting(
        "follow",
        None,
        "Address of a folder of published releases that is followed",
        "an address such as https://example.org/fyp",
        address,
    ),
    Setting(
        "follow_key",
        "",
        "Public keys of which one must have signed a publication that is fetched or followed",
        "keys of minisign or paths of .pub files, with commas between",
        keys,
    ),
    Setting(
        "follow_insecure",
        False,  # noqa: FBT003 - a default
        "Whether a publication is fetched or followed without a key and without any verification",
        "0 or 1",
        switch,
    ),
    Setting(
        "follow_seconds",
        60.0,
        "Time between two looks for another release, in seconds",
        "seconds, more than 0",
        seconds,
    ),
    Setting(
        "follow_last",
        3,
        "Releases that are kept while one is followed; older ones are removed",
        "a whole number from 1 to 1000",
        whole(1, 1000),
    ),
    Setting(
        "fetch_headers",
        None,
        "File of headers that are sent where a release is fetched, one a line, such as Authorization: Bearer ...",
        "a path",
        path,
    ),
    Setting(
        "fetch_hosts",
        "",
        "Other hosts that a redirect may lead to where a release is fetched",
        "hosts with commas between, each with a port if it needs one",
        hosts,
    ),
    Setting(
        "fetch_bytes",
        16 * 2**30,
        "Largest release that is fetched, in bytes",
        "a whole number from 1024",
        whole(2**10, 2**50),
    ),
    Setting(
        "verify_seconds",
        86_400,
        "Time between two checks of all bytes of the current release, in seconds; 0 makes none",
        "a whole number from 0 to 31536000",
        whole(0, 31_536_000),
    ),
)


@dataclass(frozen=True)
class Settings:
    """All settings of a process; see ``SETTINGS`` for their meaning."""

    home: Path
    host: str
    port: int
    threads: int
    source_text: Path | None
    memory_max_quads: int
    max_question_bytes: int
    max_nesting: int
    max_seconds: float
    quick_seconds: float
    quick_workers: int
    heavy_workers: int
    max_waiting: int
    max_per_client: int
    memory_bytes: int
    older_releases: int
    older_idle_seconds: float
    max_answer_bytes: int
    engine_url: str
    engine_product: str
    engine_graph_store: str
    engine_headers_file: Path | None
    engine_at_once: int
    engine_connect_seconds: float
    federation_allow: str
    federation_seconds: float
    federation_bytes: int
    federation_rows: int
    federation_redirects: int
    federation_clauses: int
    federation_at_once: int
    max_connections: int
    max_connections_per_client: int
    header_seconds: float
    send_seconds: float
    spill_bytes: int
    spill_bytes_per_client: int
    body_seconds: float
    cache_bytes: int
    max_age_seconds: int
    access_log: str
    log_queries: bool
    public_url: str | None
    proxies: int
    metrics_token: str
    follow: str | None
    follow_key: str
    follow_insecure: bool
    follow_seconds: float
    follow_last: int
    fetch_headers: Path | None
    fetch_hosts: str
    fetch_bytes: int
    verify_seconds: int

    @property
    def most_older_requests(self) -> int:
        """How many requests may ask older releases at once, those included that wait: eight for each."""
        return 8 * self.older_releases


def read_settings(environment: Mapping[str, str], **chosen: Any) -> Settings:
    """Read the settings from the ``KG_*`` variables; ``chosen`` values that are not None win.

    Raises:
        SettingInvalid: a ``KG_*`` variable is unknown, or its value is not what is expected.
    """
    by_variable = {setting.variable: setting for setting in SETTINGS}
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    for variable in sorted(key for key in environment if key.startswith("KG_")):
        if variable not in by_variable:
            raise SettingInvalid(_unknown(variable, list(by_variable)))
        setting = by_variable[variable]
        try:
            values[setting.name] = setting.parse(environment[variable])
        except (ValueError, KeyError) as error:
            message = f"{variable}={environment[variable]!r} is not valid: expected {setting.expected}."
            raise SettingInvalid(message) from error
    values.update({key: value for key, value in chosen.items() if value is not None})
    return Settings(**values)


def _unknown(variable: str, variables: list[str]) -> str:
    near = get_close_matches(variable, variables, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{variable} is no setting of this program.{hint} Known settings: {', '.join(sorted(variables))}."
