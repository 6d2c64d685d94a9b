"""The one exception whose text is meant for the user, and how its line is kept short."""

from __future__ import annotations

from collections.abc import Iterable


class ExplainerError(Exception):
    """Something the user can mend. Its text is one line: what is wrong and what to do about it."""


def first_line(error: BaseException) -> str:
    """The first line of another library's message, without its full stop, or the error's kind if it has none."""
    return next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), type(error).__name__)


def shortened(names: Iterable[str], most: int = 3) -> str:
    """ "a, b, c and 12 more": a list that stays on the line."""
    names = list(names)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
