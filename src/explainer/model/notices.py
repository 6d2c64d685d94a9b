"""What the app has to say of the reader's choices, by name: the words are the page's (`notices` in site/strings)."""

from __future__ import annotations

from typing import Any


def said(name: str, **values: Any) -> dict[str, Any]:
    """A notice for the page. Notices are these, or texts of libraries and files, which have words of their own."""
    return {"say": name, **values}


class CannotBe(ValueError):
    """What was asked for cannot be done, with the notice that says why."""

    def __init__(self, name: str, **values: Any):
        super().__init__(f"{name} {values}")
        self.notice = said(name, **values)
