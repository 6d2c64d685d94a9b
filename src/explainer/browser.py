"""The app inside the Pyodide worker: site/worker.js calls `start`, then `rendered` and `patch` as the page asks.

The page and Python each hold the same Bokeh document; Panel's own protocol keeps the two alike.
"""
from __future__ import annotations

import asyncio
import json
import random
import traceback
from typing import Any

import explainer.startup  # noqa: F401, I001 (first of all)
import panel as pn
from bokeh.document import Document
from panel.io.pyodide import _convert_json_patch, _link_docs_worker, init_doc, write_doc
from panel.io.state import state

from explainer.app import App
from explainer.web import WebLibrary

_bridge: Any = None


async def start(bridge: Any) -> None:
    """Builds the app, runs the model once and hands the document to the page."""
    global _bridge
    _bridge = bridge
    random.seed()  # this memory may be a copy of another visit's
    asyncio.get_running_loop().set_exception_handler(_tell_error)
    init_doc()
    pn.extension()
    app = App(WebLibrary(bridge), **json.loads(bridge.state))
    app.panel().server_doc(state.curdoc, location=False)
    # The page holds on to what was chosen, to choose it again should it have to start a new worker.
    app.state.param.watch(lambda *_: _tell("state", state=app.state.values()), list(app.state.values()))
    _tell("state", state=app.state.values())
    await app.run()
    _strip_styles(state.curdoc)
    bridge.render(*await write_doc(state.curdoc))


def _strip_styles(document: Document) -> None:
    """The document is never seen (views draw into the page's own slots): no style sheet of Panel's need be fetched."""
    for model in document.models:
        if "stylesheets" in model.properties():
            model.stylesheets = []


def rendered() -> None:
    """The page has drawn the document: from here on changes go both ways."""
    _link_docs_worker(state.curdoc, lambda patch, buffers, _: _bridge.patch(patch, buffers), setter="js")


def patch(json_patch: Any) -> None:
    """A change the reader made."""
    state.curdoc.apply_json_patch(_convert_json_patch(json_patch), setter="js")


def _tell(type: str, **fields: Any) -> None:
    _bridge.tell(json.dumps({"type": type, **fields}))


def _tell_error(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    """What a task of the app raised: the app goes on, the page says what happened."""
    error = context.get("exception")
    if isinstance(error, OSError):
        return  # a download that failed or was cancelled: the bar has said it in full
    message = f"{type(error).__name__}: {error}" if error is not None else str(context.get("message"))
    detail = "".join(traceback.format_exception(error)) if error is not None else ""
    _tell("error", stage="app", message=message, advice="", detail=detail, retry=False, live=True)
