"""The types of all messages between the page, the Python worker and the app.

A `Wish` goes from the page to the app. All others go between the page (site/page/session.js) and the worker
(site/workers/python/worker.js); Python itself sends `StateTold` and `Failed`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from explainer.state.choices import Choices
from explainer.state.sweep import SWEEPS

MAX_GENERATED = 1000  # tokens that one action generates at most


class Actions(TypedDict, total=False):
    """An action of the reader, see App.do; a message has one of these keys.

    step, run: the number of tokens to generate, up to <|endoftext|>; `run` can be stopped.  force: a token, or [token, node of
    the story after which it was chosen].  goto: a node of the story, -1 for the prompt.  sweep: its kind; `stop` ends it.
    """

    step: int
    run: int
    stop: bool
    force: int | list[int]
    goto: int
    forget: bool
    sweep: Annotated[str, SWEEPS]


class Wish(TypedDict, total=False):
    """A request of the page to the app: either choices or an action.

    made: how many choices the reader had made by then; data tell by it (Shown.heard) which of them Python knew of.
    """

    set: Choices
    made: int
    do: Actions


class Start(TypedDict):
    """To a new worker: starts it. model: its name, by default the site's.  state: choices to start with."""

    type: Literal["start"]
    model: NotRequired[str]
    backend: NotRequired[str]
    state: NotRequired[Choices]


class DocumentChange(TypedDict):
    """To the worker: a change that the page made in Panel's document."""

    type: Literal["patch"]
    patch: Any


class Cancel(TypedDict):
    """To the worker: stops the loading of a model."""

    type: Literal["cancel"]


class Ping(TypedDict):
    """To the worker: asks whether it is alive. It answers with a Pong."""

    type: Literal["ping"]


FromPage = Start | DocumentChange | Cancel | Ping


class Progress(TypedDict):
    """The bytes that one stage of loading has received. label: a model's title."""

    type: Literal["progress"]
    stage: str
    label: NotRequired[str]
    loaded: int
    total: int
    done: bool


class Backend(TypedDict):
    """What runs the model, and the reason for it."""

    type: Literal["backend"]
    backend: str
    reason: str


class Told(TypedDict):
    """A sentence for the status line."""

    type: Literal["notice"]
    message: str


class StateTold(TypedDict):
    """The reader's choices as Python holds them."""

    type: Literal["state"]
    state: Choices


class Used(TypedDict):
    """The addresses of all files that the worker loaded, sent once it has them all."""

    type: Literal["used"]
    urls: list[str]


class Render(TypedDict):
    """Panel's document as JSON, {id: document}."""

    type: Literal["render"]
    documents: str


class Patch(TypedDict):
    """One change of the document, as Bokeh writes it. buffers: a Map of its bytes by id."""

    patch: Any
    buffers: Any


class Patches(TypedDict):
    """Changes of the document that Python made together."""

    type: Literal["patch"]
    patches: list[Patch]


class Idle(TypedDict):
    """Python has handled the page's last change of the document."""

    type: Literal["idle"]


class Live(TypedDict):
    """The model's first answer has been sent."""

    type: Literal["live"]


class Pong(TypedDict):
    """The answer to a Ping."""

    type: Literal["pong"]


class Failed(TypedDict):
    """Something failed. live: the app goes on; otherwise a new worker is needed, with the backend `fallback` if there is one.
    retry: trying again may help.  detail: a text for developers.
    """

    type: Literal["error"]
    stage: str
    message: str
    advice: str
    detail: str
    retry: bool
    live: bool
    fallback: NotRequired[str]


ToPage = Progress | Backend | Told | StateTold | Used | Render | Patches | Idle | Live | Pong | Failed
