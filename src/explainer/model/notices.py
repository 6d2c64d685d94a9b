"""Notices about the reader's choices, by name; their words are on the page (`notices` in site/strings/en/faults.js)."""

from __future__ import annotations

from typing import Any, TypedDict


class Notice(TypedDict):
    """A notice about a choice: its name, and the fields that NOTICES lists for that name."""

    say: str


class TextNotice(TypedDict):
    """The text is empty, has no token in the vocabulary, or is longer than the context, see explainer.model.model.PreparedText.

    endless, lost: there is text that was clipped, and there are unknown characters.
    bos: <|endoftext|> as the reader sees it, "" where the model has none.
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
    """Names of choices or actions that do not exist or have an invalid value."""

    names: list[str]


class LengthNotice(TypedDict):
    """The numbers of tokens of this prompt and the other prompt, which should be equal."""

    here: int
    there: int


class NoFields(TypedDict):
    """A notice without fields."""


NOTICES: dict[str, type] = {
    "empty": TextNotice,
    "nothing": TextNotice,
    "cut": TextNotice,
    "lost": Lost,
    "refused": Refused,
    "strange": NoFields,
    "unready": NoFields,
    "outrun": NoFields,
    "noOther": NoFields,
    "unlike": LengthNotice,
    "noMeans": NoFields,
}


def notice(name: str, **values: Any) -> Notice:
    """Returns a notice for the page. (A message of a library or a file is sent as its own text instead.)"""
    made: Any = {"say": name, **values}  # one of NOTICES, by its name
    return made


class NotPossible(ValueError):
    """Raised when a request cannot be met; `notice` says why."""

    def __init__(self, name: str, **values: Any):
        super().__init__(f"{name} {values}")
        self.notice = notice(name, **values)
