"""The app without a browser: from choices to the views' data."""

from __future__ import annotations

import asyncio
from unittest import mock

import numpy as np
import pytest

from explainer.app.app import App
from explainer.app.batching import batch
from explainer.hosts.first_picture import first_picture, plain
from explainer.model.notices import notice
from explainer.model.sampling import log_softmax
from explainer.runtimes.native import NativeLibrary
from explainer.state.choices import PARTS
from explainer.views import VIEWS
from tests.helpers.apps import make_library, shown


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    return make_library(tmp_path_factory.mktemp("library"), one={"n_ctx": 40}, two={"n_ctx": 40, "seed": 1})


@pytest.fixture
async def app(library) -> App:
    app = App(library, prompt="the cat and the hat")
    await app.run()
    return app


async def test_what_the_views_show_is_the_trace(app):
    trace, views = app.trace, shown(app)
    await app.set(block=1, head=1, token=2, point="mlp_post")
    await app.set(part="vectors")
    views = shown(app)
    np.testing.assert_array_equal(views["attention"]["pattern"], trace["pattern"][1, 1])
    np.testing.assert_array_equal(views["attention"]["attn_scores"], trace["attn_scores"][1, 1])
    np.testing.assert_array_equal(views["attention"]["thumbs"], trace["pattern"][1])
    np.testing.assert_array_equal(views["vectors"]["values"], trace["mlp_post"][1])
    np.testing.assert_allclose(views["vectors"]["norms"], np.linalg.norm(trace["mlp_post"][1], axis=-1), rtol=1e-6)
    residual = views["residual"]
    for name in ("q", "k", "v"):
        np.testing.assert_allclose(residual[f"{name}_norm"], np.linalg.norm(trace[name][1, 1], axis=-1), rtol=1e-6)
    for name, whole in (("embed", trace["resid_pre"][0]), ("z", trace["z"][1, 1]), ("mlp", trace["mlp_post"][1])):
        strip = residual[f"{name}_strip"]
        assert np.isin(strip, whole).all() and strip.shape[1] <= whole.shape[1], "numbers of the vector itself"
        np.testing.assert_array_equal(np.abs(strip).max(axis=1), np.abs(whole).max(axis=1))
    np.testing.assert_array_equal(residual["mlp_active"], (trace["mlp_post"][1] > 0).sum(axis=1))
    np.testing.assert_allclose(views["residual"]["resid_norm"][-1], np.linalg.norm(trace["resid_post"][-1], axis=-1), rtol=1e-6)
    assert [piece["id"] for piece in views["tokens"]["pieces"]] == list(trace.ids)


async def test_candidates_come_from_the_whole_vocabulary(app):
    await app.set(token=2, k=5)
    logits = app.trace.rows[2]["logits"]
    view = shown(app)["logits"]
    assert [entry["id"] for entry in view["top"]] == list(np.argsort(-logits, kind="stable")[:5])
    probs = np.exp(log_softmax(logits))
    assert view["n_vocab"] == len(logits) and probs.sum() == pytest.approx(1)
    assert sum(entry["prob"] for entry in view["top"]) + view["rest"] == pytest.approx(1, abs=1e-12)
    target = view["target"]
    assert target["id"] == app.trace.ids[3]
    assert target["rank"] == 1 + (logits > logits[target["id"]]).sum()
    assert target["prob"] == pytest.approx(probs[target["id"]])
    await app.set(token=-1)
    assert shown(app)["logits"]["target"] is None


async def test_a_choice_redraws_only_what_reads_it(app):
    before = shown(app)
    await app.set(head=1)
    after = shown(app)
    changed = {slot for slot in after if after[slot] is not before[slot]}
    assert changed == {"attention", "residual"}


async def test_only_the_open_part_is_kept_up_to_date(app):
    assert shown(app)["vectors"] == {} and shown(app)["attention"]["version"] == app.trace.version
    await app.set(part="vectors")
    assert shown(app)["vectors"]["version"] == app.trace.version and shown(app)["prompt"]["part"] == "vectors"
    before = shown(app)["attention"]
    await app.set(head=1, prompt="something else")
    assert shown(app)["attention"] is before and shown(app)["vectors"]["version"] == app.trace.version
    await app.set(part="nonsense")
    assert app.state.part == "vectors" and shown(app)["prompt"]["notice"] == [notice("refused", names=["part"])]
    await app.set(part="")
    assert shown(app)["prompt"]["part"] == "" and app.open_views == [view for view in app.views if not view.part]


