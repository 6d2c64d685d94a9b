"""Sends what views show in batches: pictures that are ready within a moment of each other go to the page at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Pictures that are ready within this time are sent at once: one by one each would cost the page a layout of its own.
BATCH_S = 0.05


@contextmanager
def batch() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Gives show(put): calls every `put` at the end, or when BATCH_S are over, so that none waits long for another."""
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

    timer = loop.call_at(due, flush)
    try:
        yield show
    finally:
        timer.cancel()
        flush()
