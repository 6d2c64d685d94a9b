"""The types that several views' data share: the Python half of the contract with the page.

The type of a single view's data is in its module; explainer.export.build.contract writes all of them for the page.

An array is `Annotated[np.ndarray, AXES]`, its axes in order. Axes are those of explainer.model.activations and `layer+1` for one
row more than there are layers; any other name is a length that is the same wherever the dict has it, and `*` is any axes.
One of several names is `Annotated[str, NAMES]`, by the tuple or dict that holds the names.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from explainer.state.choices import SHOWS


class Shown(TypedDict):
    """The keys that View.look adds to every view's data.

    run: the trace's version, the same for all views.  version: that of the numbers shown; differs from `run` where they are the
    untouched model's or a difference. The page puts the worker's number before both, which makes them texts.
    shows: which model's numbers they are; None while nothing is changed.
    heard: how many of the reader's choices Python knew of (Wish.made): the page does not adopt what is older than its own.
    """

    run: NotRequired[int | str]
    version: NotRequired[int | str]
    shows: NotRequired[Annotated[str, SHOWS] | None]
    heard: NotRequired[int]


class TextShown(Shown):
    """labels: the text's tokens as the reader sees them, one for each position.  token: the chosen position, 0 .. T - 1."""

    labels: list[str]
    token: int


class HeadShown(TextShown):
    """block, head: the chosen ones, counted from 0, of n_layer and n_head."""

    block: int
    head: int
    n_layer: int
    n_head: int


class TokenText(TypedDict):
    """A token of the vocabulary. text: as the reader sees it, see explainer.model.tokenizer.visible."""

    id: int
    text: str


class TokenScore(TokenText):
    """logit: its score at the position in question."""

    logit: float


class Candidate(TokenScore):
    """prob: its probability as the next token."""

    prob: float


class RankedCandidate(Candidate):
    """rank: 1 for the likeliest."""

    rank: int


class MeansOf(TypedDict):
    """The sample of the mean activations: the number of its positions, and how many of these are of a real text."""

    positions: int
    of_text: int


class OtherPrompt(TypedDict):
    """The prompt that patches are taken from. labels: its tokens as the reader sees them."""

    text: str
    labels: list[str]