def test_the_parts_are_the_views_that_open():
    assert tuple(view.__name__.lower() for view in VIEWS if view.part) == PARTS


@pytest.mark.parametrize("prompt, name", [("", "empty"), ("word " * 200, "cut"), ("😀 مرحبا \u0000", None)])
async def test_any_text_gets_a_picture(app, prompt, name):
    await app.set(prompt=prompt)
    bar = shown(app)["prompt"]
    assert [entry["say"] for entry in bar["notice"]] == ([name] if name else [])
    assert bar["busy"] is False
    assert len(shown(app)["tokens"]["pieces"]) == len(app.trace) >= 1
    for view in app.views:
        for value in view.shown.values():
            assert not isinstance(value, np.ndarray) or np.isfinite(value).all()


async def test_a_newer_text_supersedes_an_older_one(app):
    await asyncio.gather(app.set(prompt="first"), app.set(prompt="second"), app.set(prompt="third"))
    assert app.model.tokenizer.decode(list(app.trace.ids)) == "third"
    assert shown(app)["prompt"]["busy"] is False


async def test_another_model_and_one_that_is_not_there(app):
    ones = shown(app)["logits"]["top"]
    await app.set(model="two")
    assert app.model.manifest.name == "two" and shown(app)["logits"]["top"] != ones
    with pytest.raises(ValueError):
        await app.set(model="three")
    assert app.model.manifest.name == app.state.model == shown(app)["prompt"]["model"] == "two"
    assert "three" in shown(app)["prompt"]["notice"][0]
    await app.set(prompt="still alive")
    assert app.model.tokenizer.decode(list(app.trace.ids)) == "still alive"


async def test_the_bar_names_the_model_in_use_and_the_one_that_is_coming(app, monkeypatch):
    arrived = asyncio.Event()

    async def fetch(name: str) -> None:
        await arrived.wait()

    def bar() -> tuple:
        return tuple(shown(app)["prompt"][name] for name in ("model", "coming"))

    monkeypatch.setattr(app.library, "fetch", fetch)
    task = asyncio.create_task(app.set(model="two"))
    await asyncio.sleep(0)
    assert bar() == ("one", "two")
    await app.set(prompt="the model in use answers")
    assert bar() == ("one", "two") and app.model.manifest.name == "one"
    arrived.set()
    await task
    assert bar() == ("two", None)

    arrived.clear()
    task = asyncio.create_task(app.set(model="one"))
    await asyncio.sleep(0)
    assert bar() == ("two", "one")
    back = asyncio.create_task(app.set(model="two"))  # the reader changes back
    await asyncio.sleep(0)
    arrived.set()
    await asyncio.gather(task, back, return_exceptions=True)
    assert bar() == ("two", None) and app.model.manifest.name == "two"


async def test_a_selection_beyond_the_model_is_clamped(app):
    await app.set(block=99, head=99, token=99)
    attention = shown(app)["attention"]
    assert (attention["block"], attention["head"], attention["token"]) == (1, 1, len(app.trace) - 1)


@pytest.mark.parametrize("message", [None, "set", {"set": 1}, {"unknown": {}}, {"set": {"block": "<script>"}}])
async def test_a_strange_message_changes_nothing_but_the_notice(app, message):
    before, trace = app.state.values(), app.trace
    app.on_message(message)
    await asyncio.gather(*app._tasks)
    assert app.state.values() == before and app.trace is trace
    assert shown(app)["prompt"]["notice"]


async def test_data_say_which_of_the_readers_choices_they_were_made_with(app):
    for made, choices in enumerate(({"block": 1}, {"head": 1}, {"edits": "z.0.0=0"}, {"part": "mlp"}), 1):
        app.on_message({"set": choices, "made": made})
    assert app.heard == 0, "a message that is not handled yet is not heard"
    await asyncio.gather(*app._tasks)
    assert shown(app)["residual"]["heard"] == 4
    assert {name: shown(app)["prompt"][name] for name in ("heard", "edits", "part")} == {
        "heard": 4,
        "edits": "z.0.0=0",
        "part": "mlp",
    }


