"""Fixtures of all tests. Modules that tests import are in tests/helpers."""

from __future__ import annotations

import pytest

from tests.helpers.checkpoints import make_checkpoint


@pytest.fixture(name="make_checkpoint")
def make_checkpoint_fixture(tmp_path):
    """make_checkpoint as a fixture; without a folder it writes into the test's own."""
    return lambda folder=None, **options: make_checkpoint(folder or tmp_path / "checkpoint", **options)
