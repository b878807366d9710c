"""What a process that serves pages does about its memory."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made before the collector looks at the young ones; the interpreter's 700 is for scripts, not for pages."""


def settle() -> None:
    """Once what stays is loaded: the collector leaves it out from now on, and looks less often at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
