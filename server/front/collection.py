"""Garbage collection: full collections stay short, since none looks again at what an earlier one has seen survive."""

from __future__ import annotations

import gc


def keep_collections_short() -> None:
    """Freeze what is alive now, and what survives each full collection from now on.

    A full collection stops all threads, and takes 60 to 350 ms where it looks at all that the process holds: the
    terms, the indexes and the catalogue, which live as long as the process. A frozen object is still freed when its
    last reference goes. Only a cycle of frozen objects is not, until ``collect_all``.
    """
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_freeze_survivors)


def collect_all() -> None:
    """Look at all objects once, frozen ones too: what belonged to an earlier release may be garbage."""
    gc.unfreeze()
    gc.collect()


def _freeze_survivors(phase: str, facts: dict[str, int]) -> None:
    if phase == "stop" and facts["generation"] == 2:
        gc.freeze()
