"""The views, in the order in which the page shows them. A new view is one module here, one in site/views, one entry below."""
from __future__ import annotations

from explainer.views.attention import Attention
from explainer.views.base import Scene, View
from explainer.views.heads import Heads
from explainer.views.logits import Logits
from explainer.views.prompt import Prompt
from explainer.views.residual import Residual
from explainer.views.sampling import Sampling
from explainer.views.story import Story
from explainer.views.tokens import Tokens
from explainer.views.vectors import Vectors

VIEWS: tuple[type[View], ...] = (Prompt, Tokens, Residual, Logits, Sampling, Story, Attention, Heads, Vectors)

__all__ = ["VIEWS", "Scene", "View"]
