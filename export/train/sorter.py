"""Train the sorter: a GPT-2 small enough that every one of its numbers fits on a page.

    python -m explainer.export.train.sorter

minGPT's demonstration: one to six letters go in, then a colon, and the same letters come out sorted,
"cabbed:" -> "abbcde<|endoftext|>". The loss is taken on the sorted half only. A quarter of the inputs is never
trained on. At the end every possible input is tried; a model that fails a single one is not saved.
"""

from __future__ import annotations

from explainer.export.train import needs  # noqa: F401  (before torch: its message is the clearer one)

# isort: split
import argparse
import json
import time
import zlib
from itertools import product
from pathlib import Path

import numpy as np
import torch
from explainer.export.errors import ExplainerError
from explainer.export.train.card import save_checkpoint, sorter_card
from explainer.export.train.progress import Progress, command, plot
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel

LETTERS = "abcde"
LENGTH = 6
SEPARATOR = ":"
END = "<|endoftext|>"
CONTEXT = 16
COLON, STOP = len(LETTERS), len(LETTERS) + 1  # token ids; a letter's id is its place in the alphabet
NO_LOSS = -100


def make_tokenizer() -> Tokenizer:
    """Returns a tokenizer with one token per letter. Capitals count as small letters; characters without a token are left out."""
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(LETTERS + SEPARATOR)}, []))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(f"[^{LETTERS[0]}-{LETTERS[-1]}{SEPARATOR}]"), "")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(END, special=True, normalized=False)])
    return tokenizer


def every_input(length: int) -> np.ndarray:
    """Returns all inputs of that length, (letters**length, length) token ids."""
    return np.array(list(product(range(len(LETTERS)), repeat=length)), np.int64)


def held_out(inputs: np.ndarray) -> np.ndarray:
    """Returns which inputs the training never sees, (n,) bool: a quarter of them, the same in every run."""
    return np.array([zlib.crc32(bytes(row.astype(np.uint8))) % 4 == 0 for row in inputs])


def with_answers(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns (tokens, targets), both (n, 2 LENGTH + 1): input, colon, sorted input; targets count from the colon on."""
    n, length = inputs.shape
    text = np.full((n, 2 * LENGTH + 2), STOP)
    text[:, :length] = inputs
    text[:, length] = COLON
    text[:, length + 1 : 2 * length + 1] = np.sort(inputs, axis=1)
    targets = text[:, 1:].copy()
    targets[:, :length] = NO_LOSS
    targets[:, 2 * length + 1 :] = NO_LOSS
    return text[:, :-1], targets


@torch.no_grad()
def prove(model: GPT2LMHeadModel, inputs: np.ndarray) -> tuple[np.ndarray, float]:
    """Tries inputs of one length; returns (which of them are sorted (n,) bool, least probability of any right token).

    Always taking the likeliest token sorts an input exactly when each right token is the likeliest after the right
    ones before it, so one pass over input and answer decides.
    """
    sorted_right, least = [], 1.0
    for tokens, targets in zip(*(torch.from_numpy(a).split(4096) for a in with_answers(inputs))):
        probabilities = model(tokens).logits.softmax(-1)
        asked = targets != NO_LOSS
        sorted_right.append(((probabilities.argmax(-1) == targets) | ~asked).all(dim=1).numpy())
        right = probabilities.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
        least = min(least, float(right[asked].min()))
    return np.concatenate(sorted_right), least


def train(
    model: GPT2LMHeadModel, pools: list[np.ndarray], steps: int, batch: int, rate: float, seed: int
) -> list[dict[str, float]]:
    """Trains in place on rows drawn from the pools (inputs of one length each); returns the history."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps, pct_start=0.1)
    rng = np.random.default_rng(seed)
    # The longest inputs are the hardest and by far the most numerous: they are half of every batch.
    share = np.array([1.0] * (len(pools) - 1) + [len(pools) - 1.0])
    examples = [with_answers(pool) for pool in pools]
    history, progress = [], Progress(steps, every=100)
    for step in range(1, steps + 1):
        counts = rng.multinomial(batch, share / share.sum())
        rows = [rng.integers(len(tokens), size=count) for (tokens, _), count in zip(examples, counts)]
        tokens = torch.from_numpy(np.concatenate([t[r] for (t, _), r in zip(examples, rows)]))
        targets = torch.from_numpy(np.concatenate([t[r] for (_, t), r in zip(examples, rows)]))
        loss = torch.nn.functional.cross_entropy(model(tokens).logits.flatten(0, 1), targets.flatten(), ignore_index=NO_LOSS)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress.update(loss=f"{loss.item():.4f}")
        if step % 25 == 0:
            history.append({"step": step, "train_loss": loss.item()})
    progress.close()
    return history


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/sorter"), help="run folder: loss.png")
    parser.add_argument("--checkpoint", type=Path, help="where the finished checkpoint goes (default: OUT/checkpoint)")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (0: torch decides)")
    args = parser.parse_args()
    began = time.monotonic()
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)

    # gelu_pytorch_tanh is gelu_new computed by one fused kernel; the saved config says gelu_new.
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=STOP + 1,
            n_positions=CONTEXT,
            n_embd=48,
            n_layer=3,
            n_head=3,
            activation_function="gelu_pytorch_tanh",
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=STOP,
            eos_token_id=STOP,
        )
    )
    inputs = [every_input(length) for length in range(1, LENGTH + 1)]
    history = train(model, [i[~held_out(i)] for i in inputs], args.steps, args.batch, args.rate, args.seed)
    plot(args.out / "loss.png", history, {"train_loss": "loss, nats per sorted token"}, "sorter", log=True)

    model.eval()
    proofs = [prove(model, i) for i in inputs]
    facts = {
        "seed": args.seed,
        "steps": args.steps,
        "batch": args.batch,
        "loss": history[-1]["train_loss"],
        "parameters": sum(p.numel() for p in model.parameters()),
        "minutes": (time.monotonic() - began) / 60,
        "inputs": {len(i[0]): len(i) for i in inputs},
        "held_out": {len(i[0]): int(held_out(i).sum()) for i in inputs},
        "failures": {len(i[0]): int((~right).sum()) for i, (right, _) in zip(inputs, proofs)},
        "least_sure": min(least for _, least in proofs),
    }
    print(json.dumps(facts, indent=1))
    (args.out / "facts.json").write_text(json.dumps(facts, indent=1) + "\n")
    if any(facts["failures"].values()):
        raise ExplainerError(
            f"{sum(facts['failures'].values())} inputs are sorted wrongly: "
            "nothing saved; give it more --steps or another --seed"
        )
    folder = args.checkpoint or args.out / "checkpoint"
    save_checkpoint(folder, model, make_tokenizer(), sorter_card(facts))
    print(
        f"all {sum(facts['inputs'].values()):,} inputs are sorted; wrote {folder}\n"
        f"see it: explainer export {folder} --precision fp32 --out runs/model"
    )


if __name__ == "__main__":
    command(main)
