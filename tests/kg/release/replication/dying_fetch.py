"""A fetch that dies: ``python -m tests.kg.release.replication.dying_fetch HOME URL KEY MOMENT``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from kg.cli import main
from kg.engine.store import write_store
from kg.release.replication import fetch as module
from kg.release.replication import policy
from kg.release.replication.atomic_files import link, write_whole
from kg.release.store import ReleaseStore
from tests.kg.build.dying import die, die_at_the_pointer, then_die

MOMENTS: dict[str, tuple[Any, str, Any]] = {  # what to put in whose place so that a fetch dies at the moment
    "after the pointer": (policy, "write_whole", then_die(write_whole)),
    "after a file": (module, "link", then_die(link)),
    "before the store": (module, "write_store", die),
    "after the store": (module, "write_store", then_die(write_store)),
    "before the move": (ReleaseStore, "keep", die),
    "after the move": (ReleaseStore, "keep", then_die(ReleaseStore.keep)),
    "at the pointer": (Path, "replace", die_at_the_pointer),
}


if __name__ == "__main__":
    home, url, key, moment = sys.argv[1:]
    setattr(*MOMENTS[moment])
    main(["fetch", url, "--key", key, "--home", home])
