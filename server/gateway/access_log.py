"""The access log: one JSON object a line for each request."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler

from kg.core.disk import write_failed

OFF, STANDARD_ERROR = "off", "-"


class AccessLog:
    """Writes to standard error (``-``), to a file that log rotation may move, or nowhere (``off``)."""

    def __init__(self, target: str) -> None:
        self._handler = _handler(target)

    @property
    def is_on(self) -> bool:
        """True unless the log is off."""
        return self._handler is not None

    def write(self, facts: Mapping[str, object]) -> None:
        """Write the facts of a request, with ``time``: the end of the request in UTC."""
        if self._handler is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": now, **facts})
        self._handler.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """Close the log."""
        if self._handler is not None:
            self._handler.close()


class _File(WatchedFileHandler):
    """Writes to a file. A line that cannot be written is lost; the first loss in a row is reported."""

    def __init__(self, path: str) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self._failed = self._reported = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self._failed = False
        try:
            super().emit(record)
        except OSError:  # for example, its folder was removed
            self.handleError(record)
        self._reported = self._failed

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of the base class
        """Report the current exception, once in a row."""
        del record
        self._failed, error = True, sys.exc_info()[1]
        if not self._reported and isinstance(error, Exception):
            remedy = "Lines are lost until there is room, or KG_ACCESS_LOG names another file."
            sys.stderr.write(f"{write_failed('The access log', error, remedy)}\n")


def _handler(target: str) -> logging.Handler | None:
    if target == OFF:
        return None
    if target == STANDARD_ERROR:
        return logging.StreamHandler(sys.stderr)
    try:
        return _File(target)
    except OSError as error:
        raise write_failed(f"The access log {target}", error, "Choose another with KG_ACCESS_LOG.") from error
