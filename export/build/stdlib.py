"""Python's standard library for the page, compiled: npm's pyodide brings it as sources, which every start compiles anew.

What nothing on the page can use stays out: tools for terminals, servers and mail, codecs of old machines.
"""
from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from export.build.wheels import Wheel, compile_sources, write_zip

NAME = "python_stdlib.zip"
DROP = {
    "_pyrepl", "bdb", "curses", "dbm", "doctest", "ensurepip", "ftplib", "idlelib", "imaplib", "mailbox", "multiprocessing",
    "optparse", "pdb", "pickletools", "poplib", "pydoc", "pydoc_data", "smtplib", "sqlite3", "tabnanny", "this", "tkinter",
    "turtle", "turtledemo", "venv", "wsgiref", "xml", "xmlrpc", "zipapp",
}
# Of `encodings`, the others being tables of single-byte and East Asian character sets.
CODECS = {"__init__", "aliases", "ascii", "base64_codec", "charmap", "cp1252", "cp437", "hex_codec", "idna", "latin_1",
          "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf_16", "utf_16_be", "utf_16_le", "utf_32",
          "utf_32_be", "utf_32_le", "utf_8", "utf_8_sig"}


def wanted(path: PurePosixPath) -> bool:
    """Whether the page may need this file of the archive."""
    if path.parts[0].removesuffix(".py") in DROP:
        return False
    return path.parts[0] != "encodings" or path.stem in CODECS


class Stdlib(Wheel):
    """The archive in the making; only `compile_sources` and `digest` treat it as a wheel."""

    def __init__(self, archive: Path):
        self.name = NAME.removesuffix(".zip")
        with zipfile.ZipFile(archive) as source:
            self.files = {name: source.read(name) for name in source.namelist()
                          if not name.endswith("/") and wanted(PurePosixPath(name))}

    def write(self, folder: Path) -> Path:
        return write_zip(folder / NAME, self.files)


def write_stdlib(out: Path, pyodide: Path, cache: Path, say: Callable[[str], None]) -> None:
    """Write the archive into `out`; it is kept in `cache` for as long as Pyodide's stays the same."""
    stdlib = Stdlib(pyodide / NAME)
    kept = cache / f"{stdlib.digest(hashlib.sha256(Path(__file__).read_bytes()).hexdigest())}-{NAME}"
    if not kept.is_file():
        say("compiling Python's standard library with Pyodide's Python")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="part-") as work:
            compile_sources([stdlib], pyodide, Path(work))
            stdlib.add_bytecode(Path(work) / stdlib.name)
            stdlib.write(Path(work)).rename(kept)
    shutil.copyfile(kept, out / NAME)
