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

# Made when this module is imported, so that the page can embed the document while the model runs, and later visits find
# both in the memory that they begin with (site/workers/python/snapshot.js).
_views = all_views()
_bridge = unbundled(Bridge)(_views)
_document = SharedDocument(_bridge)


async def start(worker: Any) -> None:
    """Hands the document to the page, runs the model once and then keeps the page's document like this one.

    worker: what site/workers/python/worker.js lends.
    """
    global _worker
    _worker = worker
    random.seed()  # this memory may be a copy of another visit's
    asyncio.get_running_loop().set_exception_handler(_tell_error)
    worker.render(_document.json)
    app = App(WebLibrary(worker), _views, **json.loads(worker.state))
    _bridge.on_message = app.on_message
    # The page holds on to what was chosen, to choose it again should it have to start a new worker.
    app.state.param.watch(lambda *_: _tell("state", state=app.state.values()), list(app.state.values()))
    _tell("state", state=app.state.values())
    await app.run()
    _document.link(lambda patch, buffers: _worker.patch(patch, buffers))


def patch(json_patch: Any) -> None:
    """A change the reader made."""
    _document.apply(json_patch)


def _tell(type: str, **fields: Any) -> None:
    _worker.tell(json.dumps({"type": type, **fields}))


def _tell_error(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    """What a task of the app raised: the app goes on, the page says what happened."""
    error = context.get("exception")
    if isinstance(error, OSError):
        return  # a download that failed or was cancelled: the bar has said it in full
    message = f"{type(error).__name__}: {error}" if error is not None else str(context.get("message"))
    detail = "".join(traceback.format_exception(error)) if error is not None else ""
    _tell("error", stage="app", message=message, advice="", detail=detail, retry=False, live=True)
