"""Train the storyteller: a small GPT-2 on public-domain children's books.

    python -m explainer.export.train.storyteller CORPUS_FOLDER

CORPUS_FOLDER holds plain-text books (`*.txt`, one paragraph a line). Three whole books are held out.
Everything is a function of the seed: the tokenizer, the order of the text, the initial weights. A run that was
interrupted goes on from its last checkpoint. The learning rate is constant until the last quarter of the steps
(`--decay`), then falls to 0. A finished run may be gone on with by raising `--steps`: the rate is high again until its
new last steps, which costs little and gains more (WSD-S, arXiv 2410.05192). `--start` goes on from a checkpoint alone,
without the state of its run.

The run folder gets the checkpoint in Hugging Face layout with its card, loss.png and history.json.
`--finish` writes them from the last saved state, without training on.
"""

from __future__ import annotations

from explainer.export.train import needs  # noqa: F401  (before torch: its message is the clearer one)

# isort: split
import argparse
import json
import math
import shutil
from pathlib import Path

import numpy as np
import torch
from explainer.export.errors import ExplainerError
from explainer.export.train.card import write_storyteller
from explainer.export.train.corpus import END, batches, encode, read_corpus, size_in_bytes, train_tokenizer
from explainer.export.train.muon import Muon
from explainer.export.train.progress import Progress, command, plot
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel


@torch.no_grad()
def bits_per_byte(model, ids: np.ndarray, n_bytes: int, context: int, limit: int | None = None) -> float:
    """Returns the loss on `ids` in bits per byte of the text; windows overlap by half, so every token but the first has context.

    limit: about how many windows are read, spread over the text; None reads all.
    """
    model.eval()
    total, count, stride = 0.0, 0, context // 2
    starts = range(0, len(ids) - 1, stride)
    if limit is not None:
        starts = starts[:: max(1, len(starts) // limit)]
    for start in starts:
        window = torch.from_numpy(ids[start : start + context + 1])[None]
        logits = model(window[:, :-1]).logits[0]
        losses = torch.nn.functional.cross_entropy(logits, window[0, 1:], reduction="none")
        new = losses if start == 0 else losses[stride:]
        total, count = total + float(new.sum()), count + len(new)
    model.train()
    return total / count * (len(ids) / n_bytes) / math.log(2)


def learning_rate(step: int, steps: int, warmup: int = 100, decay: float = 0.25) -> float:
    """Returns the factor on the peak rate: linear warm-up, constant, linear to zero over the last `decay` of the steps."""
    return min(1.0, (step + 1) / warmup, max(0.0, (steps - step) / (decay * steps)))


def make_model(args: argparse.Namespace, tokenizer: Tokenizer) -> GPT2LMHeadModel:
    # gelu_pytorch_tanh is gelu_new computed by one fused kernel; the saved config says gelu_new.
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=tokenizer.get_vocab_size(),
            n_positions=args.context,
            n_embd=args.width,
            n_layer=args.layers,
            n_head=args.heads,
            activation_function="gelu_pytorch_tanh",
            resid_pdrop=args.dropout,
            embd_pdrop=args.dropout,
            attn_pdrop=0.0,  # dropout of weights would cost the fused kernel of attention
            bos_token_id=tokenizer.token_to_id(END),
            eos_token_id=tokenizer.token_to_id(END),
        )
    )


