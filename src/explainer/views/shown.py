"""The types of what views show, where several views share them: the Python half of the contract with the page.

A view's type stands beside the view; explainer.export.build.contract writes all of them down for the page.

An array is `Annotated[np.ndarray, AXES]`, its axes in order. Axes are those of explainer.model.activations and `layer+1` for one
row more than there are layers; any other name is a length of its own, the same wherever the dict has it, and `*` any axes at all.
One of several names is `Annotated[str, NAMES]`, by the tuple or dict that holds the names.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from explainer.state.choices import SHOWS


class Shown(TypedDict):
    """What every view's data begin with, once they are on their way to the page (View.look).

    run: the trace's version, one for all views.  version: of the numbers shown, differs from it where they are of the untouched
    model or of the difference. The page puts the worker's number before both, which makes them texts.
    shows: which model's numbers they are; None while nothing is changed.
    """

    run: NotRequired[int | str]
    version: NotRequired[int | str]
    shows: NotRequired[Annotated[str, SHOWS] | None]


class TextShown(Shown):
    """labels: the prompt's tokens for the eye, one for each position.  token: the chosen position, 0 .. T - 1."""

    labels: list[str]
    token: int


class HeadShown(TextShown):
    """block, head: the chosen ones, counted from 0, of n_layer and n_head."""

    block: int
    head: int
    n_layer: int
    n_head: int


class TokenText(TypedDict):
    """A token of the vocabulary. text: for the eye, see explainer.model.tokenizer.visible."""

    id: int
    text: str


class TokenScore(TokenText):
    """logit: its score at the place in question."""

    logit: float


class Candidate(TokenScore):
    """prob: its probability as the next token."""

    prob: float


class RankedCandidate(Candidate):
    """rank: 1 for the likeliest."""

    rank: int


class MeansOf(TypedDict):
    """What the means were taken over that parts can be switched off to: so many positions, so many of them of a real text."""

    positions: int
    of_text: int


class OtherPrompt(TypedDict):
    """The prompt that patches are taken from. labels: its tokens for the eye."""

    text: str
    labels: list[str]
