"""The reader's edits of the model: as text for the address, and as hook inputs for the graph.

An edit is `NAME.INDICES=VALUE`. NAME is an activation. INDICES are those of layer, head and position that it has, from 0;
the last ones can be left out. VALUE says what the activation becomes there. Edits are joined by ";".

    z.5.1=0           head 1 of block 5 writes nothing;  0 to 2 scales what it writes
    z.5.1=mean        it writes its mean over a sample text (explainer.model.weights, `mean`)
    attn_out.5=0      the same for a block's whole attention,  mlp_out.5=mean  for its MLP,  embed.3=0  for a token
    ln1.4=0           the LayerNorm before attention neither centres nor scales (its weight and bias stay)
    pattern.5.1.7=1,3,0,0,0,0,0,0     the attention weights of the token at position 7, normalised to add up to 1
    resid_pre.3.7=patch               the value that the other prompt has there
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from explainer.model.activations import BY_NAME, SUBLAYERS, full_axes, hook_for, hooks
from explainer.model.manifest import ModelConfig

if TYPE_CHECKING:
    from explainer.model.trace import Trace

MEANS = ("embed", "z", "attn_out", "mlp_out")
NORMS = SUBLAYERS["ln"]
QKV = ("q", "k", "v")
SCALED = ("embed", *QKV, "z", "attn_out", "mlp_out")
PATCHED = ("embed", "resid_pre", "resid_mid", *QKV, "z", "attn_out", "mlp_out")
MAX_EDITS = 200  # at once
HIDDEN = np.float32(-1e9)  # a score that softmax turns into exactly 0

_EDIT = re.compile(r"([a-z0-9_]+)((?:\.\d{1,5}){1,3})=([a-z]+|[\d.,e+-]+)")


@dataclass(frozen=True)
class Edit:
    """value: a factor from 0 to 2, "mean", "patch", or for a row of `pattern` its weights, which add up to 1."""

    name: str
    at: tuple[int, ...]
    value: float | str | tuple[float, ...]

    def __str__(self) -> str:
        value = self.value
        if isinstance(value, tuple):
            value = ",".join(f"{weight:.6g}" for weight in value)
        elif isinstance(value, float):
            value = f"{value:g}"
        return f"{self.name}{''.join(f'.{index}' for index in self.at)}={value}"

    @property
    def place(self) -> tuple[str, tuple[int, ...]]:
        """An edit replaces an earlier one of the same place."""
        return self.name, self.at

    @property
    def position(self) -> int:
        """The first position whose numbers can differ."""
        axes = BY_NAME[self.name].axes if self.name not in NORMS else ("layer",)
        return self.at[axes.index("pos")] if "pos" in axes and axes.index("pos") < len(self.at) else 0


def parse(text: str, config: ModelConfig) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Returns (edits, texts left out: no valid edit, or of a part that this model lacks). A later edit of a place wins."""
    edits: dict[tuple[str, tuple[int, ...]], Edit] = {}
    left_out: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        edit = _parse(part, config) if len(edits) < MAX_EDITS else None
        if edit is None:
            left_out.append(part)
        else:
            edits[edit.place] = edit
    return tuple(edits.values()), tuple(left_out)


def _parse(text: str, config: ModelConfig) -> Edit | None:
    match = _EDIT.fullmatch(text)
    if not match:
        return None
    name, at, value = match[1], tuple(map(int, match[2][1:].split("."))), match[3]
    if name not in {*SCALED, *PATCHED, *NORMS, "pattern"}:
        return None
    axes = ("layer",) if name in NORMS else BY_NAME[name].axes[:-1]
    sizes = {"layer": config.n_layer, "head": config.n_head, "pos": config.n_ctx}
    # A layer may stand without a head, and a head without a position; a later index needs those before it.
    if len(at) > len(axes) or any(index >= sizes[axis] for index, axis in zip(at, axes)):
        return None
    try:
        if name == "pattern":
            weights = np.array([float(number) for number in value.split(",")])
            fine = len(at) == 3 and len(weights) <= at[2] + 1 and (weights >= 0).all() and 0 < weights.sum() < np.inf
            return Edit(name, at, tuple(weights / weights.sum())) if fine else None
        if value in ("mean", "patch"):
            return Edit(name, at, value) if name in (MEANS if value == "mean" else PATCHED) else None
        factor = float(value)
    except ValueError:
        return None
    if name in NORMS:
        return Edit(name, at, 0.0) if factor == 0 else None
    return Edit(name, at, factor) if name in SCALED and 0 <= factor <= 2 else None


