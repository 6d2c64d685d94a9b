"""`explainer serve`: serves the built site on this machine, as a good static host would."""

from __future__ import annotations

import errno
import os
import re
import socket
import sys
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import brotli
import segno
from explainer.export.errors import ExplainerError

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
    ".onnx": "application/octet-stream",
    ".bin": "application/octet-stream",
}
COMPRESSED = {".html", ".js", ".mjs", ".css", ".json", ".svg", ".txt", ".wasm", ".onnx"}
QUALITY = 6  # brotli: 14 MB of wasm in half a second, to a fifth of its size
HASHED = re.compile(r"-[0-9a-f]{16}\.\w+$")
# Cross-origin isolation lets ONNX Runtime use threads; the page may still be shown in another site's frame.
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
TRIES = 20  # ports to try after the requested one


def serve(dist: Path, models: Sequence[Path] = (), port: int = 8000, isolation: bool = True, lan: bool = False) -> None:
    """Builds the site into `dist` when it is missing or older than its sources, then serves it until Ctrl-C.

    port: if it is in use, the next free one is taken.  isolation: sends the headers that allow threads.
    lan: answers other machines as well and shows the address, also as a QR code.
    """
    from explainer.export.build.site import build, is_current

    if not is_current(dist, models):
        print(f"{dist} is {'out of date' if dist.exists() else 'not built yet'}: building it")
        build(dist, models)
    with listen(dist, port, isolation, lan) as server:
        print(f"Serving {dist} at http://localhost:{server.server_port}/ (Ctrl-C ends)", flush=True)
        if lan:
            invite(f"http://{lan_address()}:{server.server_port}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def invite(url: str) -> None:
    """Prints the address for a class, as text and as a QR code."""
    print(f"\nOn this network: {url}\n")
    if sys.stdout.isatty():
        segno.make(url, error="l").terminal(compact=True)
    print(
        "Over plain http from another machine a browser keeps nothing for the next visit and uses one thread, without "
        "WebGPU; everything else is the same.",
        flush=True,
    )


def lan_address() -> str:
    """Returns this machine's address on its network. Raises ExplainerError where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that nobody has; nothing is sent, the system only chooses a route
            return probe.getsockname()[0]
        except OSError:
            raise ExplainerError("this machine is on no network: leave out --lan") from None


class Server(ThreadingHTTPServer):
    """A server of one folder, on this machine only unless `lan`."""

    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = os.name != "nt"  # on Windows it would let two servers share a port

    def __init__(self, port: int, folder: Path, isolation: bool, lan: bool = False):
        self.folder, self.isolation = folder.resolve(), isolation
        super().__init__(("" if lan else "127.0.0.1", port), Handler)


def listen(folder: Path, port: int, isolation: bool = True, lan: bool = False) -> Server:
    """Returns a server of `folder` at `port` or the next free one (0: any). Raises ExplainerError when no port can be used."""
    if not 0 <= port <= 65535:
        raise ExplainerError(f"{port} is not a port: they go from 0 to 65535")
    for candidate in range(port, min(port + TRIES, 65535) + 1) if port else [0]:
        try:
            return Server(candidate, folder, isolation, lan)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise ExplainerError(f"port {candidate} is reserved for root: choose one from 1024 on") from None
            if error.errno != errno.EADDRINUSE:
                raise ExplainerError(f"port {candidate} cannot be used: {error.strerror}") from None
    raise ExplainerError(f"ports {port} to {candidate} are all in use: choose another with --port")


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD of files below the server's folder: compressed, cacheable, in ranges on request."""

    protocol_version = "HTTP/1.1"
    # Headers and body are sent together; otherwise the body may wait until the headers are acknowledged.
    wbufsize = 2**16
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, body: bool) -> None:
        path = self.file()
        if path is None:
            return self.send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain; charset=utf-8"}, b"not found\n", body)
        stat = path.stat()
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = {
            "Content-Type": TYPES.get(path.suffix, "application/octet-stream"),
            "ETag": etag,
            "Accept-Ranges": "bytes",
            "Cache-Control": "public, max-age=31536000, immutable" if HASHED.search(path.name) else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if etag in self.headers.get("If-None-Match", ""):
            return self.send(HTTPStatus.NOT_MODIFIED, headers, b"", body=False)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and self.headers.get("If-Range", etag) == etag:
            return self.send_part(path, stat.st_size, int(wanted[1]), int(wanted[2] or stat.st_size - 1), headers, body)
        encodings = {part.split(";")[0].strip() for part in self.headers.get("Accept-Encoding", "").split(",")}
        if path.suffix in COMPRESSED and "br" in encodings:
            headers["Content-Encoding"] = "br"
            return self.send(HTTPStatus.OK, headers, compressed(path, stat.st_mtime_ns), body)
        self.send(HTTPStatus.OK, headers, path.read_bytes(), body)

    def file(self) -> Path | None:
        """Returns the file that the address names; None where it does not exist, is hidden or lies outside the folder."""
        try:
            name = unquote(urlsplit(self.path).path, errors="strict").lstrip("/")
            path = (self.server.folder / name).resolve()
            if path.is_dir():
                path = path / "index.html"
            inside = path.is_relative_to(self.server.folder)
            hidden = any(part.startswith(".") for part in Path(name).parts)
            return path if inside and not hidden and path.is_file() else None
        except (ValueError, OSError):  # not UTF-8, a null byte, too long
            return None

    def send_part(self, path: Path, size: int, first: int, last: int, headers: dict[str, str], body: bool) -> None:
        last = min(last, size - 1)
        if first > last:
            status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            return self.send(status, {"Content-Range": f"bytes */{size}"}, b"", body)
        with path.open("rb") as file:
            file.seek(first)
            data = file.read(last - first + 1)
        self.send(HTTPStatus.PARTIAL_CONTENT, headers | {"Content-Range": f"bytes {first}-{last}/{size}"}, data, body)

    def send(self, status: HTTPStatus, headers: dict[str, str], data: bytes, body: bool) -> None:
        # All pages may read the files, which are public: a frame sandboxed without allow-same-origin needs it for its own files.
        headers = {
            **headers,
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
            **(ISOLATION if self.server.isolation else {}),
        }
        self.send_response(status)
        if status != HTTPStatus.NOT_MODIFIED:
            headers["Content-Length"] = str(len(data))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def version_string(self) -> str:
        return "explainer"

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):  # the reader closed the page
            self.close_connection = True

    def log_request(self, code="-", size="-") -> None:
        """Logs failures only: a page requests some 60 files."""
        if int(code) >= 400:
            super().log_request(int(code), size)


@lru_cache(maxsize=128)
def compressed(path: Path, changed: int) -> bytes:
    """Returns the file in brotli. changed: its time of modification, so that a changed file is compressed again."""
    return brotli.compress(path.read_bytes(), quality=QUALITY)
