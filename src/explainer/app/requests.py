"""Orders the reader's requests: a new text supersedes work in progress; other actions queue, and are dropped when their text is
replaced. Nothing is done to another text than the one it was meant for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from explainer.model.model import Superseded


@dataclass(frozen=True)
class Turn:
    """outdated(): another text was asked for since this turn was. left(): so was any other work, or an end of it."""

    outdated: Callable[[], bool]
    left: Callable[[], bool]


class Requests:
    """A text (or a model, which reads it anew) is run at once, and supersedes whatever is under way. Other work is done one
    after another, each when the text that was asked for before it is there."""

    def __init__(self) -> None:
        self._asked = 0
        self._texts = 0
        self._due = 0  # so many texts are still to be run
        self._here = asyncio.Event()  # none is
        self._here.set()
        self._one = asyncio.Lock()

    def stop(self) -> None:
        """Whatever runs on until it is stopped is left."""
        self._asked += 1

    @contextmanager
    def text(self) -> Iterator[Callable[[], bool]]:
        """While a text is run; gives what says whether a newer one supersedes it."""
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
        """While other work is done. What runs on until it is stopped gives way to it.

        Raises Superseded where a text was asked for after it, before its turn came.
        """
        self._asked += 1
        asked, texts = self._asked, self._texts
        turn = Turn(outdated=lambda: texts != self._texts, left=lambda: asked != self._asked)
        async with self._one:
            await self._here.wait()
            check(turn.outdated)
            yield turn


def check(superseded: Callable[[], bool]) -> None:
    """Raises Superseded."""
    if superseded():
        raise Superseded
