"""`explainer serve`: types, compression, headers, ranges of files, and no file outside the folder."""

from __future__ import annotations

import http.client
import socket
import threading

import brotli
import pytest
from explainer.export import serve as serving
from explainer.export.build import site
from explainer.export.errors import ExplainerError
from explainer.export.serve import listen

FILES = {
    "index.html": b"<!doctype html>home",
    "page.js": b"let a = 1;\n" * 100,
    "pyodide/pyodide.mjs": b"export {}",
    "pyodide/a.bin": b"\x1f\x8b",
    "ort/ort.wasm": b"\0asm" * 1000,
    "models/index.json": b"{}",
    "style.css": b"a{}",
    "models/m/trunk-0123456789abcdef.onnx": b"onnx" * 50,
    "models/m/weights-0123456789abcdef.bin": bytes(range(256)),
    ".secret": b"no",
    "icon.svg": b"<svg/>",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("serve")
    (root / "outside.txt").write_text("outside")
    for name, data in FILES.items():
        path = root / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root / "dist"


@pytest.fixture(scope="module")
def get(folder):
    servers = {isolation: listen(folder, 0, isolation) for isolation in (True, False)}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def get(path, isolation=True, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", servers[isolation].server_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    yield get
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/", "text/html; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/pyodide/pyodide.mjs", "text/javascript; charset=utf-8"),
        ("/ort/ort.wasm", "application/wasm"),
        ("/pyodide/a.bin", "application/octet-stream"),
        ("/models/index.json", "application/json"),
        ("/models/m/trunk-0123456789abcdef.onnx", "application/octet-stream"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_types(get, path, kind):
    status, headers, body = get(path)
    assert (status, headers["content-type"]) == (200, kind)
    assert body == FILES[path[1:] or "index.html"] and int(headers["content-length"]) == len(body)


def test_what_shrinks_is_compressed_for_those_who_can_read_it(get):
    for path in ("/page.js", "/ort/ort.wasm"):
        _, headers, body = get(path, Accept_Encoding="gzip, deflate, br;q=0.9")
        assert headers["content-encoding"] == "br" and headers["vary"] == "Accept-Encoding"
        assert brotli.decompress(body) == FILES[path[1:]] and len(body) < len(FILES[path[1:]]) / 5
        assert "content-encoding" not in get(path, Accept_Encoding="gzip")[1]
    for path in ("/pyodide/a.bin", "/models/m/weights-0123456789abcdef.bin"):
        assert "content-encoding" not in get(path, Accept_Encoding="br")[1]


def test_isolation_unless_refused(get):
    for path in ("/", "/page.js", "/nothing"):
        headers = get(path)[1]
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-embedder-policy"] == "require-corp"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert not [name for name in get(path, isolation=False)[1] if name.startswith("cross-origin")]


def test_named_by_hash_is_kept_and_the_rest_is_asked_for(get):
    assert "immutable" in get("/models/m/weights-0123456789abcdef.bin")[1]["cache-control"]
    status, headers, _ = get("/page.js")
    assert headers["cache-control"] == "no-cache"
    status, _, body = get("/page.js", If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")
    assert get("/page.js", If_None_Match='"another"')[0] == 200


def test_parts_of_files(get):
    path, whole = "/models/m/weights-0123456789abcdef.bin", bytes(range(256))
    ranges = (("bytes=10-19", slice(10, 20)), ("bytes=250-", slice(250, None)), ("bytes=250-999", slice(250, None)))
    for wanted, part in ranges:
        status, headers, body = get(path, Range=wanted)
        assert (status, body) == (206, whole[part])
        assert headers["content-range"] == f"bytes {part.start}-{part.start + len(body) - 1}/256"
    assert get(path, Range="bytes=256-")[0] == 416
    assert get(path, Range="lines=1-2")[0] == 200
    assert get(path, Range="bytes=1-2", If_Range='"another"')[0] == 200


def test_head_has_no_body(get):
    status, headers, body = get("/page.js", method="HEAD")
    assert (status, body) == (200, b"") and int(headers["content-length"]) == len(FILES["page.js"])


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/models/../../outside.txt",
        "/..%2foutside.txt",
        "//etc/passwd",
        "/%00",
        "/%ff",
        "/models",
        "/models/",
        "/nothing",
        "/.secret",
        "/" + "a" * 5000,
        "/..%5coutside.txt",
    ],
)
def test_nothing_else_is_served(get, path):
    assert get(path)[0] == 404


def test_a_link_out_of_the_folder_is_not_followed(get, folder):
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    assert get("/link.txt")[0] == 404


def test_an_address_with_a_query_is_the_same_file(get):
    assert get("/?model=sorter")[2] == FILES["index.html"]


def test_the_next_free_port_is_taken(folder):
    with listen(folder, 0) as first, listen(folder, first.server_port) as second:
        assert first.server_port < second.server_port < first.server_port + 20


def test_ports_that_cannot_be_had_are_named(folder, monkeypatch):
    with pytest.raises(ExplainerError, match="70000 is not a port"):
        listen(folder, 70000)
    monkeypatch.setattr("explainer.export.serve.TRIES", 0)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ExplainerError, match="all in use: choose another with --port"),
    ):
        listen(folder, taken.getsockname()[1])


def test_only_this_machine_is_served(folder):
    with listen(folder, 0) as server:
        assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("current", [True, False])
def test_the_site_is_built_only_when_needed_and_ctrl_c_ends_quietly(folder, monkeypatch, capsys, current):
    def stop(self):
        raise KeyboardInterrupt

    built = []
    monkeypatch.setattr(site, "is_current", lambda dist, models: current)
    monkeypatch.setattr(site, "build", lambda dist, models: built.append(dist))
    monkeypatch.setattr(serving.Server, "serve_forever", stop)
    serving.serve(folder, port=0)
    said = capsys.readouterr().out
    assert f"Serving {folder} at http://localhost:" in said
    assert (built, "out of date: building it" in said) == (([], False) if current else ([folder], True))


def test_a_class_gets_an_address_and_a_code(folder, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with listen(folder, 0, lan=True) as server:
        assert server.server_address[0] == "0.0.0.0"
        serving.invite(f"http://192.168.1.2:{server.server_port}/")
    out = capsys.readouterr().out
    assert f"http://192.168.1.2:{server.server_port}/" in out and "█" in out and "one thread" in out
