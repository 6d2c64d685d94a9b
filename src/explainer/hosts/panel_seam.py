"""Where Python meets the page: one Panel component that carries what the views show, and what the reader does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import param
from bokeh.document import Document
from bokeh.events import Event
from bokeh.model import Model as Component
from panel.custom import JSComponent
from panel.io.state import set_curdoc

from explainer.views import VIEWS, View


class _Bridge(JSComponent):
    """`panel_seam.js` is its other half, in the page.

    Panel and Bokeh look at every value inside a property many times over; bytes are one value. So each view has one property of
    bytes, by the name of its slot: what it shows, see `pack`.
    """

    slots = param.List(constant=True, doc="the names of those properties")

    _esm = Path(__file__).with_name("panel_seam.js")

    def __init__(self, views: Iterable[View], on_message: Callable[[dict], None] = lambda message: None):
        """on_message: takes what the page asks for."""
        views = list(views)
        super().__init__(slots=[view.slot for view in views], **{view.slot: pack(view.shown) for view in views if view.shown})
        self.on_message = on_message
        for view in views:
            view.on_shown = self._bring

    def _bring(self, view: View) -> None:
        setattr(self, view.slot, pack(view.shown))  # param.update would read every parameter first: 2 ms

    def _handle_msg(self, data: Any) -> None:
        self.on_message(data)

    def _process_bokeh_event(self, doc: Document, event: Event) -> None:
        """As Panel does it, less its count of what is busy: no page of ours shows that, and it costs a choice 5 ms."""
        with set_curdoc(doc):
            self._process_event(event)

    _linked_properties = ()  # the page sends messages, and changes none

    def _update_properties(self, *events: Any, doc: Document) -> dict[str, Any]:
        return {event.name: event.new for event in events}

    def _update_model(self, events: dict, msg: dict, root: Component, model: Component, doc: Document, comm: Any) -> None:
        """As Panel does it, less its search for themes, children and the names of properties: 4 ms for every figure."""
        model.data.update(**msg)


Bridge = type(
    "Bridge",
    (_Bridge,),
    {"__module__": __name__, "__doc__": _Bridge.__doc__, **{view.slot: param.Bytes(default=None) for view in VIEWS}},
)


def pack(shown: dict[str, Any]) -> bytes:
    """The length of a text in 4 bytes, the text, the numbers of all arrays: in the text, which is JSON, an array is
    {"floats": [where among the numbers it begins, its shape ...]} (see panel_seam.js)."""
    arrays: list[bytes] = []
    begins = 0

    def put(value: Any) -> Any:
        nonlocal begins
        if isinstance(value, np.generic):
            return value.item()
        if not isinstance(value, np.ndarray) or value.dtype != np.float32:
            raise TypeError(f"a view shows plain values and float32 arrays, not {type(value).__name__}")
        arrays.append(value.tobytes())
        begins, at = begins + value.size, begins
        return {"floats": [at, *value.shape]}

    text = json.dumps(shown, default=put, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)  # the numbers after it must lie at a multiple of their size
    return b"".join([len(text).to_bytes(4, "little"), text, *arrays])