def make_optimizers(model: GPT2LMHeadModel, rate: float) -> list[torch.optim.Optimizer]:
    """Returns Muon for the matrices of the blocks, AdamW for embeddings, biases and LayerNorms."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and ".h." in n]
    others = [p for n, p in model.named_parameters() if not (p.ndim == 2 and ".h." in n)]
    return [Muon(matrices, lr=rate), torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True)]


def read_state(file: Path, model: GPT2LMHeadModel, optimizers: list[torch.optim.Optimizer]) -> tuple[int, list[dict], list]:
    """Loads a saved state into model and optimizers; returns (steps done, history, stages: [steps, decay] of each)."""
    state = torch.load(file, weights_only=True)
    try:
        model.load_state_dict(state["model"])
    except RuntimeError:
        raise ExplainerError(
            f"{file} is of a model of another shape: give the options it was begun with, or another --out"
        ) from None
    for optimizer, saved in zip(optimizers, state["optimizers"]):
        optimizer.load_state_dict(saved)
    return state["step"], state["history"], state.get("stages", [])


def write_state(file: Path, model, optimizers, step: int, history: list[dict], stages: list) -> None:
    """Writes the state to another file and renames it, so that an interrupted save leaves the last one whole."""
    temporary = file.with_suffix(".tmp")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizers": [o.state_dict() for o in optimizers],
            "step": step,
            "history": history,
            "stages": stages,
        },
        temporary,
    )
    temporary.replace(file)
    (file.parent / "history.json").write_text(json.dumps(history))


def train(model, optimizers, train_ids, valid_ids, valid_bytes, args, step: int, history: list[dict], stages: list) -> int:
    """Trains in place from `step` to args.steps, saving every 100 steps; returns the steps done."""
    forward = torch.compile(model) if args.compile else model
    running = history[-1]["train_loss"] if history else None
    progress = Progress(args.steps, done=step)
    for ids in batches(train_ids, args.context, args.batch, args.seed, step):
        if step >= args.steps:
            break
        batch = torch.from_numpy(ids)
        factor = learning_rate(step, args.steps, decay=args.decay)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = args.rate * factor
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
            logits = forward(batch[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), batch[:, 1:].flatten())
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
            for optimizer in optimizers:
                optimizer.step()
        step += 1
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        progress.update(loss=f"{running:.3f}", rate=f"{args.rate * factor:.1e}")
        if step % 100 == 0 or step == args.steps:
            sample = bits_per_byte(model, valid_ids, valid_bytes, args.context, limit=40)
            history.append({"step": step, "train_loss": running, "valid_bits_per_byte": sample})
            progress.say(f"step {step} held-out sample: {sample:.4f} bits per byte")
            write_state(args.out / "state.pt", model, optimizers, step, history, stages)
    progress.close()
    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/storyteller"), help="run folder: state, plot, history")
    parser.add_argument("--checkpoint", type=Path, help="where the finished checkpoint goes (default: OUT/checkpoint)")
    parser.add_argument("--finish", action="store_true", help="do not train on: write the checkpoint of the last state")
    parser.add_argument("--windows", type=int, help="evaluate on a sample of that many windows, not on the whole books")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--vocab", type=int, default=4096)
    parser.add_argument("--context", type=int, default=256)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--decay", type=float, default=0.25, help="share of the steps, the last ones, in which the rate falls")
    parser.add_argument("--dropout", type=float, default=0.0, help="for more passes over the books than about three")
    parser.add_argument("--start", type=Path, help="begin with the weights and the tokenizer of this checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="torch.compile: a fifth faster, needs a C++ compiler")
    parser.add_argument(
        "--bf16", action="store_true", help="multiply matrices in bfloat16: twice as fast where the CPU has AMX"
    )
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)

    books, held_out = read_corpus(args.corpus)
    state_file = args.out / "state.pt"
    if args.finish and not state_file.exists():
        raise ExplainerError(f"{args.out} holds no state.pt: nothing has been trained there")
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer_file = args.out / "tokenizer.json"
    if args.start and not tokenizer_file.exists():
        shutil.copyfile(args.start / "tokenizer.json", tokenizer_file)
    if tokenizer_file.exists():
        tokenizer = Tokenizer.from_file(str(tokenizer_file))
    else:
        tokenizer = train_tokenizer(list(books.values()), args.vocab)
        tokenizer.save(str(tokenizer_file))
    train_ids, valid_ids = encode(tokenizer, books), encode(tokenizer, held_out)
    valid_bytes = size_in_bytes(held_out)
    print(f"{len(books)} books, {len(train_ids):,} tokens; held out {len(held_out)}, {len(valid_ids):,} tokens", flush=True)

    model = make_model(args, tokenizer)
    if args.start:
        model.load_state_dict(GPT2LMHeadModel.from_pretrained(args.start, dtype=torch.float32).state_dict())
    optimizers = make_optimizers(model, args.rate)
    step, history, stages = 0, [], []
    if state_file.exists():
        step, history, stages = read_state(state_file, model, optimizers)
        print(f"read the state of step {step}", flush=True)
    if not args.finish:
        # An interrupted stage never reached its planned last step, so it is dropped.
        stages = [stage for stage in stages if stage[0] <= step] + [[args.steps, args.decay]]
        step = train(model, optimizers, train_ids, valid_ids, valid_bytes, args, step, history, stages)
    plot(
        args.out / "loss.png",
        history,
        {"train_loss": "training loss, nats per token", "valid_bits_per_byte": "held-out sample, bits per byte"},
        "storyteller",
    )

    def evaluate() -> float:
        return bits_per_byte(model, valid_ids, valid_bytes, args.context, args.windows)

    write_storyteller(
        args.checkpoint or args.out / "checkpoint",
        model,
        tokenizer,
        evaluate,
        args,
        step,
        history,
        stages,
        books,
        held_out,
        train_ids,
        valid_ids,
    )


if __name__ == "__main__":
    command(main)
