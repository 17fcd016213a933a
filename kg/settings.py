"""Settings: ``KG_*`` variables read once into a value that cannot change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kg.errors import SettingInvalid
from kg.variables import PROJECT, SETTINGS

__all__ = ["PROJECT", "SETTINGS", "Settings", "read_settings"]

_ASKERS_EACH = 8


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
    def older_askers(self) -> int:
        """How many requests may ask older releases at once, those included that wait."""
        return _ASKERS_EACH * self.older_releases


def read_settings(environment: Mapping[str, str], **chosen: Any) -> Settings:
    """Read the settings from the ``KG_*`` variables; ``chosen`` values that are not None win.

    Raises:
        SettingInvalid: a ``KG_*`` variable is unknown, or its value is not what is expected.
    """
    known = {setting.variable: setting for setting in SETTINGS}
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    for variable in sorted(key for key in environment if key.startswith("KG_")):
        if variable not in known:
            raise SettingInvalid(_unknown(variable, list(known)))
        setting = known[variable]
        try:
            values[setting.name] = setting.parse(environment[variable])
        except (ValueError, KeyError) as error:
            message = f"{variable}={environment[variable]!r} is not valid: expected {setting.expected}."
            raise SettingInvalid(message) from error
    values.update({key: value for key, value in chosen.items() if value is not None})
    return Settings(**values)


def _unknown(variable: str, known: list[str]) -> str:
    near = get_close_matches(variable, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{variable} is no setting of this program.{hint} Known settings: {', '.join(sorted(known))}."
