"""Says in one line what to install where torch, transformers or matplotlib is missing; the trainings import it first."""

from __future__ import annotations

try:
    import matplotlib  # noqa: F401
    import torch  # noqa: F401
    import transformers  # noqa: F401
except ModuleNotFoundError as error:
    raise SystemExit(f"error: training needs {error.name}, which is not installed: pip install 'explainer[train]'") from None
