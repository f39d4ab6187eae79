"""How processes that serve for weeks keep their memory small: what is freed goes back, what is loaded is shared."""

import ctypes
import gc
import sys

from django.db import connections

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of glibc's mallopt
YOUNG = 20_000  # objects made before the collector looks: a page of two hundred rows makes some thousands, none in circles
LARGE = 256 * 1024  # bytes; a block as large as that is taken from the system and given back to it


def give_back() -> None:
    """On Linux: few pools for many threads, large blocks apart, so that one large answer does not swell a process for good."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, LARGE)
        mallopt(_TRIM_THRESHOLD, LARGE)


def share() -> None:
    """Before a fork: no connection is shared, and what is loaded is looked at by no collector, so that its pages stay shared."""
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
