"""Shows the progress of a training: a bar (or plain lines in a log), and a plot of the loss at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from explainer.export.errors import ExplainerError
from tqdm import tqdm


class Progress:
    """A tqdm bar on a terminal; elsewhere one line every `every` steps, so that a log stays readable."""

    def __init__(self, steps: int, done: int = 0, every: int = 20):
        self.steps, self.done, self.first, self.every = steps, done, done, every
        self.began = time.monotonic()
        self.bar = tqdm(total=steps, initial=done, unit="step", disable=None, dynamic_ncols=True)

    def update(self, **figures: str) -> None:
        """Counts one step; shows `figures` beside the count."""
        self.done += 1
        if not self.bar.disable:
            self.bar.set_postfix(figures, refresh=False)
            self.bar.update()
        elif self.done % self.every == 0 or self.done == self.steps:
            left = (time.monotonic() - self.began) / (self.done - self.first) * (self.steps - self.done)
            shown = " ".join(f"{name} {value}" for name, value in figures.items())
            print(f"step {self.done}/{self.steps} {shown} {left / 60:.1f} min left", flush=True)

    def say(self, line: str) -> None:
        self.bar.write(line, file=sys.stdout)
        sys.stdout.flush()

    def close(self) -> None:
        self.bar.close()


def plot(path: Path, history: list[dict[str, float]], curves: dict[str, str], title: str, log: bool = False) -> None:
    """Draws columns of `history` over its "step" as a PNG, one panel each. curves: column -> label of its axis."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(curves), figsize=(5 * len(curves), 3.4), squeeze=False)
    for axes, (column, label) in zip(panels[0], curves.items()):
        axes.plot([row["step"] for row in history], [row[column] for row in history])
        axes.set(xlabel="step", ylabel=label, yscale="log" if log else "linear")
        axes.grid(alpha=0.3)
    figure.suptitle(title)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def command(main: Callable[[], None]) -> None:
    """Runs a training's main; an error that the user can fix is one line, not a traceback."""
    try:
        main()
    except ExplainerError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
