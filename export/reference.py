"""The reference: every named activation as Hugging Face transformers computes it. Needs torch and transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from explainer.export.checkpoint.load import Checkpoint


def hugging_face_model(checkpoint: Checkpoint) -> Any:
    """Returns the checkpoint as transformers' GPT2LMHeadModel: in float32, with eager attention."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    c = checkpoint.config
    scale = c.attn_scale
    config = GPT2Config(
        vocab_size=c.d_vocab,
        n_positions=c.n_ctx,
        n_embd=c.d_model,
        n_layer=c.n_layer,
        n_head=c.n_head,
        n_inner=c.d_mlp,
        activation_function=c.act_fn,
        layer_norm_epsilon=c.eps,
        tie_word_embeddings=c.tied_embedding,
        scale_attn_weights=bool(np.isclose(scale[0], c.d_head**-0.5)),
        scale_attn_by_inverse_layer_idx=len(scale) > 1 and scale[1] != scale[0],
        attn_implementation="eager",
        bos_token_id=None,
        eos_token_id=None,
    )
    with torch.device("meta"):
        model = GPT2LMHeadModel(config)
    state = {name: torch.tensor(np.asarray(tensor, np.float32)) for name, tensor in checkpoint.tensors.items()}
    state = {name if name.startswith("lm_head.") else f"transformer.{name}": t for name, t in state.items()}
    if c.tied_embedding:
        state["lm_head.weight"] = state["transformer.wte.weight"]
    model.load_state_dict(state, assign=True)
    return model.eval()


def reference_activations(model: Any, ids: np.ndarray) -> dict[str, np.ndarray]:
    """Returns all of `explainer.model.activations.ACTIVATIONS` for ids (pos,), from the inputs and outputs of the model's modules.

    Only activations that no module takes or returns are computed here: LayerNorm's mean and scale, and the scores before the mask.
    """
    import torch

    found: dict[str, list[Any]] = {}

    def keep(name: str, tensor: Any) -> None:
        found.setdefault(name, []).append(tensor.detach()[0].clone())

    def keep_norm(name: str, module: Any, x: Any) -> None:
        keep(f"{name}_mean", x.mean(-1, keepdim=True))
        keep(f"{name}_scale", (x.var(-1, unbiased=False, keepdim=True) + module.eps).sqrt())

    handles = []

    def watch(module: Any, seen: Any) -> None:
        """Calls seen(input, output) at each call of the module."""

        def hook(module: Any, args: Any, kwargs: Any, result: Any) -> None:
            x = args[0] if args else next(iter(kwargs.values()))
            seen(x, result[0] if isinstance(result, tuple) else result)

        handles.append(module.register_forward_hook(hook, with_kwargs=True))

    body, config = model.transformer, model.config
    watch(body.wte, lambda x, y: keep("embed", y))
    watch(body.wpe, lambda x, y: found.setdefault("pos_embed", [y.detach().reshape(-1, config.n_embd)]))
    for block in body.h:
        watch(block, lambda x, y: (keep("resid_pre", x), keep("resid_post", y)))
        watch(block.ln_1, lambda x, y, m=block.ln_1: (keep_norm("ln1", m, x), keep("ln1", y)))
        watch(block.attn.c_attn, lambda x, y: keep("qkv", y))
        watch(block.attn.c_proj, lambda x, y: (keep("z", x), keep("attn_out", y)))
        watch(block.ln_2, lambda x, y, m=block.ln_2: (keep_norm("ln2", m, x), keep("resid_mid", x), keep("ln2", y)))
        watch(block.mlp.c_fc, lambda x, y: keep("mlp_pre", y))
        watch(block.mlp.c_proj, lambda x, y: (keep("mlp_post", x), keep("mlp_out", y)))
    watch(body.ln_f, lambda x, y: (keep_norm("ln_final", body.ln_f, x), keep("ln_final", y)))
    try:
        with torch.no_grad():
            result = model(torch.tensor(np.asarray(ids))[None], output_attentions=True, use_cache=False)
    finally:
        for handle in handles:
            handle.remove()

    def heads(x: Any) -> Any:  # (pos, d_model) -> (head, pos, d_head)
        return x.reshape(len(x), config.n_head, -1).transpose(0, 1)

    for i, qkv in enumerate(found.pop("qkv")):
        q, k, v = (heads(part) for part in qkv.split(config.n_embd, dim=-1))
        scale = q.shape[-1] ** -0.5 if config.scale_attn_weights else 1.0
        scale /= i + 1 if config.scale_attn_by_inverse_layer_idx else 1
        for name, value in (("q", q), ("k", k), ("v", v), ("attn_scores", q @ k.transpose(1, 2) * scale)):
            found.setdefault(name, []).append(value)
    found["z"] = [heads(z) for z in found["z"]]
    found["pattern"] = [pattern[0] for pattern in result.attentions]
    found["logits"] = [result.logits[0]]
    single = {"embed", "pos_embed", "logits", "ln_final", "ln_final_mean", "ln_final_scale"}
    return {name: (values[0] if name in single else torch.stack(values)).numpy() for name, values in found.items()}


def positions_from(name_axes: tuple[str, ...], array: np.ndarray, past: int) -> np.ndarray:
    """Returns the part of an activation at positions `past` and later."""
    return array[tuple(slice(past, None) if axis in ("pos", "row") else slice(None) for axis in name_axes)]


def excess(ours: Mapping[str, np.ndarray], theirs: Mapping[str, np.ndarray], tolerance: float = 1e-4) -> dict[str, float]:
    """Returns {name: largest |ours - theirs| / (tolerance + tolerance |theirs|)}: above 1 is too far; other shapes are infinite."""

    def worst(a: np.ndarray, b: np.ndarray) -> float:
        if a.shape != b.shape or not np.isfinite(a).all():
            return float("inf")
        return float((np.abs(a - b) / (tolerance + tolerance * np.abs(b))).max())

    return {name: worst(ours[name], value) for name, value in theirs.items()}
