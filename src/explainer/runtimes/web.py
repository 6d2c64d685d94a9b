"""Engine and tokenizer in the reader's browser: onnxruntime-web and @huggingface/tokenizers, through Pyodide's bridge.

The JavaScript counterparts are site/workers/python/worker.js, which provides `worker`, and site/workers/model/worker.js in a
worker of its own. Arrays are transferred between workers and copied once: Python and JavaScript do not share memory.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from js import JSON, Object
from pyodide.ffi import JsException, JsNull, to_js

from explainer.model.manifest import Manifest
from explainer.model.model import Model, Superseded
from explainer.model.tokenizer import by_id, pairs
from explainer.model.weights import Weights


class WebCache:
    """Keys and values on the JavaScript side (on the GPU, with WebGPU), released when Python releases this object."""

    def __init__(self, handle: Any):
        self.handle = handle
        self.length = int(handle.length)
        weakref.finalize(self, handle.dispose)


class WebEngine:
    """explainer.model.engine.Engine over the `Engine` of site/workers/model/ort.js."""

    def __init__(self, manifest: Manifest, engine: Any):
        self.config = manifest.config
        self.backend = str(engine.backend)
        self._engine = engine

    async def trunk(
        self,
        ids: np.ndarray,
        *,
        cache: Any = None,
        past_len: int = 0,
        names: Sequence[str],
        hooks: Mapping[str, np.ndarray] | None = None,
    ) -> tuple[dict[str, np.ndarray], WebCache]:
        inputs = {name: {"data": _flat(array), "dims": list(np.shape(array))} for name, array in (hooks or {}).items()}
        result = await _of_now(
            self._engine.trunk(
                to_js(np.ascontiguousarray(ids, np.int64)),
                cache.handle if cache is not None else None,
                past_len,
                to_js(list(names)),
                to_js(inputs),
            )
        )
        return _arrays(result.outputs), WebCache(result.cache)

    async def unembed(
        self, resid: np.ndarray, *, names: Sequence[str] = ("logits",), apply_ln: bool = True
    ) -> dict[str, np.ndarray]:
        return _arrays(await _of_now(self._engine.unembed(_flat(resid), len(resid), to_js(list(names)), apply_ln)))


async def _of_now(promise: Any) -> Any:
    """Awaits a promise. Raises Superseded when another model has replaced the one that was called."""
    try:
        return await promise
    except JsException as error:
        if error.name == "Superseded":
            raise Superseded from None
        raise


def _flat(array: np.ndarray) -> Any:
    """Returns a Float32Array of the array's numbers in row-major order."""
    return to_js(np.ascontiguousarray(array, np.float32).reshape(-1))


def _arrays(outputs: Any) -> dict[str, np.ndarray]:
    """Turns {name: {data: Float32Array, dims}} into numpy arrays; `to_py` of a typed array is the one copy."""
    return {name: np.asarray(output["data"], np.float32).reshape(output["dims"]) for name, output in outputs.to_py().items()}


class WebTokenizer:
    """explainer.model.tokenizer.Tokenizer over @huggingface/tokenizers."""

    def __init__(self, tokenizer: Any):
        self._tokenizer = tokenizer
        self._special = frozenset(
            str(token.content) for token in tokenizer.get_added_tokens_decoder().values() if token.special
        )

    def encode(self, text: str) -> list[int]:
        if not text:
            return []
        return self._tokenizer.encode(text, to_js({"add_special_tokens": False})).ids.to_py()

    def decode(self, ids: list[int]) -> str:
        # The library refuses an empty list, and removes spaces unless told not to.
        if not ids:
            return ""
        return self._tokenizer.decode(to_js(ids), to_js({"skip_special_tokens": False, "clean_up_tokenization_spaces": False}))

    def id_to_token(self, id: int) -> str | None:
        token = self._tokenizer.id_to_token(int(id))
        return None if _lacking(token) else str(token)

    def special_tokens(self) -> frozenset[str]:
        return self._special

    def vocabulary(self) -> list[str | None]:
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> list[str | None]:
        return by_id(_json(Object.fromEntries(self._tokenizer.get_vocab(True))))

    def words(self, text: str) -> list[str]:
        if not _lacking(self._tokenizer.normalizer):
            text = self._tokenizer.normalizer.normalize(text)
        if _lacking(self._tokenizer.pre_tokenizer):
            return [text]
        return self._tokenizer.pre_tokenizer.pre_tokenize(text).to_py() if text else []

    def merges(self) -> list[tuple[str, str]]:
        return pairs(_json(self._tokenizer.model.merges))


def _lacking(value: Any) -> bool:
    """Returns whether a value is missing; Pyodide has its own type for JavaScript's null."""
    return value is None or isinstance(value, JsNull)


def _json(value: Any) -> Any:
    """Converts a large plain value as one JSON text: the bridge would convert it piece by piece."""
    return json.loads(JSON.stringify(value))


async def _worded(promise: Any) -> Any:
    """Awaits a promise. Raises OSError with the worker's own words for the reader: what failed, and what to do."""
    try:
        return await promise
    except JsException as error:
        raise OSError(f"{error.message} {getattr(error, 'advice', '')}".strip()) from error


class WebLibrary:
    """explainer.app.app.Library: the models of the site's models/index.json, loaded by site/workers/python/worker.js."""

    def __init__(self, worker: Any):
        self.models = json.loads(worker.models)
        self.default = str(worker.model)
        self._worker = worker

    async def fetch(self, name: str) -> None:
        await _worded(self._worker.fetch(name))

    async def load(self, name: str) -> Model:
        loaded = await _worded(self._worker.load(name))
        manifest = Manifest.from_json(str(loaded.manifest))

        async def read(offset: int, nbytes: int) -> Any:
            try:
                return (await loaded.read(offset, nbytes)).to_py()
            except JsException as error:
                raise OSError(f"{error.message} {getattr(error, 'advice', '')}".strip()) from error

        weights = Weights(manifest.tensors, read)
        return Model(manifest, WebEngine(manifest, loaded.engine), WebTokenizer(loaded.tokenizer), weights)
