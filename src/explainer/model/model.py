"""A model in use: it turns a text into ids and ids into a Trace, and computes no position twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from explainer.model.activations import TRUNK
from explainer.model.edits import Change
from explainer.model.engine import Engine
from explainer.model.manifest import Manifest, ModelConfig
from explainer.model.sampling import log_softmax
from explainer.model.tokenizer import Piece, Tokenizer, piece
from explainer.model.trace import Trace
from explainer.model.weights import Weights

# Positions that are computed before the app checks whether the reader has typed more.
CHUNK = 32
# While a trace stays below this every activation is kept, so that any view opens without a run; beyond it
# only what the open views need is fetched.
KEEP_BYTES = 64 * 2**20


class Superseded(Exception):
    """Raised where a run stops because a newer one was requested."""


@dataclass(frozen=True)
class PreparedText:
    """A text prepared for the model.

    notice: None, "empty" (<|endoftext|> stands for no text), "nothing" (there are no ids) or "cut" (the beginning is left out).
    dropped: number of tokens left out before the ids.  clipped: text before those was left out without being tokenized.
    unknown_characters: characters that the model has no token for.
    """

    ids: tuple[int, ...]
    notice: str | None = None
    dropped: int = 0
    unknown_characters: tuple[str, ...] = ()
    clipped: bool = False


class Model:
    """`manifest`, `engine`, `tokenizer` and `weights` of one exported model."""

    def __init__(self, manifest: Manifest, engine: Engine, tokenizer: Tokenizer, weights: Weights):
        self.manifest = manifest
        self.weights = weights
        self.engine = engine
        self.tokenizer = tokenizer
        self._pieces: dict[int, Piece] = {}

    @property
    def config(self) -> ModelConfig:
        return self.manifest.config

    def piece(self, id: int) -> Piece:
        if id not in self._pieces:
            self._pieces[id] = piece(self.tokenizer, int(id))
        return self._pieces[id]

    def prepare(self, text: str) -> PreparedText:
        """Returns the ids of `text`. A text that is too long loses its beginning; an empty one becomes <|endoftext|>, if any."""
        # Browsers can send half of a surrogate pair, which UTF-8 cannot encode.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        # Text far before the context cannot matter, and an endless paste must not be tokenized whole.
        limit = self.config.n_ctx * 64
        read = text[-limit:]
        ids = self.tokenizer.encode(read)
        # A small vocabulary may lack characters; the tokenizer skips these.
        unknown = (
            ()
            if b"".join(self.piece(id).bytes for id in ids) == read.encode()
            else tuple(character for character in dict.fromkeys(read) if not self.tokenizer.encode(character))
        )
        if not ids:
            bos = self.config.bos_token_id
            if bos is None:
                return PreparedText((), "nothing", unknown_characters=unknown)
            return PreparedText((bos,), "empty", unknown_characters=unknown)
        dropped = max(0, len(ids) - self.config.n_ctx)
        clipped = len(text) > limit
        return PreparedText(tuple(ids[dropped:]), "cut" if dropped or clipped else None, dropped, unknown, clipped)

    def names_to_keep(self, length: int, needs: Iterable[str]) -> tuple[str, ...]:
        """Returns the activations to fetch for `length` tokens: all while they fit into KEEP_BYTES, else those in `needs`."""
        c = self.config
        per_position = c.n_layer * (11 * c.d_model + 2 * c.d_mlp + 2 * c.n_head * length + 4) * 4
        if per_position * length <= KEEP_BYTES:
            return TRUNK
        # Where positions are computed one by one, the scores of later keys are computed from q and k.
        needs = set(needs) | ({"q", "k"} if "attn_scores" in needs else set())
        return tuple(name for name in TRUNK if name in needs)

    async def trace(
        self,
        ids: tuple[int, ...],
        needs: Iterable[str],
        *,
        previous: Trace | None = None,
        change: Change | None = None,
        superseded: Callable[[], bool] = lambda: False,
    ) -> tuple[Trace, int]:
        """Returns the trace of `ids`, and how many of its positions were reused from `previous`.

        Only positions after the common prefix are computed. `change` is what the reader has altered in the model;
        `previous` must then be of the same change, or end before its first position. Raises Superseded when
        `superseded()` turns true.
        """
        names = self.names_to_keep(len(ids), needs)
        shared = common_prefix(previous.ids, ids) if previous is not None else 0
        if change and change.looks_ahead and previous is not None and previous.ids != ids:
            shared = 0
        trace = Trace(attn_scale=self.config.attn_scale)
        if previous is not None and shared and set(names) <= previous.names:
            trace = previous if shared == len(previous) == len(ids) else previous.prefix(shared)
        reused = len(trace)
        while len(trace) < len(ids):
            chunk = ids[len(trace) :] if change and change.looks_ahead else ids[len(trace) : len(trace) + CHUNK]
            hooks = change.hooks(self.config, len(trace), len(trace) + len(chunk)) if change else None
            outputs, cache = await self.engine.trunk(
                np.asarray(chunk, np.int64), cache=trace.cache, past_len=len(trace), names=names, hooks=hooks
            )
            trace = trace.extended(chunk, outputs, cache)
            await asyncio.sleep(0)  # let the reader's next keystroke in
            if superseded():
                raise Superseded
        return trace, reused

    async def fetch(self, trace: Trace, names: Iterable[str], change: Change | None = None) -> None:
        """Makes `names` readable in `trace`, with one run if some are missing."""
        missing = [name for name in names if name not in trace.names]
        if missing:
            hooks = change.hooks(self.config, 0, len(trace)) if change else None
            outputs, _ = await self.engine.trunk(np.asarray(trace.ids, np.int64), names=missing, hooks=hooks)
            trace.add(outputs)

    async def unembed(self, trace: Trace, positions: Iterable[int]) -> None:
        """Makes `trace.rows[position]` hold the logits (and ln_final) that follow each of `positions`."""
        missing = [position for position in positions if position not in trace.rows]
        if missing:
            out = await self.engine.unembed(
                trace["resid_post"][-1, missing], names=("ln_final_mean", "ln_final_scale", "ln_final", "logits")
            )
            for row, position in enumerate(missing):
                trace.rows[position] = {name: array[row] for name, array in out.items()}

    async def unembedded(self, vectors: np.ndarray, apply_ln: bool = False) -> np.ndarray:
        """Returns (row, d_vocab): the dot product of each of `vectors` (row, d_model) with every token's unembedding vector.

        With `apply_ln` the vectors pass the final LayerNorm first: the logits that they would have at the end of the model.
        """
        return (await self.engine.unembed(vectors, apply_ln=apply_ln))["logits"]

    async def fill_next_token_probs(self, trace: Trace) -> None:
        """Fills `trace.followed`: how probable the model found each token of the text but the first."""
        missing = [position for position in range(len(trace) - 1) if position not in trace.followed]
        # In chunks, and without keeping the logits: a whole vocabulary for every position would take too much memory.
        for at in range(0, len(missing), CHUNK):
            positions = missing[at : at + CHUNK]
            logits = (await self.engine.unembed(trace["resid_post"][-1, positions]))["logits"]
            for row, position in zip(log_softmax(logits), positions):
                trace.followed[position] = float(row[trace.ids[position + 1]])


def common_prefix(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    """Returns how many leading ids two prompts share."""
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
