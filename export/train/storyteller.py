"""Train the storyteller: a small GPT-2 on public-domain children's books.

    python -m export.train.storyteller CORPUS_FOLDER

CORPUS_FOLDER holds plain-text books (`*.txt`, one paragraph a line). Three whole books are held out.
Everything is a function of the seed: the tokenizer, the order of the text, the initial weights. A run that was
interrupted goes on from its last checkpoint; the learning rate is constant until the last quarter of the
steps, so `--steps` may be raised while it has not yet begun to fall.
"""
from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel

END = "<|endoftext|>"
HELD_OUT = ("the-olive-fairy-book", "the-railway-children", "tik-tok-of-oz")


def train_tokenizer(texts: list[str], vocab_size: int) -> Tokenizer:
    """GPT-2's kind of tokenizer: byte-level BPE, GPT-2's splitting pattern, no normalisation."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocab_size, special_tokens=[END], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
    )
    return tokenizer


def read_corpus(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """(training books, held-out books), each name -> text, in the order of the names."""
    books = {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("*.txt"))}
    held_out = {name: books.pop(name) for name in HELD_OUT if name in books}
    return books, held_out


def encode(tokenizer: Tokenizer, books: dict[str, str]) -> np.ndarray:
    """One row of ids: every book is preceded by END, as GPT-2's own training data were."""
    end = tokenizer.token_to_id(END)
    rows = [np.array([end, *encoding.ids], np.int64) for encoding in tokenizer.encode_batch(list(books.values()))]
    return np.concatenate(rows)


def batches(ids: np.ndarray, context: int, batch: int, seed: int, first_step: int):
    """Yields (batch, context + 1) id arrays without end; each pass cuts the text at new places."""
    per_pass = (len(ids) - context - 1) // context // batch
    step = first_step
    while True:
        epoch, within = divmod(step, per_pass)
        rng = np.random.default_rng((seed, epoch))
        offset = int(rng.integers(context))
        starts = offset + context * rng.permutation((len(ids) - 1 - offset) // context)
        for index in range(within, per_pass):
            rows = starts[index * batch:(index + 1) * batch]
            yield torch.from_numpy(np.stack([ids[s:s + context + 1] for s in rows]))
            step += 1


@torch.no_grad()
def bits_per_byte(model, ids: np.ndarray, n_bytes: int, context: int, limit: int | None = None) -> float:
    """Loss on `ids` in bits per byte of the text; windows overlap by half, so every token but the first has context."""
    model.eval()
    total, count, stride = 0.0, 0, context // 2
    starts = range(0, len(ids) - 1, stride)
    if limit is not None:
        starts = starts[:: max(1, len(starts) // limit)]
    for start in starts:
        window = torch.from_numpy(ids[start:start + context + 1])[None]
        logits = model(window[:, :-1]).logits[0]
        losses = torch.nn.functional.cross_entropy(logits, window[0, 1:], reduction="none")
        new = losses if start == 0 else losses[stride:]
        total, count = total + float(new.sum()), count + len(new)
    model.train()
    return total / count * (len(ids) / n_bytes) / math.log(2)


def orthogonalise(update: torch.Tensor) -> torch.Tensor:
    """The nearest semi-orthogonal matrix, by five Newton-Schulz steps (Muon, Jordan et al. 2024), in fp32."""
    x = update / (update.norm() + 1e-7)
    tall = x.size(0) > x.size(1)
    if tall:
        x = x.T
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """Muon for the matrices of the blocks. torch.optim.Muon works in bfloat16, which CPUs without it emulate slowly."""

    def __init__(self, params, lr, momentum=0.95, weight_decay=0.1):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                buf = state.setdefault("momentum", torch.zeros_like(p))
                buf.lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(buf, group["momentum"])
                # q, k and v lie side by side in c_attn: three matrices, orthogonalised each on its own.
                parts = update.chunk(3, dim=1) if p.size(1) == 3 * p.size(0) else (update,)
                update = torch.cat([orthogonalise(part) * 0.2 * max(part.shape) ** 0.5 for part in parts], dim=1)
                p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"])


def learning_rate(step: int, steps: int, warmup: int = 100, decay: float = 0.25) -> float:
    """Factor on the peak rate: linear warm-up, constant, linear to zero over the last `decay` of the steps."""
    return min(1.0, (step + 1) / warmup, max(0.0, (steps - step) / (decay * steps)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/storyteller"))
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--vocab", type=int, default=4096)
    parser.add_argument("--context", type=int, default=256)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="torch.compile: a fifth faster, needs a C++ compiler")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)

    books, held_out = read_corpus(args.corpus)
    if not books or not held_out:
        parser.error(f"{args.corpus} holds no training books or none of the held-out books {', '.join(HELD_OUT)}")
    tokenizer_file = args.out / "tokenizer.json"
    if tokenizer_file.exists():
        tokenizer = Tokenizer.from_file(str(tokenizer_file))
    else:
        tokenizer = train_tokenizer(list(books.values()), args.vocab)
        tokenizer.save(str(tokenizer_file))
    train_ids, valid_ids = encode(tokenizer, books), encode(tokenizer, held_out)
    valid_bytes = sum(len(text.encode()) for text in held_out.values())
    print(f"{len(books)} books, {len(train_ids):,} tokens; held out {len(held_out)}, {len(valid_ids):,} tokens", flush=True)

    # gelu_pytorch_tanh is gelu_new computed by one fused kernel; the saved config says gelu_new.
    config = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(), n_positions=args.context, n_embd=args.width, n_layer=args.layers,
        n_head=args.heads, activation_function="gelu_pytorch_tanh", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
        bos_token_id=tokenizer.token_to_id(END), eos_token_id=tokenizer.token_to_id(END))
    model = GPT2LMHeadModel(config)
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and ".h." in n]
    others = [p for n, p in model.named_parameters() if not (p.ndim == 2 and ".h." in n)]
    optimizers = [
        Muon(matrices, lr=args.rate),
        torch.optim.AdamW(others, lr=args.rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True)]

    forward = torch.compile(model) if args.compile else model

    step, history = 0, []
    state_file = args.out / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        step, history = state["step"], state["history"]
        print(f"resumed at step {step}", flush=True)

    def save() -> None:
        temporary = state_file.with_suffix(".tmp")
        torch.save({"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
                    "step": step, "history": history}, temporary)
        temporary.replace(state_file)
        (args.out / "history.json").write_text(json.dumps(history))

    began, seen, running = time.time(), 0, None
    for batch in batches(train_ids, args.context, args.batch, args.seed, step):
        if step >= args.steps:
            break
        factor = learning_rate(step, args.steps)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = args.rate * factor
        logits = forward(batch[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        seen += batch[:, 1:].numel()
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if step % 20 == 0:
            print(f"step {step}/{args.steps} loss {running:.3f} rate {args.rate * factor:.1e} "
                  f"{seen / (time.time() - began):,.0f} tokens/s", flush=True)
        if step % 100 == 0 or step == args.steps:
            bpb = bits_per_byte(model, valid_ids, valid_bytes, args.context, limit=40)
            history.append({"step": step, "train_loss": running, "valid_bits_per_byte": bpb})
            print(f"step {step} held-out sample: {bpb:.4f} bits per byte", flush=True)
            save()
    final = bits_per_byte(model, valid_ids, valid_bytes, args.context)
    print(f"held-out books: {final:.4f} bits per byte", flush=True)
    model.config.activation_function = "gelu_new"
    model.save_pretrained(args.out / "checkpoint", safe_serialization=True)
    tokenizer.save(str(args.out / "checkpoint" / "tokenizer.json"))


if __name__ == "__main__":
    main()
