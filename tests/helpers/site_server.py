"""Serves the built site as a plain static host would, below a path of its own."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# As on a project page of a static host: not at the root.
PREFIX = "/course/explainer/"


@dataclass(frozen=True)
class Site:
    """folder: written by `explainer build`.  url: where it is served."""

    folder: Path
    url: str
    isolated: str  # the same with the headers that allow threads

    @property
    def models(self) -> dict:
        return json.loads((self.folder / "models/index.json").read_text())

    def model(self, name: str | None = None) -> Path:
        return self.folder / "models" / (name or self.models["default"])


class Handler(SimpleHTTPRequestHandler):
    isolation = False

    def translate_path(self, path: str) -> str:
        return super().translate_path(path[len(PREFIX) - 1 :]) if path.startswith(PREFIX) else "/nowhere"

    def end_headers(self) -> None:
        if self.isolation:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *args) -> None:
        pass


class IsolatedHandler(Handler):
    isolation = True


def serve(folder: Path, handler: type[Handler]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
