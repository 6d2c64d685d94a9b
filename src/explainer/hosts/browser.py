"""The app inside the Pyodide worker: site/workers/python/worker.js calls `start`, then `patch` as the page asks.

The page and Python each hold the same Bokeh document; Panel's own protocol keeps the two alike.
"""

from __future__ import annotations

import asyncio
import json
import random
import traceback
from typing import Any

from explainer.app.app import App
from explainer.hosts.panel_seam import Bridge, SharedDocument, unbundled
from explainer.runtimes.web import WebLibrary
from explainer.views import all_views

_worker: Any = None

# Made when this module is imported, so that the page can embed the document while the model runs, and so that the snapshot
# of Python's memory for later visits contains them (site/workers/python/snapshot.js).
_views = all_views()
_bridge = unbundled(Bridge)(_views)
_document = SharedDocument(_bridge)


async def start(worker: Any) -> None:
    """Sends the document to the page, runs the model once and then keeps the page's document equal to this one.

    worker: the object that site/workers/python/worker.js provides.
    """
    global _worker
    _worker = worker
    random.seed()  # this memory may be a snapshot of another visit
    asyncio.get_running_loop().set_exception_handler(_tell_error)
    worker.render(_document.json)
    app = App(WebLibrary(worker), _views, **json.loads(worker.state))
    _bridge.on_message = app.on_message
    # The page keeps the choices, so that it can choose them again if it has to start a new worker.
    app.state.param.watch(lambda *_: _tell("state", state=app.state.values()), list(app.state.values()))
    _tell("state", state=app.state.values())
    await app.run()
    _document.link(lambda patch, buffers: _worker.patch(patch, buffers))


def patch(json_patch: Any) -> None:
    """Applies a change of the document that the page made."""
    _document.apply(json_patch)


def _tell(type: str, **fields: Any) -> None:
    _worker.tell(json.dumps({"type": type, **fields}))


def _tell_error(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    """Tells the page what a task of the app raised; the app goes on."""
    error = context.get("exception")
    if isinstance(error, OSError):
        return  # a download that failed or was cancelled: the bar has reported it in full
    message = f"{type(error).__name__}: {error}" if error is not None else str(context.get("message"))
    detail = "".join(traceback.format_exception(error)) if error is not None else ""
    _tell("error", stage="app", message=message, advice="", detail=detail, retry=False, live=True)
