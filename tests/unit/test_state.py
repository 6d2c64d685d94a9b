"""The values that a page or an address may choose."""

from __future__ import annotations

import pytest

from explainer.state.choices import MAX_PROMPT, State


def test_choices_are_taken_over():
    state = State()
    assert state.choose({"prompt": "hi", "block": 5.0, "token": -1}) == ({"prompt", "block"}, [])
    assert (state.prompt, state.block) == ("hi", 5)


@pytest.mark.parametrize(
    "changes",
    [
        {"block": -1},
        {"block": 1.5},
        {"block": "1"},
        {"head": None},
        {"point": "no such"},
        {"prompt": ["a"]},
        {"k": 0},
        {"k": 10**9},
        {"name": "x"},
        {"param": "x"},
        {"__class__": "x"},
        {"<b>": 1},
        {"token": float("nan")},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(changes):
    state = State()
    before = state.values()
    changed, refused = state.choose(changes)
    assert not changed and len(refused) == 1
    assert state.values() == before


def test_an_endless_prompt_keeps_its_end():
    state = State()
    state.choose({"prompt": "a" * MAX_PROMPT + "end"})
    assert len(state.prompt) == MAX_PROMPT and state.prompt.endswith("end")
