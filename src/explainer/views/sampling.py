"""How the next token is chosen: every stage from the logits to the draw, over the whole vocabulary."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.model.sampling import Stages, highest
from explainer.model.trace import Trace
from explainer.views.base import Scene, View
from explainer.views.shown import Shown, TokenText

MIN_CUT_LISTED = 2  # the fewest candidates listed of those that top-p cut, and of those that top-k cut
# Kinds of candidates: still in the draw, out of it where nothing is drawn, cut by top-p, cut by top-k.
CUT_KINDS = ("kept", "no", "p", "k")
MAX_CHANGED_LISTED = 60  # tokens listed for a changed model: those that change most
MIN_MOVED_LISTED = 8  # the fewest of them among those that a change lets in, and among those that it puts out
SHARE_KINDS = ("stays", "enters", "leaves")  # what a change does to a token that can be taken in either model


class Spared(TypedDict):
    """Unlisted candidates after a row: how many of them are still in the draw, and their probability together."""

    n: int
    p: float


# Not a class, because the key `from` cannot be a name in Python.
DrawRow = TypedDict(
    "DrawRow",
    {
        "id": int,
        "text": str,
        "logit": float,
        "scaled": float,
        "p0": float,
        "p1": float,
        "rank": int,
        "kept": Annotated[str, CUT_KINDS],
        "p": float,
        "from": float,
        "to": float,
        "more": Spared | None,
    },
)
DrawRow.__doc__ = """A candidate at every stage of the draw (explainer.model.sampling.Stages).

p: what is left to it; between `from` and `to` the random number takes it.
"""


class Drawn(TokenText):
    """The token that the draw takes. prob: its share of the draw.  own: the model's own probability."""

    prob: float
    own: float


class DrawChoices(Shown):
    """The reader's choices for the draw. likeliest: nothing is drawn, the likeliest token is taken."""

    temperature: float
    top_k: int
    top_p: float
    greedy: bool
    seed: int
    listed: int
    likeliest: bool


class SamplingShown(DrawChoices):
    """rows: candidates, likeliest first.  n_k, n_p: how many are left after top-k, and after both top-k and top-p.  cut_k, cut_p:
    the probability that each of the two cuts.  position: of the token to be drawn.  node: the node of the story before it.
    draw: the random number.
    """

    n_vocab: int
    n_k: int
    n_p: int
    position: int
    node: int
    draw: float
    drawn: Drawn
    rows: list[DrawRow]
    cut_k: float
    cut_p: float


class ShareChange(TokenText):
    """A token's share of the draw in both models. spans: where the share begins and ends, before and after."""

    before: float
    after: float
    by: float
    how: Annotated[str, SHARE_KINDS]
    spans: list[list[float]]


class ShareGroup(TypedDict):
    """Tokens of one kind: how many, and the share of the unlisted ones together, before and after."""

    n: int
    rest: list[float]


class SamplingDifference(DrawChoices):
    """Both models' draws with one random number, see Sampling.difference. left: number of tokens left; drawn: the token; both
    before and after.
    """

    n_vocab: int
    position: int
    node: int
    draw: float
    left: list[int]
    drawn: list[int]
    groups: dict[Annotated[str, SHARE_KINDS], ShareGroup]
    moved: float
    changes: list[ShareChange]


