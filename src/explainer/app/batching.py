"""Sends views' pictures to the page in batches: those that are ready within a moment of each other go together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Pictures that are ready within this time are sent together: sent singly, each would cost the page a layout of its own.
BATCH_S = 0.05


@contextmanager
def batch() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Yields show(put), which holds each `put` back and calls all at the end or after BATCH_S, so that none waits long."""
    loop = asyncio.get_running_loop()
    held: list[Callable[[], None]] = []
    due = loop.time() + BATCH_S

    def flush() -> None:
        while held:
            held.pop(0)()

    def show(put: Callable[[], None]) -> None:
        held.append(put)
        if loop.time() >= due:
            flush()

    # Not call_at: Pyodide's loop raises where the time has passed, as it may have on a machine that stalls here.
    timer = loop.call_later(BATCH_S, flush)
    try:
        yield show
    finally:
        timer.cancel()
        flush()
