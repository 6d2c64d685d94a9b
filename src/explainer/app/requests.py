"""Orders the reader's requests: a new text supersedes work in progress; other actions queue, and are dropped when their text is
replaced. No action is applied to another text than the one it was meant for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from explainer.model.model import Superseded


@dataclass(frozen=True)
class Turn:
    """outdated(): a text was requested after this turn.  left(): a text, other work or a stop was requested after it."""

    outdated: Callable[[], bool]
    left: Callable[[], bool]


class Requests:
    """Orders requests. A text (or a model, which reads the text again) runs at once and supersedes work in progress. Other work
    queues, and each waits for the text that was requested before it."""

    def __init__(self) -> None:
        self._asked = 0
        self._texts = 0
        self._due = 0  # number of texts that are still to be run
        self._here = asyncio.Event()  # set while none is due
        self._here.set()
        self._one = asyncio.Lock()

    def stop(self) -> None:
        """Ends work that runs until it is stopped."""
        self._asked += 1

    @contextmanager
    def text(self) -> Iterator[Callable[[], bool]]:
        """Wraps the run of a text; yields superseded(), which says whether a newer text supersedes it."""
        self._asked += 1
        self._texts += 1
        mine = self._texts
        self._due += 1
        self._here.clear()
        try:
            yield lambda: mine != self._texts
        finally:
            self._due -= 1
            if not self._due:
                self._here.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wraps other work and yields its Turn. Work that runs until it is stopped gives way to it.

        Raises Superseded if a newer text is requested before the turn comes.
        """
        self._asked += 1
        asked, texts = self._asked, self._texts
        turn = Turn(outdated=lambda: texts != self._texts, left=lambda: asked != self._asked)
        async with self._one:
            await self._here.wait()
            check(turn.outdated)
            yield turn


def check(superseded: Callable[[], bool]) -> None:
    """Raises Superseded if superseded() is true."""
    if superseded():
        raise Superseded
