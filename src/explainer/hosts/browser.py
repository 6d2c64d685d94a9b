"""The app inside the Pyodide worker: site/workers/python/worker.js calls `start`, then `patch` as the page asks.

The page and Python each hold the same Bokeh document; Panel's own protocol keeps the two alike.
"""

from __future__ import annotations

import asyncio
import json
import random
import traceback
from typing import Any

import panel as pn
from bokeh.document import Document
from panel.io.pyodide import _convert_json_patch, _doc_json, _link_docs_worker, init_doc
from panel.io.state import state

import explainer.hosts.startup  # noqa: F401 (first of all)
from explainer.app.app import App
from explainer.hosts.panel_seam import Bridge
from explainer.runtimes.web import WebLibrary
from explainer.views import all_views

_worker: Any = None


def _document_of(bridge: Bridge) -> Document:
    init_doc()
    # Models that no figure needs would take the page time, and their scripts.
    pn.extension(browser_info=False)
    document = state.curdoc
    document.config.notifications = None
    bridge.server_doc(document, location=False)
    for model in document.models:
        if "stylesheets" in model.properties():  # the document itself is never seen: none of Panel's need be fetched
            model.stylesheets = []
    return document


def _json_of(document: Document) -> str:
    """As {id: document}. Of all the models that Panel has the page need define only those that are in it."""
    documents = json.loads(_doc_json(document)[0])
    used = {model.__qualified_model__ for model in document.models}
    for each in documents.values():
        each["defs"] = [definition for definition in each["defs"] if definition["name"] in used]
    return json.dumps(documents)


Bridge._bundle = Bridge._esm  # plain JavaScript: else the page would compile it, as TypeScript with JSX

# Made when this module is imported, so that the page can embed the document while the model runs, and later visits find
# both in the memory that they begin with (site/workers/python/snapshot.js).
_views = all_views()
_bridge = Bridge(_views)
_document = _document_of(_bridge)
_written = _json_of(_document)
_document.unhold()  # all this the page has
_document.hold()


async def start(worker: Any) -> None:
    """Hands the document to the page, runs the model once and then keeps the page's document like this one.

    worker: what site/workers/python/worker.js lends.
    """
    global _worker
    _worker = worker
    random.seed()  # this memory may be a copy of another visit's
    asyncio.get_running_loop().set_exception_handler(_tell_error)
    worker.render(_written)
    app = App(WebLibrary(worker), _views, **json.loads(worker.state))
    _bridge.on_message = app.on_message
    # The page holds on to what was chosen, to choose it again should it have to start a new worker.
    app.state.param.watch(lambda *_: _tell("state", state=app.state.values()), list(app.state.values()))
    _tell("state", state=app.state.values())
    await app.run()
    # From here on changes go both ways; what has changed so far goes now, of each view only the newest.
    _link_docs_worker(_document, lambda patch, buffers, _: _worker.patch(patch, buffers), setter="js")


def patch(json_patch: Any) -> None:
    """A change the reader made."""
    _document.apply_json_patch(_convert_json_patch(json_patch), setter="js")


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
