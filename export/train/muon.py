"""Muon, the optimizer of the storyteller's matrices (Jordan et al. 2024)."""

from __future__ import annotations

import torch


def orthogonalise(update: torch.Tensor) -> torch.Tensor:
    """Returns the nearest semi-orthogonal matrix, by five Newton-Schulz steps, in fp32. (n, m) -> (n, m)."""
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
                # q, k and v lie side by side in c_attn: three matrices, each orthogonalised on its own.
                parts = update.chunk(3, dim=1) if p.size(1) == 3 * p.size(0) else (update,)
                update = torch.cat([orthogonalise(part) * 0.2 * max(part.shape) ** 0.5 for part in parts], dim=1)
                p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"])
