"""The stages of sampling give Hugging Face's numbers, over the whole vocabulary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.sampling import Sampling, Stages

torch = pytest.importorskip("torch")
warpers = pytest.importorskip("transformers.generation.logits_process")


def hugging_face(logits: np.ndarray, sampling: Sampling) -> np.ndarray:
    """Returns the probabilities after Hugging Face's warpers, in float64."""
    scores = torch.tensor(logits, dtype=torch.float64)[None]
    scores = warpers.TemperatureLogitsWarper(float(sampling.temperature))(None, scores)
    if sampling.top_k:
        scores = warpers.TopKLogitsWarper(sampling.top_k)(None, scores)
    if sampling.top_p < 1:
        scores = warpers.TopPLogitsWarper(sampling.top_p)(None, scores)
    return torch.softmax(scores, -1)[0].numpy()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 10), st.integers(0, 300), st.floats(0.01, 1), st.sampled_from((7, 257, 5000)))
def test_the_same_numbers_as_hugging_face(seed, temperature, top_k, top_p, size):
    logits = np.random.default_rng(seed).normal(0, 4, size).astype(np.float32)
    sampling = Sampling(temperature, top_k, top_p)
    np.testing.assert_allclose(Stages(logits, sampling).p, hugging_face(logits, sampling), atol=1e-12)


def logits_of(*probabilities: float) -> np.ndarray:
    return np.log(np.array(probabilities))


@pytest.mark.parametrize(
    "sampling, kept",
    [
        (Sampling(), 4),
        (Sampling(top_k=2), 2),
        (Sampling(top_k=99), 4),
        (Sampling(top_k=4), 4),
        (Sampling(top_p=0), 1),
        (Sampling(top_p=0.5), 1),
        (Sampling(top_p=0.51), 2),
        (Sampling(top_p=1), 4),
        (Sampling(temperature=1e-3, top_p=0.9), 1),
        (Sampling(top_k=3, top_p=0.6), 2),
    ],
)
def test_how_many_are_left(sampling, kept):
    stages = Stages(logits_of(0.1, 0.5, 0.15, 0.25), sampling)
    assert stages.by_p.sum() == kept and stages.by_p[1]
    assert stages.p.sum() == pytest.approx(1)


@pytest.mark.parametrize("draw, id", [(0.0, 1), (0.49, 1), (0.51, 3), (0.74, 3), (0.76, 2), (0.91, 0), (1 - 1e-16, 0)])
def test_the_draw_points_into_the_cumulative_bar(draw, id):
    assert Stages(logits_of(0.1, 0.5, 0.15, 0.25), Sampling()).pick(draw) == id


def test_a_token_that_was_cut_is_never_drawn():
    stages = Stages(logits_of(0.1, 0.5, 0.15, 0.25), Sampling(top_k=2))
    assert {stages.pick(draw) for draw in np.linspace(0, 1 - 1e-12, 999)} == {1, 3}


@pytest.mark.parametrize("sampling", [Sampling(greedy=True), Sampling(temperature=0)])
def test_greedy_takes_the_likeliest_and_the_lower_id_of_two(sampling):
    stages = Stages(np.array([1.0, 7.0, 7.0, 2.0]), sampling)
    assert {stages.pick(draw) for draw in (0.0, 0.5, 0.999)} == {1}


def test_the_same_seed_draws_the_same_numbers_everywhere():
    # Recorded numbers: another machine, another Python or the browser must give exactly these.
    assert [Sampling(seed=1).draw(position) for position in (0, 7)] == [0.9586105406350103, 0.9793517874329869]
    assert Sampling(seed=2).draw(7) != Sampling(seed=1).draw(7)


def test_small_probabilities_do_not_vanish():
    stages = Stages(np.array([0.0, -600.0]), Sampling())
    assert 0 < stages.p0[1] < 1e-260
