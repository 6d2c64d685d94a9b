"""The bridge between Python and the page: one Panel component that carries the views' data, and the reader's messages.

Every private name of Panel and Bokeh that the app uses is in this file and nowhere else. Both are pinned to one version
(pyproject.toml), and tests/unit/test_seams.py checks each of these names against the installed version.
"""

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

# At import Bokeh computes a signature for the documentation of each of its 450 models: a fifth of the time of Panel's import.
Component.parameters = classmethod(lambda cls: [])

import panel as pn  # noqa: E402 (Bokeh's models come with it)
from panel.custom import JSComponent  # noqa: E402
from panel.io.state import set_curdoc, state  # noqa: E402

from explainer.views import VIEWS, View  # noqa: E402


class _Bridge(JSComponent):
    """The bridge. Its counterpart in the page is `panel_seam.js`.

    Panel and Bokeh visit every value inside a property many times; bytes are one value. So each view has one property of bytes,
    named like its slot: its data, see `pack`.
    """

    slots = param.List(constant=True, doc="the names of those properties")

    _esm = Path(__file__).with_name("panel_seam.js")

    def __init__(self, views: Iterable[View], on_message: Callable[[Any], None] = lambda message: None):
        """on_message: called with each message of the page."""
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
        """Does what Panel does, without its count of busy events: the page does not show it, and it costs each choice 5 ms."""
        with set_curdoc(doc):
            self._process_event(event)

    _linked_properties = ()  # the page sends messages and changes no property

    def _update_properties(self, *events: Any, doc: Document) -> dict[str, Any]:
        return {event.name: event.new for event in events}

    def _update_model(self, events: dict, msg: dict, root: Component, model: Component, doc: Document, comm: Any) -> None:
        """Does what Panel does, without its search for themes, children and names of properties: 4 ms for every figure."""
        model.data.update(**msg)


Bridge = type(
    "Bridge",
    (_Bridge,),
    {"__module__": __name__, "__doc__": _Bridge.__doc__, **{view.slot: param.Bytes(default=None) for view in VIEWS}},
)


def pack(shown: dict[str, Any]) -> bytes:
    """Packs a view's data: the length of a JSON text in 4 bytes, the text, the numbers of all arrays. In the text an array is
    {"floats": [index of its first number, its shape ...]}. `unpack` in panel_seam.js reads it."""
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


class SharedDocument:
    """The document of a bridge, which the page and Python each hold; Panel's own protocol keeps the two alike.

    It works only in Pyodide.  json: the initial document as {id: document}, which the page begins with.
    """

    def __init__(self, bridge: _Bridge):
        from panel.io.pyodide import init_doc

        init_doc()
        # Models that no figure needs would cost the page time and scripts.
        pn.extension(browser_info=False)
        self._document = state.curdoc
        self._document.config.notifications = None
        bridge.server_doc(self._document, location=False)
        for model in self._document.models:
            if "stylesheets" in model.properties():  # the document itself is never seen, so Panel's need not be fetched
                model.stylesheets = []
        self.json = self._json()
        self._document.unhold()  # the page has all changes so far, in `json`
        self._document.hold()

    def _json(self) -> str:
        """Returns the document as JSON, which defines only those of Panel's models that are in the document."""
        from panel.io.pyodide import _doc_json

        documents = json.loads(_doc_json(self._document)[0])
        used = {model.__qualified_model__ for model in self._document.models}
        for each in documents.values():
            each["defs"] = [definition for definition in each["defs"] if definition["name"] in used]
        return json.dumps(documents)

    def link(self, send: Callable[[Any, Any], None]) -> None:
        """Sends changes to the page with send(patch, buffers) from now on; of the changes so far, each view's newest goes now."""
        from panel.io.pyodide import _link_docs_worker

        _link_docs_worker(self._document, lambda patch, buffers, _: send(patch, buffers), setter="js")

    def apply(self, json_patch: Any) -> None:
        """Applies a change that was made in the page."""
        from panel.io.pyodide import _convert_json_patch

        self._document.apply_json_patch(_convert_json_patch(json_patch), setter="js")


def unbundled(bridge: type[_Bridge]) -> type[_Bridge]:
    """Returns the bridge for the browser: its JavaScript is taken as it is; otherwise the page would compile it as TypeScript."""
    bridge._bundle = bridge._esm
    return bridge
