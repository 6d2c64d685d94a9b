"""What the page, the worker that Python runs in, and the app say to each other: the types of all messages.

The page and the app speak in `Wish`es; everything else is between the page (site/page/session.js) and the worker
(site/workers/python/worker.js), of which Python itself says `StateTold` and `Failed`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from explainer.state.choices import Choices
from explainer.state.sweep import KINDS

MAX_GENERATED = 1000  # tokens that one action goes on with


class Actions(TypedDict, total=False):
    """What the reader does, see App.do: each alone.

    step, run: so many tokens to go on with, until <|endoftext|>; `run` can be stopped.  force: a token, or a token and the node of the story after which it was chosen.
    goto: a node of the story, -1 the prompt.  sweep: until `stop`.
    """

    step: int
    run: int
    stop: bool
    force: int | list[int]
    goto: int
    forget: bool
    sweep: Annotated[str, KINDS]


class Wish(TypedDict, total=False):
    """What the page asks the app for: either choices or an action."""

    set: Choices
    do: Actions


class Start(TypedDict):
    """To a new worker: begin. model: by name, else the site's default.  state: choices to start with."""

    type: Literal["start"]
    model: NotRequired[str]
    backend: NotRequired[str]
    state: NotRequired[Choices]


class DocumentChange(TypedDict):
    """To the worker: a change that the page made in Panel's document."""

    type: Literal["patch"]
    patch: Any


class Cancel(TypedDict):
    """To the worker: end the loading of a model."""

    type: Literal["cancel"]


class Ping(TypedDict):
    """To the worker: are you there? It answers with a Pong."""

    type: Literal["ping"]


FromPage = Start | DocumentChange | Cancel | Ping


class Progress(TypedDict):
    """How many bytes of one stage of the loading have come. label: of a model, for the eye."""

    type: Literal["progress"]
    stage: str
    label: NotRequired[str]
    loaded: int
    total: int
    done: bool


class Backend(TypedDict):
    """What runs the model, and why that."""

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
    """The addresses of all that the worker loaded, once it is there."""

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
    """Changes that Python made in the document at one go."""

    type: Literal["patch"]
    patches: list[Patch]


class Idle(TypedDict):
    """The page's last change of the document has been dealt with."""

    type: Literal["idle"]


class Live(TypedDict):
    """The model's first answer has been sent."""

    type: Literal["live"]


class Pong(TypedDict):
    """The answer to a Ping."""

    type: Literal["pong"]


class Failed(TypedDict):
    """Something failed. live: the app goes on in spite of it, else a new worker is needed, with the backend `fallback` where
    there is one.  retry: to try again may help.  detail: for whoever looks into it.
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
