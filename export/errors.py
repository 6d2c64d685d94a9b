"""The one exception whose text is meant for the user, and how its line is kept short."""

from __future__ import annotations

from collections.abc import Iterable


class ExplainerError(Exception):
    """An error that the user can fix. Its text is one line: what is wrong and what to do about it."""


def first_line(error: BaseException) -> str:
    """Returns the first line of another library's message, without its full stop, or the error's type if it has no message."""
    return next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), type(error).__name__)


def shortened(names: Iterable[str], most: int = 3) -> str:
    """Joins names so that they fit on the line: "a, b, c and 12 more"."""
    names = list(names)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