class Sampling(View):
    """The draw at the end of the text. The text goes on with the changed model, whichever model the figure shows."""

    needs = ("resid_post",)
    compares = ("original", "difference")
    has_own_difference = True
    reads = ("temperature", "top_k", "top_p", "greedy", "seed", "listed")

    def __init__(self) -> None:
        super().__init__()
        self._orders: dict[int, np.ndarray] = {}

    def _stages(self, trace: Trace, sampling) -> Stages:
        """Returns the stages at the end of the text. The orders of the last two traces are kept for the next move of a slider."""
        stages = Stages(trace.rows[len(trace) - 1]["logits"], sampling, self._orders.get(trace.version))
        self._orders = {**dict(list(self._orders.items())[-1:]), trace.version: stages.order}
        return stages

    def show(self, scene: Scene) -> SamplingShown:
        sampling = scene.state.sampling
        stages = self._stages(scene.trace, sampling)
        position = scene.position + len(scene.trace)
        draw = sampling.draw(position)
        drawn = stages.pick(draw)
        n_k, n_p = int(stages.by_k.sum()), int(stages.by_p.sum())
        ids, start, end = stages.order, *_span(stages.order, stages.chances)
        left, chances = stages.left[ids], stages.chances[ids]
        kinds = np.where(left, 0, 1 if sampling.takes_likeliest else np.where(stages.by_k[ids], 2, 3))
        ranks = _listed(kinds, int(np.flatnonzero(ids == drawn)[0]), scene.state.listed)

        def row(rank: int, following: int) -> dict:
            id = ids[rank]
            between = slice(rank + 1, following)
            more = int(left[between].sum())
            return {
                "id": int(id),
                "text": scene.model.piece(id).text,
                "logit": float(stages.logits[id]),
                "scaled": float(stages.scaled[id]),
                "p0": float(stages.p0[id]),
                "p1": float(stages.p1[id]),
                "rank": rank,
                "kept": CUT_KINDS[kinds[rank]],
                "p": float(chances[rank]),
                "from": float(start[id]),
                "to": float(end[id]),
                "more": {"n": more, "p": float(chances[between].sum())} if more else None,
            }

        return {
            **_choices(scene.state),
            "n_vocab": len(stages.order),
            "n_k": n_k,
            "n_p": n_p,
            "position": position,
            "node": scene.story.current,
            "draw": draw,
            "drawn": {
                "id": drawn,
                "text": scene.model.piece(drawn).text,
                "prob": float(stages.chances[drawn]),
                "own": float(stages.p0[drawn]),
            },
            "rows": [row(*one) for one in zip(ranks, [*ranks[1:], len(ids)])],
            "cut_k": float(stages.p1[~stages.by_k].sum()),
            "cut_p": float(stages.p1[stages.by_k & ~stages.by_p].sum()),
        }

    def difference(self, scene: Scene) -> SamplingDifference:
        """Returns both models' draws with one random number: every token's share of the draw, before and after.

        changes: the tokens whose share changes most, of those that can be taken in either model; `how` says whether the change
        lets a token in, puts it out, or neither.  groups: for each kind the number of tokens, and the share of those not in
        `changes` together, before and after.  moved: the share of the draw that goes to other tokens, half the sum of
        |after - before|.
        """
        sampling = scene.state.sampling
        was, now = (self._stages(trace, sampling) for trace in (scene.plain, scene.trace))
        before, after, position = was.chances, now.chances, scene.position + len(scene.trace)
        by = after - before
        draw = sampling.draw(position)
        kinds = {"stays": was.left & now.left, "enters": now.left & ~was.left, "leaves": was.left & ~now.left}
        spans = [_span(stages.order, share) for stages, share in ((was, before), (now, after))]
        drawn = [stages.pick(draw) for stages in (was, now)]

        def most(among: np.ndarray, count: int) -> list[int]:
            """Returns those of them that change most; of equals those first that are likelier in the untouched model."""
            ids = was.order[among[was.order]]
            return ids[highest(np.abs(by[ids]), count)].tolist()

        listed = np.zeros(len(by), bool)
        for among, count in (
            (was.left | now.left, MAX_CHANGED_LISTED),
            (kinds["enters"], MIN_MOVED_LISTED),
            (kinds["leaves"], MIN_MOVED_LISTED),
        ):
            listed[most(among, count)] = True
        listed[drawn] = True

        def row(id: int) -> dict:
            return {
                "id": id,
                "text": scene.model.piece(id).text,
                "before": float(before[id]),
                "after": float(after[id]),
                "by": float(by[id]),
                "how": next(how for how, among in kinds.items() if among[id]),
                "spans": [[float(edge[id]) for edge in span] for span in spans],
            }

        return {
            **_choices(scene.state),
            "n_vocab": len(by),
            "position": position,
            "node": scene.story.current,
            "draw": draw,
            "left": [int(stages.left.sum()) for stages in (was, now)],
            "drawn": drawn,
            "groups": {
                how: {"n": int(among.sum()), "rest": [float(share[among & ~listed].sum()) for share in (before, after)]}
                for how, among in kinds.items()
            },
            "moved": float(np.abs(by).sum() / 2),
            "changes": [row(id) for id in most(listed, int(listed.sum()))],
        }


def _choices(state) -> dict:
    return {name: getattr(state, name) for name in Sampling.reads} | {"likeliest": state.sampling.takes_likeliest}


def _listed(kinds: np.ndarray, drawn: int, lines: int) -> list[int]:
    """Returns the ranks to list: the likeliest, the drawn one wherever it is, and the first that each cut took. They fill
    `lines` lines, if there are enough; every gap between them takes a line, which says how many candidates it leaves out."""
    kept, *cuts = (np.flatnonzero(kinds == kind) for kind in range(len(CUT_KINDS)))
    room = lines - sum(len(cut[:MIN_CUT_LISTED]) for cut in cuts)
    if len(kept) <= room:
        shown = kept.tolist()
    elif drawn < room - 1:
        shown = kept[: room - 1].tolist()
    else:
        shown = [*kept[: room - (2 if drawn == kept[-1] else 3)].tolist(), drawn]
    spare = max(0, room - len(kept))
    for cut in cuts:
        more = cut[: MIN_CUT_LISTED + spare].tolist()
        spare -= max(0, len(more) - MIN_CUT_LISTED)
        shown += more
    return shown


def _span(order: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns where each token's share of the draw begins and ends, between 0 and 1."""
    end = np.empty_like(share)
    end[order] = np.cumsum(share[order])
    return end - share, end