async def test_no_view_shows_an_older_choice_than_its_count_says(app):
    chosen, seen = {0: 0}, []
    for view in app.views:
        view.on_shown = lambda view: seen.append((view.shown.get("heard"), view.shown.get("block")))
    for made in range(1, 6):
        chosen[made] = made % 2
        app.on_message({"set": {"block": made % 2}, "made": made})
        await asyncio.sleep(0)
    await asyncio.gather(*app._tasks)
    told = [(heard, block) for heard, block in seen if block is not None]
    assert told and all(block == chosen[heard] for heard, block in told)


async def test_the_bar_tells_what_became_of_a_refused_choice(app):
    app.on_message({"set": {"part": "nothing of that name"}, "made": 1})
    await asyncio.gather(*app._tasks)
    assert (shown(app)["prompt"]["heard"], shown(app)["prompt"]["part"]) == (1, app.state.part)


def test_the_first_picture_is_what_the_app_shows(library):
    picture = first_picture(library, prompt="the cat")
    app = App(library, prompt="the cat")
    asyncio.run(app.run())
    for view in app.views:
        if view.slot == app.state.part or not (view.part or view.slot == "prompt"):
            found, expected = dict(picture["views"][view.slot]), plain(view.shown)
            assert found == expected | ({"run": 0, "version": 0} if "run" in expected else {})


async def test_a_long_prompt_sends_small_pictures_of_the_other_heads(app, monkeypatch):
    monkeypatch.setattr("explainer.views.attention.THUMB", 4)
    await app.set(block=1)
    view, pattern = shown(app)["attention"], app.trace["pattern"][1]
    assert view["thumbs"].shape == (2, 4, 4)
    step = -(-len(app.trace) // 4)
    np.testing.assert_array_equal(view["thumbs"][:, 1, 0], pattern[:, step : 2 * step, :step].max(axis=(1, 2)))


async def test_an_example_gives_way_to_the_other_models_own_a_readers_text_does_not(library):
    app = App(library, prompt="my own words")
    await app.set(model="two")
    assert app.state.prompt == "my own words"


async def test_what_makes_no_sense_at_the_start_is_said(library):
    app = App(library, prompt="a text", block="<b>", model="nowhere", colour="red", head=1)
    await app.run()
    assert (app.state.block, app.state.head, app.state.model, app.state.prompt) == (3, 1, library.default, "a text")
    (refused,) = shown(app)["prompt"]["notice"]
    assert refused["say"] == "refused" and set(refused["names"]) == {"block", "model", "colour"}
    await app.set(block=1, prompt="another")
    assert shown(app)["prompt"]["notice"] == []


async def test_the_last_of_many_choices_wins_while_the_engine_is_at_work(app, monkeypatch):
    engine, compute = type(app.model.engine), app.model.engine.unembed

    async def slow(self, *args, **options):
        await asyncio.sleep(0.01)  # as in the browser, where another worker computes and Python handles messages meanwhile
        return await compute(*args, **options)

    monkeypatch.setattr(engine, "unembed", slow)
    tokens = range(len(app.trace))
    await asyncio.gather(*(app.set(token=token, part=part) for token, part in zip(tokens, ("", "mlp", "unembedding", "qkv"))))
    views, last = shown(app), min(len(tokens), 4) - 1
    assert views["logits"]["token"] == views["qkv"]["token"] == last and not app.bar.shown["notice"]


def test_a_machine_that_stalls_while_pictures_are_gathered_starts_all_the_same():
    """Pyodide's event loop refuses what is to happen in the past, and a stall may come at any place."""
    loop = asyncio.new_event_loop()
    times = iter(range(100))  # a second passes between any two looks at the clock

    def call_at(when, *rest, **more):
        raise ValueError("Can't schedule in the past")

    async def gather() -> list[int]:
        put: list[int] = []
        changes = {"time": lambda: next(times), "call_at": call_at, "call_later": lambda _, call: loop.call_soon(call)}
        with mock.patch.multiple(loop, **changes), batch() as show:
            show(lambda: put.append(1))
        return put

    assert loop.run_until_complete(gather()) == [1]
    loop.close()
