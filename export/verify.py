"""`explainer verify`: measures how far an exported model is from the checkpoint that it came from."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from explainer.export.checkpoint.load import Checkpoint, load_checkpoint
from explainer.export.errors import ExplainerError
from explainer.export.graph.calibrate import SAMPLE, float32_engine, ids_of
from explainer.export.reference import excess, hugging_face_model, positions_from, reference_activations

from explainer.model.activations import BY_NAME, TRUNK, UNEMBED
from explainer.model.engine import Engine
from explainer.model.manifest import Manifest, ModelConfig
from explainer.model.sampling import log_softmax
from explainer.runtimes.native import load_native

TOLERANCE = 1e-4  # absolute and relative, per number, of float32 against float32
# A run with cached keys and values adds in another order, and a number on the edge may then be rounded the other way.
TOLERANCE_QUANTIZED = 1e-2
MAX_KL = 0.01  # nats, mean over positions
MIN_TOP1 = 0.98
POSITIONS = 1024  # of text, for KL and top-1
WINDOW = 128  # positions in one run
PUBLISHED = Path(__file__).parent / "data" / "gpt2-small-outputs.json"
# The published logits have 4 decimals of numbers near -100, the attention weights 5.
PUBLISHED_LOGITS, PUBLISHED_ATTENTION = 0.01, 2e-4


class Table:
    """Prints the lines of the report: what was measured, the figure, the bound, and whether it holds."""

    def __init__(self) -> None:
        self.good = True

    def line(self, what: str, figure: str, bound: str = "", good: bool = True) -> None:
        self.good &= good
        print(f"{what:<58} {figure:>14}  {bound:<12} {'' if not bound else 'ok' if good else 'TOO FAR'}".rstrip())

    def note(self, text: str) -> None:
        print(text)

    def worst(self, what: str, by_name: Mapping[str, float]) -> None:
        """Prints the activation that is closest to (or furthest beyond) the tolerance that `excess` measured against."""
        name = max(by_name, key=by_name.get)
        self.line(f"{what}, worst: {name}", f"{by_name[name]:.3f}", "<= 1", by_name[name] <= 1)


def verify(model_dir: Path, against: str | None = None, text: Path | None = None, write: bool = False) -> bool:
    """Measures a model directory, prints a table, and returns whether every bound was kept.

    against: the checkpoint (anything `explainer export` takes). Without it, only checks that the model agrees with itself.
    text: a file to measure on, instead of the sample. write: record the figures in the manifest.
    Raises ExplainerError when a file cannot be read or the checkpoint is another model's.
    """
    try:
        manifest, engine, _ = load_native(model_dir)
        sample = text.read_text(encoding="utf-8") if text else SAMPLE.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ExplainerError(str(error)) from None
    tokenizer_json = (Path(model_dir) / manifest.tokenizer["path"]).read_bytes()
    ids, said = ids_of(tokenizer_json, manifest.config.d_vocab, sample, POSITIONS)
    table = Table()
    table.note(f"{manifest.name}, {manifest.precision}, {manifest.weights['bytes']:,} bytes of weights")
    if said < len(ids):
        table.note(f"The vocabulary says only {said} tokens of the text; {len(ids) - said} random ones were added.")
    check_itself(table, engine, manifest, ids)
    if against is None:
        table.note("Without --against CHECKPOINT, only that the model agrees with itself was checked.")
        return table.good

    checkpoint = load_checkpoint(against)
    mine, its = manifest.config, checkpoint.config
    if dataclasses.replace(mine, bos_token_id=None) != dataclasses.replace(its, bos_token_id=None):
        raise ExplainerError(f"{model_dir} was not exported from {against}: their configs differ")
    quantized = manifest.precision != "fp32"
    float32 = float32_engine(checkpoint) if quantized else engine
    check_transformers(table, checkpoint, float32, ids)
    check_published(table, checkpoint, float32)
    if quantized:
        fidelity = measure_fidelity(engine, float32, ids)
        for name, value in fidelity["max_abs_error"].items():
            table.line(f"{name}: largest |quantized - float32|", f"{value:.3g}")
        check_fidelity(table, "wasm", fidelity)
        if manifest.graphs["webgpu"] != manifest.graphs["wasm"]:
            _, other, _ = load_native(model_dir, "webgpu")
            check_fidelity(table, "webgpu", measure_fidelity(other, float32, ids))
        if write:
            write_fidelity(Path(model_dir), fidelity)
    elif write:
        table.note("Nothing to record: the model is in float32, which is what fidelity is measured against.")
    return table.good


def activations(engine: Engine, ids: np.ndarray, past: int = 0) -> dict[str, np.ndarray]:
    """Returns every activation of positions `past` and later; a run of its own puts the earlier ones into the cache."""

    async def run() -> dict[str, np.ndarray]:
        cache = None
        if past:
            _, cache = await engine.trunk(ids[:past], names=[])
        found, _ = await engine.trunk(ids[past:], cache=cache, past_len=past, names=TRUNK)
        return found | await engine.unembed(found["resid_post"][-1], names=UNEMBED)

    return asyncio.run(run())


def lengths(config: ModelConfig) -> list[tuple[int, int]]:
    """Returns the (number of positions, how many of them are in the cache) that checks run with."""
    longest = min(config.n_ctx, 96)
    wanted = [(1, 0), (longest // 2, 0), (longest, 0), (longest, longest // 2), (longest, longest - 1)]
    return sorted({(count, past) for count, past in wanted if past < count})


def check_itself(table: Table, engine: Engine, manifest: Manifest, ids: np.ndarray) -> None:
    """Checks shapes, finite numbers, attention rows that add up to 1, and that numbers are the same with and without a cache."""
    c = manifest.config
    count = min(c.n_ctx, 64)
    whole = activations(engine, ids[:count])
    sizes = {
        "layer": c.n_layer,
        "head": c.n_head,
        "pos": count,
        "key_pos": count,
        "row": count,
        "1": 1,
        "d_model": c.d_model,
        "d_head": c.d_head,
        "d_mlp": c.d_mlp,
        "d_vocab": c.d_vocab,
    }
    wrong = [n for n, a in whole.items() if a.shape != tuple(sizes[x] for x in BY_NAME[n].axes)]
    table.line("activations of wrong shape", str(len(wrong)), "= 0", not wrong)
    broken = [n for n, a in whole.items() if not np.isfinite(a).all()]
    table.line("activations that are not finite", str(len(broken)), "= 0", not broken)
    off = float(np.abs(whole["pattern"].sum(-1) - 1).max())
    table.line("attention rows: |sum - 1|", f"{off:.1e}", "<= 1e-05", off <= 1e-5)
    if count > 1:
        past = count // 2
        tolerance = TOLERANCE if manifest.precision == "fp32" else TOLERANCE_QUANTIZED
        expected = {name: positions_from(BY_NAME[name].axes, array, past) for name, array in whole.items()}
        far = excess(activations(engine, ids[:count], past), expected, tolerance)
        table.worst(f"with cache / without, in units of {tolerance:g}", far)


def check_transformers(table: Table, checkpoint: Checkpoint, float32: Engine, ids: np.ndarray) -> None:
    """Compares the float32 graph with Hugging Face transformers: every activation, several prompts, with and without a cache."""
    try:
        model = hugging_face_model(checkpoint)
    except ImportError as error:
        table.note(
            f"Not compared with Hugging Face transformers: {error.name} is not installed (pip install 'explainer[train]')."
        )
        return
    furthest: dict[str, float] = {}
    runs = lengths(checkpoint.config)
    for number, (count, past) in enumerate(runs):
        prompt = np.roll(ids, -97 * number)[:count]  # another stretch of text each time
        theirs = {n: positions_from(BY_NAME[n].axes, a, past) for n, a in reference_activations(model, prompt).items()}
        for name, value in excess(activations(float32, prompt, past), theirs, TOLERANCE).items():
            furthest[name] = max(value, furthest.get(name, 0.0))
    table.worst(f"float32 / transformers, {len(runs)} runs, in units of {TOLERANCE:g}", furthest)


def check_published(table: Table, checkpoint: Checkpoint, float32: Engine) -> None:
    """Compares OpenAI's GPT-2 small with outputs that others published for the erf form of GELU, which is used here too."""
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))["prompts"]
    if checkpoint.name != "gpt2" or checkpoint.config.d_vocab != published[0]["vocab"]:
        return
    erf = float32_engine(dataclasses.replace(checkpoint, config=dataclasses.replace(checkpoint.config, act_fn="gelu")))
    logit_off = attention_off = tanh_off = 0.0
    same_top = 0
    for prompt in published:
        ids = np.array(prompt["token_ids"])
        exact, ours = activations(erf, ids), activations(float32, ids)
        top, values = (np.array(column) for column in zip(*prompt["top_logits"]))
        logit_off = max(logit_off, float(np.abs(exact["logits"][-1, top.astype(int)] - values).max()))
        tanh_off = max(tanh_off, float(np.abs(ours["logits"][-1, top.astype(int)] - values).max()))
        same_top += int(ours["logits"][-1].argmax() == top[0])
        for at, rows in prompt["attention"].items():
            layer, head = map(int, at.split("."))
            attention_off = max(attention_off, float(np.abs(exact["pattern"][layer, head] - np.array(rows)).max()))
    table.line(
        "published logits, with their erf GELU", f"{logit_off:.4f}", f"<= {PUBLISHED_LOGITS}", logit_off <= PUBLISHED_LOGITS
    )
    table.line(
        "published attention, with their erf GELU",
        f"{attention_off:.1e}",
        f"<= {PUBLISHED_ATTENTION}",
        attention_off <= PUBLISHED_ATTENTION,
    )
    table.line("published logits, with GPT-2's own tanh GELU (no bound)", f"{tanh_off:.4f}")
    table.line("published top tokens that are ours too", f"{same_top}/{len(published)}", "= all", same_top == len(published))