def edits_text(edits: Iterable[Edit]) -> str:
    """Returns the text that `parse` reads."""
    return ";".join(map(str, edits))


# The kinds of masks, each with the numbers of Mask that its text contains.
MASKS: dict[str, tuple[str, ...]] = {
    "causal": (),
    "window": ("size",),
    "sinks": ("size", "more"),
    "blocks": ("size", "more", "seed"),
    "full": (),
}

MAX_NUMBER = 9999  # in the text of a mask, see Mask.PATTERN


@dataclass(frozen=True)
class Mask:
    """Which earlier tokens a token may look at.

    kind: "causal" (all), "window" (the last `size`, itself included), "sinks" (those and the first `more`:
    StreamingLLM), "blocks" (its own block of `size`, and pivots: of every 4 blocks `more` positions drawn by `seed`, as in
    CogView's sparse training), "full" (later ones too, which GPT-2 never saw in training).
    """

    PATTERN: ClassVar[str] = r"(causal|full|window:[1-9]\d{0,3}|sinks:[1-9]\d{0,3}:\d{1,4}|blocks:[1-9]\d{0,3}(:\d{1,4}){2})\Z"

    kind: str = "causal"
    size: int = 0
    more: int = 0
    seed: int = 0

    @classmethod
    def parse(cls, text: str) -> Mask:
        """Reads "causal", "full", "window:8", "sinks:8:4" or "blocks:8:4:1". Raises ValueError for anything else."""
        if not re.match(cls.PATTERN, text):
            raise ValueError(f"{text!r} is no mask")
        kind, *numbers = text.split(":")
        return cls(kind, *map(int, numbers))

    def __str__(self) -> str:
        return ":".join([self.kind, *(str(getattr(self, number)) for number in MASKS[self.kind])])

    def visible(self, start: int, stop: int) -> np.ndarray:
        """Returns bool (queries start .. stop - 1, keys 0 .. stop - 1): True where the query may look at the key."""
        queries, keys = np.arange(start, stop)[:, None], np.arange(stop)[None]
        if self.kind == "full":
            return np.ones((stop - start, stop), bool)
        seen = keys <= queries
        if self.kind in ("window", "sinks"):
            seen &= (keys > queries - self.size) | (keys < (self.more if self.kind == "sinks" else 0))
        elif self.kind == "blocks":
            seen &= (keys // self.size == queries // self.size) | self.pivots(stop)[None]
        return seen

    def pivots(self, length: int) -> np.ndarray:
        """Returns bool (length,): True for pivots. Whether a position is a pivot does not depend on the text's length."""
        # The seed gives every position a random number; in each stretch of 4 blocks the `more` smallest are pivots.
        numbers, stretch = Random(self.seed), 4 * self.size
        stretches = np.array([[numbers.random() for _ in range(stretch)] for _ in range(-(-length // stretch))])
        return (stretches.argsort(1).argsort(1) < self.more).reshape(-1)[:length]


@dataclass(frozen=True, eq=False)
class Change:
    """All alterations of the model that apply together: edits, mask, patches.

    means: {name: mean activation, without the `pos` axis} for edits to the mean.  source: the other prompt's Trace, for
    patches.
    """

    edits: tuple[Edit, ...] = ()
    mask: Mask = Mask()
    means: Mapping[str, np.ndarray] = field(default_factory=dict)
    source: Trace | None = None

    @property
    def looks_ahead(self) -> bool:
        """Whether numbers of a position depend on later ones, so that nothing can be reused when the text grows."""
        return self.mask.kind == "full"

    @property
    def position(self) -> int:
        """The first position whose numbers can differ from the untouched model's."""
        if self.mask.kind != "causal" or not self.edits:
            return 0
        return min(edit.position for edit in self.edits)

    def hooks(self, config: ModelConfig, start: int, stop: int) -> dict[str, np.ndarray]:
        return hook_inputs(self, config, start, stop)


def hook_inputs(change: Change, config: ModelConfig, start: int, stop: int) -> dict[str, np.ndarray]:
    """Returns the trunk's inputs for a run over the positions start .. stop - 1; a missing input means its identity."""
    sizes = full_axes(config) | {
        "head": config.n_head,
        "qkv_head": 3 * config.n_head,
        "pos": stop - start,
        "key_pos": stop,
        "d_model": config.d_model,
        "d_head": config.d_head,
    }
    known = hooks(config)
    inputs: dict[str, np.ndarray] = {}

    def of(point: str, kind: str) -> np.ndarray:
        name = f"{point}.{kind}"
        if name not in inputs:
            inputs[name] = known[name].identity_array(sizes)
        return inputs[name]

    mask = change.mask
    if mask.kind == "full":
        inputs["causal"] = np.zeros(1, np.float32)
    elif mask.kind != "causal":
        hidden = np.where(mask.visible(start, stop), np.float32(0), HIDDEN)
        by_hand = any(edit.name == "pattern" for edit in change.edits)  # such edits need an axis of heads
        inputs["attn_scores.add"] = np.array(
            np.broadcast_to(hidden, (config.n_layer, config.n_head if by_hand else 1, *hidden.shape))
        )
    for edit in change.edits:
        if edit.name in NORMS:
            point, layer = hook_for(edit.name, *edit.at)
            of(point, "gate")[layer] = 0
            continue
        axes = BY_NAME[edit.name].axes
        at: list[Any] = [slice(None)] * (len(axes) - 1)
        at[: len(edit.at)] = edit.at
        position = axes.index("pos")
        here = isinstance(at[position], int)
        if here and not start <= at[position] < stop:
            continue
        absolute = at[position] if here else slice(start, stop)
        if here:
            at[position] -= start
        before = tuple(at[:position])  # the index of the axes before `pos`
        point = edit.name
        if point in QKV:  # the three share one hook
            first, point = QKV.index(point) * config.n_head, "qkv"
            at[1] = at[1] + first if isinstance(at[1], int) else slice(first, first + config.n_head)
        elif point == "pattern":
            # The scores become the logarithms of the weights, from which softmax makes exactly these weights.
            point = "attn_scores"
        elif axes[0] == "layer":  # "embed" has none
            point, at[0] = hook_for(point, at[0])
        there = tuple(at)
        scale = of(point, "scale")
        if isinstance(edit.value, float):
            scale[there] = edit.value
            if f"{point}.add" in inputs:
                inputs[f"{point}.add"][there] = 0  # an earlier edit of a larger area may have set it
            continue
        scale[there] = 0
        add = of(point, "add")
        if edit.name == "pattern":
            weights = np.asarray(edit.value, np.float32)
            add[there] = HIDDEN
            add[there][: len(weights)] = np.where(weights > 0, np.log(np.maximum(weights, np.finfo(np.float32).tiny)), HIDDEN)
        elif edit.value == "mean":
            mean = change.means[edit.name][before]
            add[there] = mean if here else np.expand_dims(mean, -2)
        else:
            assert change.source is not None, "patches have a source"
            add[there] = change.source[edit.name][(*before, absolute)]
    return inputs
