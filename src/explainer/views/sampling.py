"""How the next token is chosen: every stage from the logits to the draw, over the whole vocabulary."""
from __future__ import annotations

import numpy as np

from explainer.sampling import Stages
from explainer.views.base import Scene, View

AT_LEAST = 20  # candidates listed
KEPT = 60  # of those that are left after the cuts, at most
CUT = 8  # of those that were cut, after the last one kept


class Sampling(View):
    """The draw at the end of the text."""

    needs = ("resid_post",)
    reads = ("temperature", "top_k", "top_p", "greedy", "seed")

    def show(self, scene: Scene) -> dict:
        sampling, last = scene.state.sampling, len(scene.trace) - 1
        stages = Stages(scene.trace.rows[last]["logits"], sampling)
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
            **{name: getattr(sampling, name) for name in ("temperature", "top_k", "top_p", "greedy", "seed")},
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
