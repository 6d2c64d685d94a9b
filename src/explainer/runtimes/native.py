"""Engine and tokenizer in CPython: onnxruntime and Hugging Face tokenizers.

The site has its own pair (explainer.runtimes.web); this one serves `panel serve`, tests and the page made at build time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tokenizers

from explainer.model.activations import TRUNK, UNEMBED, full_axes, hooks
from explainer.model.manifest import Manifest, ModelConfig, bytes_on_the_wire
from explainer.model.model import Model
from explainer.model.tokenizer import by_id, pairs
from explainer.model.weights import Weights

WEIGHTS = "weights.bin"  # what the graphs call the blob that holds their tensors


def load_native(model_dir: Path | str, backend: str = "wasm") -> tuple[Manifest, NativeEngine, NativeTokenizer]:
    """Loads a model directory. `backend` says which of its graphs to run; both compute the same.

    Raises ValueError when a file is missing or is not the one the manifest names.
    """
    folder = Path(model_dir)
    try:
        manifest = Manifest.from_json((folder / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{folder} is not an exported model: it has no manifest.json") from None
    weights = bytearray(manifest.weights["bytes"])
    position = 0
    for part in manifest.weights["parts"]:
        read_checked(folder, part, memoryview(weights)[position : position + part["bytes"]])
        position += part["bytes"]
    if position != len(weights):
        raise ValueError(f"{folder}: the parts of the weights add up to {position} bytes, not {len(weights)}")
    graphs = {name: bytes(read_checked(folder, file)) for name, file in manifest.graphs[backend].items()}
    tokenizer = NativeTokenizer(bytes(read_checked(folder, manifest.tokenizer)))
    return manifest, NativeEngine(manifest.config, graphs, weights), tokenizer


def read_checked(folder: Path, file: Mapping[str, Any], into: memoryview | None = None) -> memoryview:
    """Reads and checks a file that the manifest names ({"path", "bytes", "sha256"}), into `into` when given."""
    path = folder / file["path"]
    buffer = memoryview(bytearray(file["bytes"])) if into is None else into
    try:
        size = path.stat().st_size
        with path.open("rb", buffering=0) as stream:
            read = 0
            while count := stream.readinto(buffer[read:]):
                read += count
    except FileNotFoundError:
        raise ValueError(f"{path} is missing: the manifest names it. Export the model again") from None
    if size != file["bytes"] or hashlib.sha256(buffer).hexdigest() != file["sha256"]:
        raise ValueError(f"{path} is damaged: it is not the file that the manifest names. Export the model again")
    return buffer


def native_weights(manifest: Manifest, folder: Path | str) -> Weights:
    """Returns the weights of a model directory, which are read from its files on demand."""
    starts = list(accumulate((part["bytes"] for part in manifest.weights["parts"]), initial=0))

    async def read(offset: int, nbytes: int) -> bytes:
        data = bytearray()
        for part, start in zip(manifest.weights["parts"], starts):
            first, last = max(offset, start), min(offset + nbytes, start + part["bytes"])
            if first < last:
                with (Path(folder) / part["path"]).open("rb") as stream:
                    stream.seek(first - start)
                    data += stream.read(last - first)
        return bytes(data)

    return Weights(manifest.tensors, read)


@dataclass(frozen=True)
class NativeCache:
    """Keys and values, (layer, head, length, d_head) each."""

    k: np.ndarray
    v: np.ndarray

    @property
    def length(self) -> int:
        return self.k.shape[2]

    def followed(self, length: int, k: np.ndarray, v: np.ndarray) -> NativeCache:
        """Returns the first `length` positions followed by new ones."""
        return NativeCache(*(np.concatenate([old[:, :, :length], new], axis=2) for old, new in ((self.k, k), (self.v, v))))


class NativeEngine:
    """Runs the graphs with onnxruntime. See explainer.model.engine.Engine."""

    backend = "onnxruntime, cpu"

    def __init__(self, config: ModelConfig, graphs: Mapping[str, bytes], weights: Any, threads: int = 0) -> None:
        """graphs: {"trunk": ONNX bytes, "unembed": ...}. weights: the blob, any contiguous buffer; not kept.

        threads: 0 lets onnxruntime choose.
        """
        self.config = config
        self._sessions = {}
        for name, graph in graphs.items():
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            options.intra_op_num_threads = threads
            options.enable_mem_reuse = False  # planning it takes longer than anything else here, see site/workers/model/ort.js
            options.add_external_initializers_from_files_in_memory([WEIGHTS], [weights], [memoryview(weights).nbytes])
            self._sessions[name] = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._identity = {name: hook.identity_array(full_axes(config)) for name, hook in hooks(config).items()}
        self._identity["causal"] = np.ones(1, np.float32)
        self._no_past = np.zeros((config.n_layer, config.n_head, 0, config.d_head), np.float32)

    async def trunk(
        self,
        ids: np.ndarray,
        *,
        cache: Any = None,
        past_len: int = 0,
        names: Sequence[str],
        hooks: Mapping[str, np.ndarray] | None = None,
    ) -> tuple[dict[str, np.ndarray], NativeCache]:
        """See Engine.trunk. Raises ValueError for what the graph cannot do: no ids, too many, unknown names."""
        ids = np.asarray(ids, np.int64).reshape(-1)
        held = cache.length if cache is not None else 0
        if not 0 <= past_len <= held:
            raise ValueError(f"past_len is {past_len}, the cache holds {held} positions")
        if not 1 <= len(ids) <= self.config.n_ctx - past_len:
            raise ValueError(f"{len(ids)} tokens after {past_len}: the model reads 1 to {self.config.n_ctx} in all")
        if ids.min() < 0 or ids.max() >= self.config.d_vocab:
            raise ValueError(f"token ids must be in 0..{self.config.d_vocab - 1}")
        _known(names, TRUNK, "activation of the trunk")
        _known(hooks or (), self._identity, "hook")
        feeds = self._identity | {name: np.asarray(value, np.float32) for name, value in (hooks or {}).items()}
        feeds |= {
            "input_ids": ids,
            "past_len": np.array([past_len], np.int64),
            "past_k": cache.k if cache is not None else self._no_past,
            "past_v": cache.v if cache is not None else self._no_past,
        }
        *values, k, v = self._sessions["trunk"].run([*names, "k", "v"], feeds)
        past: NativeCache = cache or NativeCache(self._no_past, self._no_past)
        return dict(zip(names, values)), past.followed(past_len, k, v)

    async def unembed(
        self, resid: np.ndarray, *, names: Sequence[str] = ("logits",), apply_ln: bool = True
    ) -> dict[str, np.ndarray]:
        """See Engine.unembed."""
        _known(names, UNEMBED, "activation of the unembedding")
        feeds = {"resid": np.asarray(resid, np.float32), "apply_ln": np.array([apply_ln], np.float32)}
        return dict(zip(names, self._sessions["unembed"].run(list(names), feeds)))


def _known(names: Iterable[str], allowed: Container[str], what: str) -> None:
    unknown = [name for name in names if name not in allowed]
    if unknown:
        raise ValueError(f"no such {what}: {', '.join(unknown)}")


class NativeTokenizer:
    """A tokenizer.json run by Hugging Face tokenizers. See explainer.model.tokenizer.Tokenizer."""

    def __init__(self, tokenizer_json: bytes) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_buffer(tokenizer_json)

    def encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=False)

    def id_to_token(self, id: int) -> str | None:
        return self._tokenizer.id_to_token(id)

    def special_tokens(self) -> frozenset[str]:
        return frozenset(t.content for t in self._tokenizer.get_added_tokens_decoder().values() if t.special)

    def vocabulary(self) -> list[str | None]:
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> list[str | None]:
        return by_id(self._tokenizer.get_vocab(with_added_tokens=True))

    def words(self, text: str) -> list[str]:
        if self._tokenizer.normalizer is not None:
            text = self._tokenizer.normalizer.normalize_str(text)
        if self._tokenizer.pre_tokenizer is None:
            return [text]
        return [word for word, _ in self._tokenizer.pre_tokenizer.pre_tokenize_str(text)]

    def merges(self) -> list[tuple[str, str]]:
        return pairs(json.loads(self._tokenizer.to_str())["model"].get("merges", ()))


class NativeLibrary:
    """explainer.app.app.Library over a folder of exported models, one folder each."""

    def __init__(self, folder: Path | str, default: str = "storyteller") -> None:
        """Raises ValueError when the folder holds no model. If it lacks the `default`, the first model by name is the default."""
        self._folders = {path.parent.name: path.parent for path in sorted(Path(folder).glob("*/manifest.json"))}
        if not self._folders:
            raise ValueError(f"{folder} holds no exported model: use `explainer export CHECKPOINT --out {folder}/NAME`")
        self.models = []
        for name, path in self._folders.items():
            manifest = Manifest.from_json((path / "manifest.json").read_bytes())
            self.models.append(
                {
                    "name": name,
                    "title": manifest.title,
                    "description": manifest.description,
                    "bytes": bytes_on_the_wire(manifest),
                    "precision": manifest.precision,
                }
            )
        self.default = default if default in self._folders else self.models[0]["name"]

    async def fetch(self, name: str) -> None:
        """The files are here already."""

    async def load(self, name: str) -> Model:
        if name not in self._folders:
            raise ValueError(f"there is no model {name} here; there are {', '.join(self._folders)}")
        folder = self._folders[name]
        manifest, engine, tokenizer = load_native(folder)
        return Model(manifest, engine, tokenizer, native_weights(manifest, folder))
