"""The access log: one JSON object a line for each request."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler

from kg.errors import WriteFailed

OFF, STANDARD_ERROR = "off", "-"


class AccessLog:
    """Writes to standard error (``-``), to a file that may be moved away while it is written to, or not at all."""

    def __init__(self, target: str) -> None:
        self._handler = _handler(target)

    @property
    def is_on(self) -> bool:
        """Whether anything is written."""
        return self._handler is not None

    def write(self, facts: Mapping[str, object]) -> None:
        """Write what is known of a request; ``time`` is added: the end of the request, in UTC."""
        if self._handler is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": now, **facts})
        self._handler.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """End the log."""
        if self._handler is not None:
            self._handler.close()


def _handler(target: str) -> logging.Handler | None:
    if target == OFF:
        return None
    if target == STANDARD_ERROR:
        return logging.StreamHandler(sys.stderr)
    try:
        return WatchedFileHandler(target, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise WriteFailed(
            f"The access log {target} cannot be written: {error.strerror}. Choose another with KG_ACCESS_LOG."
        ) from error
