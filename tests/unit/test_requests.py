"""Requests while the model still works on an earlier one: none is lost, mixed up or left unanswered."""

from __future__ import annotations

import asyncio
import random

import numpy as np
import pytest

from explainer.app.app import App
from explainer.model.notices import notice
from explainer.runtimes.native import NativeLibrary
from tests.helpers.apps import make_library, shown

SLOW_S = 0.01
TEXT, ANOTHER = "the cat and", "a hat on the bed"


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    return make_library(tmp_path_factory.mktemp("turns"), one={"n_ctx": 48}, two={"n_ctx": 48, "d_vocab": 280})


@pytest.fixture
async def app(library, monkeypatch) -> App:
    app = App(library, prompt=TEXT, seed=3)
    await app.run()
    engine, compute, load = type(app.model.engine), type(app.model.engine).trunk, library.load

    async def trunk(self, *args, **options):
        await asyncio.sleep(SLOW_S)  # as in the browser, where another worker computes and Python handles messages meanwhile
        return await compute(self, *args, **options)

    async def slow_load(name: str):
        await asyncio.sleep(3 * SLOW_S)
        return await load(name)

    monkeypatch.setattr(engine, "trunk", trunk)
    monkeypatch.setattr(library, "load", slow_load)
    return app


def text_of(app: App) -> str:
    return app.model.tokenizer.decode(list(app.story.prompt))


def whole(app: App) -> None:
    """Asserts that everything is of the same text and model, and that no work is left."""
    assert app.state.prompt == text_of(app) and app.trace.ids == app.story.ids[-app.model.config.n_ctx :]
    assert app.model.manifest.name == app.state.model and max(app.trace.ids) < app.model.config.d_vocab
    assert len(app.trace.rows[len(app.trace) - 1]["logits"]) == app.model.config.d_vocab
    views = shown(app)
    assert views["prompt"]["busy"] is False and views["story"]["running"] is app.writing is False
    assert [piece["id"] for piece in views["tokens"]["pieces"]] == list(app.trace.ids)
    assert views["story"]["ids"].astype(int).tolist() == [node.id for node in app.story.nodes]


def begin(*work) -> list[asyncio.Task]:
    return [asyncio.ensure_future(each) for each in work]


@pytest.mark.parametrize("pause", [0, SLOW_S / 2, 2 * SLOW_S])
@pytest.mark.parametrize("change", [{"prompt": ANOTHER}, {"model": "two"}])
async def test_a_step_asked_for_during_a_run_is_of_the_new_text(app, change, pause):
    tasks = begin(app.set(**change))
    await asyncio.sleep(pause)
    await asyncio.gather(*tasks, app.do(step=1))
    assert app.state.prompt == change.get("prompt", TEXT) and app.state.model == change.get("model", "one")
    whole(app)
    assert len(app.story.nodes) == 1


@pytest.mark.parametrize("action", [{"force": 278}, {"goto": 0}])
async def test_what_was_chosen_of_another_text_is_refused(app, action):
    await app.do(step=1)
    tasks = begin(app.set(prompt=ANOTHER))
    await asyncio.sleep(SLOW_S / 2)
    await asyncio.gather(*tasks, app.do(**action))
    whole(app)
    assert app.story.nodes == [] and app.bar.shown["notice"] == [notice("outrun")]
    await app.set(block=1)
    assert app.bar.shown["notice"] == []


async def test_steps_that_were_asked_for_before_a_new_text_are_not_taken_on_it(app):
    tasks = begin(*(app.do(step=1) for _ in range(6)))
    await asyncio.sleep(SLOW_S * 1.5)
    await asyncio.gather(*tasks, app.set(prompt=ANOTHER))
    whole(app)
    assert text_of(app) == ANOTHER and app.story.nodes == []


async def test_steps_are_taken_one_after_another(app):
    await asyncio.gather(*(app.do(step=1) for _ in range(4)))
    whole(app)
    assert app.story.path() == [0, 1, 2, 3]


