"""Activations in parts read like the whole array, for every trace that shares them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.block_array import BLOCK, StoredActivation

LAYERS, WIDTH = 2, 3
AXES = ("layer", "pos", "d_model")
INDEX = [
    (),
    1,
    (1,),
    (slice(None), -1),
    (0, 4),
    (-1, [0, 5, 2]),
    (slice(1), slice(2, 7)),
    (1, slice(None), 2),
    ([1, 0], slice(3)),
    (slice(None), slice(None), [2, 0]),
    (1, 3, 2),
]


def rows(begin: int, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng((seed, begin)).standard_normal((LAYERS, n, WIDTH)).astype(np.float32)


def same(array, whole: np.ndarray) -> None:
    assert array.shape == whole.shape and array.dtype == whole.dtype and len(array) == len(whole)
    np.testing.assert_array_equal(np.asarray(array), whole)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 200), st.sampled_from([1, 1, 1, 2, 5, BLOCK - 1, BLOCK, BLOCK + 3])),
        min_size=1,
        max_size=60,
    ),
    st.integers(1, BLOCK + 5),
)
def test_every_branch_of_a_text_keeps_its_numbers(steps, prompt):
    """A step extends any earlier text, cut anywhere; all texts are checked at the end, so that no later step can have
    overwritten them."""
    first = rows(0, prompt, 0)
    texts = [(StoredActivation.of(AXES, first), first)]
    for seed, (of, cut, n) in enumerate(steps, 1):
        held, whole = texts[-1 - min(of, len(texts) - 1) if of < 4 else -1]  # mostly the newest
        length = whole.shape[1] if of > 1 else 1 + cut % whole.shape[1]
        part = rows(length, n, seed)
        texts.append((held.followed_by(part, length), np.concatenate([whole[:, :length], part], axis=1)))
    for held, whole in texts:
        same(held.first(whole.shape[1]), whole)
        shorter = 1 + whole.shape[1] // 2
        same(held.first(shorter), whole[:, :shorter])


@pytest.mark.parametrize("index", INDEX, ids=str)
def test_it_is_indexed_like_an_array(index):
    held, whole = StoredActivation.of(AXES, rows(0, 5, 0)), rows(0, 5, 0)
    for n in range(2 * BLOCK):
        part = rows(5 + n, 1, 1)
        held, whole = held.followed_by(part, 5 + n), np.concatenate([whole, part], axis=1)
    array = held.first(whole.shape[1])
    found = array[index]
    np.testing.assert_array_equal(found, whole[index])
    assert np.shape(found) == np.shape(whole[index])
    if np.ndim(found):
        with pytest.raises(ValueError, match="read-only"):
            found[...] = 0
    np.testing.assert_array_equal((array - held.first(len(whole[0])))[index], np.zeros_like(whole[index]))


def test_no_position_lies_beyond_the_end():
    array = StoredActivation.of(AXES, rows(0, 5, 0)).followed_by(rows(5, 1, 1), 5).first(6)  # its block has room for more
    for position in (6, -7, BLOCK):
        with pytest.raises(IndexError):
            array[0, position]
    assert array[0, 2:99].shape == (4, WIDTH)


def test_one_position_after_another_takes_the_room_of_what_it_holds():
    held = StoredActivation.of(AXES, rows(0, 1, 0))
    for n in range(1, 1000):
        held = held.followed_by(rows(n, 1, 0), n)
    assert sum(block.array.nbytes for block in held._blocks) < (1000 + BLOCK) * LAYERS * WIDTH * 4


def test_a_prompt_of_many_positions_is_not_copied():
    prompt = rows(0, BLOCK, 0)
    part = rows(BLOCK, BLOCK, 0)
    held = StoredActivation.of(AXES, prompt).followed_by(part, BLOCK)
    assert [block.array is each for block, each in zip(held._blocks, [prompt, part])] == [True, True]
