"""``python -m kg`` is the command ``kg``."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130  # as in kg.cli.options, which is not loaded yet


def run() -> None:
    """Load the command and run it; Ctrl-C while the modules load ends the process without a traceback."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # not where the shell lets a command in the background ignore it
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from kg.cli import main

    signal.signal(signal.SIGINT, handler)
    main()


if __name__ == "__main__":
    run()