async def test_to_go_back_and_on_at_once_makes_a_branch(app):
    await app.do(step=1)
    await asyncio.gather(app.do(goto=-1), app.do(force=65))
    whole(app)
    assert [node.parent for node in app.story.nodes] == [-1, -1] and app.story.current == 1


@pytest.mark.parametrize("action", [{"force": 65}, {"goto": 0}, {"forget": True}, {"step": 1}, {"stop": True}])
async def test_a_run_gives_way_to_whatever_is_asked_for(app, action):
    (task,) = begin(app.do(run=1000))
    while len(app.story.nodes) < 2:
        await asyncio.sleep(SLOW_S / 3)
    assert shown(app)["story"]["running"] is True
    await asyncio.gather(task, app.do(**action))
    whole(app)
    nodes, current = app.story.nodes, app.story.current
    if "force" in action:
        assert nodes[current].id == 65 and nodes[current].kind == "forced" and current == len(nodes) - 1
    elif "goto" in action:
        assert current == 0
    elif "forget" in action:
        assert nodes == []
    assert len(nodes) < 20


async def test_a_run_after_a_stop_can_be_stopped_too(app):
    first = begin(app.do(run=1000))
    await asyncio.sleep(SLOW_S * 3)
    second = begin(app.do(stop=True), app.do(run=1000))
    await asyncio.gather(*first)
    made = len(app.story.nodes)
    while len(app.story.nodes) < made + 2:
        await asyncio.sleep(SLOW_S / 3)
    assert shown(app)["story"]["running"] is True
    await asyncio.gather(*second, app.do(stop=True))
    whole(app)


async def test_a_stop_ends_a_run_that_has_not_begun(app):
    await asyncio.gather(app.set(prompt=ANOTHER), app.do(run=1000), app.do(stop=True))
    whole(app)
    assert app.story.nodes == []


async def test_a_new_text_and_an_alteration_both_count(app):
    await asyncio.gather(app.set(prompt=ANOTHER), app.set(mask="window:2"))
    whole(app)
    assert app.change is not None and app.plain is not None and app.bar.shown["mask"] == "window:2"
    fresh = App(app.library, prompt=ANOTHER, mask="window:2")
    await fresh.run()
    np.testing.assert_allclose(app.trace["resid_post"], fresh.trace["resid_post"], atol=1e-4)


async def test_of_many_alterations_the_last_is_run_and_few_of_the_others(app, monkeypatch):
    runs, trace_ids = [], App._trace_ids

    async def counted(self, *args):
        runs.append(1)
        await trace_ids(self, *args)

    monkeypatch.setattr(App, "_trace_ids", counted)
    await asyncio.gather(*(app.set(mask=f"window:{size}") for size in range(2, 12)), app.set(shows="original"))
    whole(app)
    assert app.state.mask == "window:11" and len(runs) <= 2
    fresh = App(app.library, prompt=TEXT, mask="window:11")
    await fresh.run()
    np.testing.assert_allclose(app.trace["resid_post"], fresh.trace["resid_post"], atol=1e-4)


async def test_what_was_said_of_a_choice_goes_with_the_next_one_what_was_said_of_the_text_stays(app):
    await app.set(prompt="word " * 200)
    (cut,) = app.bar.shown["notice"]
    await app.set(seed=-5)
    assert app.bar.shown["notice"] == [notice("refused", names=["seed"]), cut]
    await app.set(seed=5)
    assert app.bar.shown["notice"] == [cut]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_comes_whenever_it_ends_well(app, seed):
    chance = random.Random(seed)
    library = {
        "text": lambda: app.set(prompt=chance.choice([TEXT, ANOTHER, "on"])),
        "model": lambda: app.set(model=chance.choice(["one", "two"])),
        "mask": lambda: app.set(mask=chance.choice(["causal", "window:2"])),
        "token": lambda: app.set(token=chance.randrange(3), part=chance.choice(["", "mlp"])),
        "step": lambda: app.do(step=1),
        "run": lambda: app.do(run=3),
        "stop": lambda: app.do(stop=True),
        "force": lambda: app.do(force=chance.randrange(256)),
        "goto": lambda: app.do(goto=chance.randrange(-1, 2)),
        "forget": lambda: app.do(forget=True),
    }
    tasks = []
    for _ in range(25):
        tasks += begin(library[chance.choice(list(library))]())
        await asyncio.sleep(chance.choice([0, 0, SLOW_S / 4, 2 * SLOW_S]))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [result for result in results if result is not None] == []
    whole(app)
    assert (app.change is not None) == (app.state.mask != "causal")


