"""The views, in the order in which the page shows them. A new view is one module here, one in site/views, one entry below."""

from __future__ import annotations

from explainer.views.attention import Attention
from explainer.views.base import Scene, View
from explainer.views.embedding import Embedding
from explainer.views.heads import Heads
from explainer.views.layernorm import LayerNorm
from explainer.views.logits import Logits
from explainer.views.maps import Maps
from explainer.views.merges import Merges
from explainer.views.mlp import Mlp
from explainer.views.output import Output
from explainer.views.prompt import Prompt
from explainer.views.qkv import Qkv
from explainer.views.residual import Residual
from explainer.views.sampling import Sampling
from explainer.views.size import Size
from explainer.views.story import Story
from explainer.views.tokens import Tokens
from explainer.views.unembedding import Unembedding
from explainer.views.vectors import Vectors
from explainer.views.whatif import WhatIf

VIEWS: tuple[type[View], ...] = (
    Prompt,
    Tokens,
    Residual,
    Logits,
    Sampling,
    Story,
    Merges,
    Embedding,
    LayerNorm,
    Qkv,
    Attention,
    Heads,
    Output,
    Mlp,
    Unembedding,
    Size,
    Vectors,
    WhatIf,
    Maps,
)


def all_views() -> list[View]:
    return [view() for view in VIEWS]


__all__ = ["VIEWS", "Scene", "View", "all_views"]
