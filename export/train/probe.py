"""Look at what a checkpoint says: its likeliest next tokens, and how it goes on.

    python -m explainer.export.train.probe CHECKPOINT_FOLDER [PROMPT ...]

The examples that ship with the storyteller were chosen from what this prints.
"""

from __future__ import annotations

from explainer.export.train import needs  # noqa: F401  (before torch: its message is the clearer one)

# isort: split
import argparse
from pathlib import Path

import torch
from explainer.export.errors import ExplainerError
from explainer.export.train.progress import command
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

# Abilities that a small storyteller may have, with prompts that show whether it has them.
PROBES = {
    "common continuation": [
        "Once upon a time there was a",
        "and they lived happily ever",
        "The king had three",
        "Once upon a time there lived a king who had a beautiful",
        "She opened the door and",
    ],
    "a name carried over": [
        "Dorothy looked at the Scarecrow, and the Scarecrow looked at",
        "Alice was tired. She sat down under a tree, and soon",
        '"Come here, Peter," said the old woman. "I am coming," said',
        '"Come here, Peter," said his mother. "I am coming," said',
        "There was once a boy named Hans. One day",
        "Ozma and Dorothy went into the palace. The Princess and",
    ],
    "induction": [
        'The wolf said to Zorka, "Run!" And Zork',
        "They went into the wood, and there they saw a little house. In the little",
        'Mr. Brimblewick came in. "Good day," said Mr. Brim',
        "one two three four, one two three",
        "the cat and the dog, the cat and the",
    ],
    "quotes": [
        '"Where are you going?" asked the',
        '"I do not know,',
        "The old woman said,",
        '"Oh, Toto!" cried Dorothy,',
        'He looked up and said: "',
    ],
    "singular and plural verbs": [
        "The princess",
        "The boy was happy. The boys",
        "The two brothers",
        "The trees in the garden",
        "The tree in the garden",
        "There were three brothers who",
        "The key to the doors",
    ],
    "he or she": [
        "The queen was sad, because",
        "The king was angry, because",
        "Anne was so happy that",
        "Tom was so happy that",
        "The princess wept and said that",
        "The prince mounted his horse, and",
    ],
}
# Prompts that ship with the storyteller.
EXAMPLES = [
    "Once upon a time there was a",
    '"Come here, Peter," said the old woman. "I am coming," said',
    "They went into the wood, and there they saw a little house. In the little",
    'The wolf said to Zorka, "Run!" And Zork',
    "and they lived happily ever",
    "The king was angry, because",
    "The queen was sad, because",
    "The boy was happy. The boys",
]


def encode(tokenizer: Tokenizer, prompt: str, model: GPT2LMHeadModel) -> list[int]:
    """Returns the prompt's last `n_positions` ids; an empty prompt becomes <|endoftext|>."""
    return tokenizer.encode(prompt).ids[-model.config.n_positions :] or [model.config.bos_token_id]


@torch.no_grad()
def top(model: GPT2LMHeadModel, tokenizer: Tokenizer, prompt: str, k: int = 5) -> list[tuple[str, float]]:
    """Returns the k likeliest next tokens, as text, with their probabilities over the whole vocabulary."""
    probabilities = model(torch.tensor([encode(tokenizer, prompt, model)])).logits[0, -1].softmax(-1)
    best = probabilities.topk(k)
    return [(tokenizer.decode([int(i)], skip_special_tokens=False), float(p)) for p, i in zip(best.values, best.indices)]


@torch.no_grad()
def continued(
    model: GPT2LMHeadModel, tokenizer: Tokenizer, prompt: str, n: int = 16, temperature: float = 0.0, seed: int = 0
) -> str:
    """Returns the next n tokens as text, the likeliest each time, or drawn at a temperature."""
    generator = torch.Generator().manual_seed(seed)
    ids = encode(tokenizer, prompt, model)
    start = len(ids)
    for _ in range(n):
        logits = model(torch.tensor([ids[-model.config.n_positions :]])).logits[0, -1]
        if temperature:
            ids.append(int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)))
        else:
            ids.append(int(logits.argmax()))
    return tokenizer.decode(ids[start:], skip_special_tokens=False)


def visible(text: str) -> str:
    """Prepares a token for a Markdown table: spaces and line ends become visible, | is escaped."""
    return text.replace(" ", "␣").replace("\n", "↵").replace("|", "\\|")


def probe_table(model: GPT2LMHeadModel, tokenizer: Tokenizer, prompts: list[str]) -> str:
    """Returns a Markdown table of prompts, their likeliest next tokens and the likeliest continuation."""
    model.eval()
    rows = ["| prompt | likeliest next tokens | continued |", "|---|---|---|"]
    for prompt in prompts:
        tokens = ", ".join(f"`{visible(text)}` {p:.0%}" for text, p in top(model, tokenizer, prompt))
        after = continued(model, tokenizer, prompt).replace("\n", " ↵ ").replace("|", "\\|").strip()
        rows.append(f"| {prompt} | {tokens} | {after} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("prompts", nargs="*", help="look at these instead of the built-in ones")
    parser.add_argument("--tokens", type=int, default=24, help="length of the continuations")
    args = parser.parse_args()
    if not (args.checkpoint / "config.json").exists():
        raise ExplainerError(f"{args.checkpoint} is no checkpoint in Hugging Face layout: it has no config.json")
    torch.set_num_threads(1)
    model = GPT2LMHeadModel.from_pretrained(args.checkpoint, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(args.checkpoint / "tokenizer.json"))
    for kind, prompts in ({"": args.prompts} if args.prompts else PROBES).items():
        print(f"\n== {kind}" if kind else "")
        for index, prompt in enumerate(prompts):
            print(f"\n{prompt}")
            print("   next:    " + "  ".join(f"{text!r} {p:.0%}" for text, p in top(model, tokenizer, prompt)))
            print("   greedy:  " + repr(continued(model, tokenizer, prompt, args.tokens)))
            print("   sampled: " + repr(continued(model, tokenizer, prompt, args.tokens, temperature=0.8, seed=index)))


if __name__ == "__main__":
    command(main)
