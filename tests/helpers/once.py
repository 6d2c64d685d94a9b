"""Makes slow fixtures once in a test run, in whichever worker of pytest-xdist comes first."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PATIENCE_S = 1500  # numpy may have to be built from source
LOOK_S = 0.2


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Returns the folder that `make(folder)` writes; the other workers wait for it, and fail where it failed."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    home = base / f"made-{name}"
    folder, failed, done = home / name, home / "failed", home / "done"
    try:
        home.mkdir()
    except FileExistsError:  # another worker makes it
        end = time.monotonic() + PATIENCE_S
        while not done.exists():
            if failed.exists():
                raise RuntimeError(f"{name} could not be made: {failed.read_text()}") from None
            if time.monotonic() > end:
                raise TimeoutError(f"{name} was not made within {PATIENCE_S} s") from None
            time.sleep(LOOK_S)
        return folder
    try:
        make(folder)
    except BaseException as error:
        failed.write_text(repr(error))
        raise
    done.touch()
    return folder
