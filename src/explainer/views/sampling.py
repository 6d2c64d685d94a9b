"""How the next token is chosen: every stage from the logits to the draw, over the whole vocabulary."""
from __future__ import annotations

import numpy as np

from explainer.sampling import Stages, highest
from explainer.trace import Trace
from explainer.views.base import Scene, View

AT_LEAST = 20  # candidates listed
KEPT = 60  # of those that are left after the cuts, at most
CUT = 8  # of those that were cut, after the last one kept
MOVED = 8  # of the tokens that a change lets in, and of those that it puts out, at least


class Sampling(View):
    """The draw at the end of the text. The text goes on with the model in use, whichever the figure shows."""

    needs = ("resid_post",)
    compares = ("original", "difference")
    both = True
    reads = ("temperature", "top_k", "top_p", "greedy", "seed")

    def __init__(self, *args, **params):
        super().__init__(*args, **params)
        self._orders: dict[int, np.ndarray] = {}

    def _stages(self, trace: Trace, sampling) -> Stages:
        """At the end of the text. The orders of the last two traces are kept, for the next move of a slider."""
        stages = Stages(trace.rows[len(trace) - 1]["logits"], sampling, self._orders.get(trace.version))
        self._orders = {**dict(list(self._orders.items())[-1:]), trace.version: stages.order}
        return stages

    def show(self, scene: Scene) -> dict:
        sampling = scene.state.sampling
        stages = self._stages(scene.trace, sampling)
        position = scene.position + len(scene.trace)
        draw = sampling.draw(position)
        drawn = stages.pick(draw)
        n_k, n_p = int(stages.by_k.sum()), int(stages.by_p.sum())
        listed = max(AT_LEAST, min(n_p, KEPT) + CUT)
        ids = stages.order[:listed]
        starts = stages.upto - stages.p[stages.order]

        def row(rank: int, id: int) -> dict:
            kept = "kept" if stages.by_p[id] else "p" if stages.by_k[id] else "k"
            return {"id": int(id), "text": scene.model.piece(id).text, "logit": float(stages.logits[id]),
                    "scaled": float(stages.scaled[id]), "p0": float(stages.p0[id]), "p1": float(stages.p1[id]),
                    "kept": kept, "p": float(stages.p[id]), "from": float(starts[rank]), "to": float(stages.upto[rank])}

        unlisted = stages.order[listed:]
        return {
            **_choices(sampling),
            "n_vocab": len(stages.order),
            "n_k": n_k,
            "n_p": n_p,
            "position": position,
            "draw": draw,
            # It may lie beyond the rows that are listed.
            "drawn": {**row(int(np.flatnonzero(stages.order == drawn)[0]), drawn),
                      "prob": 1.0 if sampling.takes_likeliest else float(stages.p[drawn])},
            "rows": [row(rank, id) for rank, id in enumerate(ids)],
            "cut_k": float(stages.p1[~stages.by_k].sum()),
            "cut_p": float(stages.p1[stages.by_k & ~stages.by_p].sum()),
            "rest_kept": float(stages.p[unlisted].sum()),
            "rest_cut": float(np.where(stages.by_p, 0, stages.p1)[unlisted].sum()),
        }

    def difference(self, scene: Scene) -> dict:
        """Both models' draws with one random number: what every token has of it, before and after.

        rows: the tokens whose share changes most, of those that can be taken in either model; `how` says whether the
        change lets a token in, puts it out, or neither. groups: all tokens of each kind. moved: the share of the draw that
        goes to other tokens, half the sum of |after - before|.
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
            """Those of them that change most; of equals the one that is likelier untouched."""
            ids = was.order[among[was.order]]
            return ids[highest(np.abs(by[ids]), count)].tolist()

        listed = np.zeros(len(by), bool)
        for among, count in ((was.left | now.left, KEPT), (kinds["enters"], MOVED), (kinds["leaves"], MOVED)):
            listed[most(among, count)] = True
        listed[drawn] = True

        def row(id: int) -> dict:
            return {"id": id, "text": scene.model.piece(id).text, "before": float(before[id]), "after": float(after[id]),
                    "by": float(by[id]), "how": next(how for how, among in kinds.items() if among[id]),
                    "spans": [[float(edge[id]) for edge in span] for span in spans]}

        return {
            **_choices(sampling),
            "n_vocab": len(by),
            "position": position,
            "draw": draw,
            "left": [int(stages.left.sum()) for stages in (was, now)],
            "drawn": drawn,
            "groups": {how: {"n": int(among.sum()), "before": float(before[among].sum()), "after": float(after[among].sum())}
                       for how, among in kinds.items()},
            "moved": float(np.abs(by).sum() / 2),
            "apart": [row(id) for id in most(listed, int(listed.sum()))],
        }


def _choices(sampling) -> dict:
    return {name: getattr(sampling, name) for name in ("temperature", "top_k", "top_p", "greedy", "seed")}


def _span(order: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each token's share of the draw begins and ends, between 0 and 1."""
    end = np.empty_like(share)
    end[order] = np.cumsum(share[order])
    return end - share, end
