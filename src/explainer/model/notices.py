"""What the app has to say of the reader's choices, by name: the words are the page's (`notices` in site/strings)."""

from __future__ import annotations

from typing import Any, TypedDict


class Notice(TypedDict):
    """What Python says of a choice: the notice's name, and beside it the fields that NOTICES lists of that name."""

    say: str


class Emptied(TypedDict):
    """Of a text that is empty, of which nothing is left, or that is longer than the model's context (explainer.model.model.Prompt).

    bos: <|endoftext|> for the eye, "" where the model has none.
    """

    n_ctx: int
    dropped: int
    endless: bool
    lost: bool
    bos: str


class Lost(TypedDict):
    """Characters that the model has no token for: the first few, and how many more."""

    characters: list[str]
    more: int


class Refused(TypedDict):
    """Names of choices or actions that make no sense here."""

    names: list[str]


class Unlike(TypedDict):
    """Tokens of the two prompts, which should be as many."""

    here: int
    there: int


class Bare(TypedDict):
    """A notice without fields."""


NOTICES: dict[str, type] = {
    "empty": Emptied,
    "nothing": Emptied,
    "cut": Emptied,
    "lost": Lost,
    "refused": Refused,
    "strange": Bare,
    "unready": Bare,
    "outrun": Bare,
    "noOther": Bare,
    "unlike": Unlike,
    "noMeans": Bare,
}


def said(name: str, **values: Any) -> Notice:
    """A notice for the page. Notices are these, or texts of libraries and files, which have words of their own."""
    notice: Any = {"say": name, **values}  # one of NOTICES, by its name
    return notice


class CannotBe(ValueError):
    """What was asked for cannot be done, with the notice that says why."""

    def __init__(self, name: str, **values: Any):
        super().__init__(f"{name} {values}")
        self.notice = said(name, **values)