def measure_fidelity(quantized: Engine, float32: Engine, ids: np.ndarray) -> dict[str, Any]:
    """Returns how far a quantized model's numbers are from float32's on ids (position,), in windows of up to 128.

    kl: mean KL divergence of next-token probabilities, nats.  top1: share of positions with the same likeliest token.
    positions: their number.  max_abs_error: {activation: largest difference}.  reference: "fp32".
    """
    window = min(WINDOW, float32.config.n_ctx)
    kl = same = 0.0
    furthest: dict[str, float] = {}
    for start in range(0, len(ids), window):
        theirs = activations(float32, ids[start : start + window])
        ours = activations(quantized, ids[start : start + window])
        for name, value in theirs.items():
            furthest[name] = max(furthest.get(name, 0.0), float(np.abs(ours[name] - value).max()))
        p, q = log_softmax(theirs["logits"]), log_softmax(ours["logits"])
        kl += float((np.exp(p) * (p - q)).sum())
        same += int((p.argmax(-1) == q.argmax(-1)).sum())
    return {"kl": kl / len(ids), "top1": same / len(ids), "positions": len(ids), "max_abs_error": furthest, "reference": "fp32"}


def record_fidelity(model_dir: Path, checkpoint: Checkpoint) -> None:
    """Measures a quantized model against its checkpoint on the sample and writes the figures into its manifest."""
    manifest, engine, _ = load_native(model_dir)
    ids, _ = ids_of(checkpoint.tokenizer_json, manifest.config.d_vocab, SAMPLE.read_text(encoding="utf-8"), POSITIONS)
    write_fidelity(Path(model_dir), measure_fidelity(engine, float32_engine(checkpoint), ids))


def check_fidelity(table: Table, backend: str, fidelity: Mapping[str, Any]) -> None:
    table.line(
        f"{backend}: KL from float32, mean of {fidelity['positions']} positions, nats",
        f"{fidelity['kl']:.2e}",
        f"<= {MAX_KL}",
        fidelity["kl"] <= MAX_KL,
    )
    table.line(
        f"{backend}: likeliest next token is float32's",
        f"{fidelity['top1']:.2%}",
        f">= {MIN_TOP1:.0%}",
        fidelity["top1"] >= MIN_TOP1,
    )


def write_fidelity(model_dir: Path, fidelity: Mapping[str, Any]) -> None:
    """Replaces `fidelity` in manifest.json; the old file stays whole until the new one is."""
    path = model_dir / "manifest.json"
    data = json.loads(path.read_bytes()) | {"fidelity": fidelity}
    rounded = {name: float(f"{value:.3g}") for name, value in fidelity["max_abs_error"].items()}
    data["fidelity"] = dict(fidelity) | {"max_abs_error": rounded}
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(beside, path)
