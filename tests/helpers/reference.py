"""The reference implementation, Hugging Face transformers, with a checkpoint of the tests."""

from __future__ import annotations

import numpy as np
import torch
from transformers import GPT2LMHeadModel


def hugging_face(folder) -> GPT2LMHeadModel:
    return GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()


def some_ids(config, count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(config.d_vocab, size=count)