async def failing(app: App, monkeypatch, after: int = 0) -> None:
    """Makes the engine fail once, after `after` more runs."""
    engine, compute = type(app.model.engine), type(app.model.engine).trunk
    runs = []

    async def trunk(self, *args, **options):
        runs.append(1)
        if len(runs) == after + 1:
            raise RuntimeError("the device is lost")
        return await compute(self, *args, **options)

    monkeypatch.setattr(engine, "trunk", trunk)


async def fails(work) -> None:
    with pytest.raises((RuntimeError, OSError), match="lost"):
        await work


async def test_a_run_that_fails_is_over(app, monkeypatch):
    await failing(app, monkeypatch, after=2)
    await fails(app.do(run=6))
    whole(app)
    assert len(app.story.nodes) == 2 and "lost" in app.bar.shown["notice"][0]
    await app.do(step=1)
    whole(app)
    assert len(app.story.nodes) == 3 and app.bar.shown["notice"] == []


@pytest.mark.parametrize("again", ["text", "step"])
async def test_a_text_whose_run_fails_is_run_when_it_is_asked_for_again(app, monkeypatch, again):
    (task,) = begin(app.do(run=1000))
    while len(app.story.nodes) < 2:
        await asyncio.sleep(SLOW_S / 3)
    await asyncio.sleep(0)
    engine, compute = type(app.model.engine), type(app.model.engine).trunk

    async def lost(self, *args, **options):
        raise RuntimeError("the device is lost")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "trunk", lost)
        await fails(app.set(prompt=ANOTHER))
    await asyncio.gather(task, return_exceptions=True)
    view = shown(app)
    assert view["prompt"]["busy"] is False and view["prompt"]["text"] == ANOTHER and view["story"]["running"] is False
    assert type(app.model.engine).trunk is compute
    await (app.set(prompt=ANOTHER) if again == "text" else app.do(step=1))
    whole(app)
    assert text_of(app) == ANOTHER and len(app.story.nodes) == (again == "step")


async def test_a_model_that_cannot_be_loaded_ends_a_run_too(app, monkeypatch):
    (task,) = begin(app.do(run=1000))
    while len(app.story.nodes) < 2:
        await asyncio.sleep(SLOW_S / 3)

    async def lost(name: str):
        await asyncio.sleep(SLOW_S)
        raise OSError("the connection was lost")

    monkeypatch.setattr(app.library, "load", lost)
    await fails(app.set(model="two"))
    await asyncio.gather(task, return_exceptions=True)
    whole(app)
    assert app.state.model == "one" and 2 <= len(app.story.nodes) < 20


async def test_an_alteration_whose_run_fails_is_run_when_it_is_asked_for_again(app, monkeypatch):
    await failing(app, monkeypatch)
    await fails(app.set(mask="window:2"))
    assert app.change is None
    await app.set(mask="window:2")
    whole(app)
    assert app.change is not None


async def test_a_candidate_is_taken_where_it_was_offered_or_not_at_all(app):
    node = shown(app)["sampling"]["node"]
    await asyncio.gather(app.do(force=[65, node]), app.do(force=[65, node]))  # a double click
    whole(app)
    assert [each.id for each in app.story.nodes] == [65] and app.bar.shown["notice"] == []
    await asyncio.gather(app.do(step=1), app.do(force=[66, shown(app)["sampling"]["node"]]))
    whole(app)
    assert len(app.story.nodes) == 2 and app.story.nodes[-1].kind == "drawn" and app.bar.shown["notice"] == [notice("outrun")]
    for strange in ([65], [65, 99], ["65", -1], [10**9, -1], [65, -1, 0]):
        await app.do(force=strange)
        assert app.bar.shown["notice"] == [notice("refused", names=["force"])] and len(app.story.nodes) == 2
