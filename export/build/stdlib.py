"""Packs Python's standard library for the page, compiled: npm's pyodide has its sources, which every start would compile again.

Modules that nothing on the page can use are left out: tools for terminals, servers and mail, codecs of old machines.
"""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from explainer.export.build.packages import Archive

NAME = "python_stdlib.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
DROP = {
    "_pyrepl",
    "bdb",
    "curses",
    "dbm",
    "doctest",
    "ensurepip",
    "ftplib",
    "idlelib",
    "imaplib",
    "mailbox",
    "multiprocessing",
    "optparse",
    "pdb",
    "pickletools",
    "poplib",
    "pydoc",
    "pydoc_data",
    "smtplib",
    "sqlite3",
    "tabnanny",
    "this",
    "tkinter",
    "turtle",
    "turtledemo",
    "venv",
    "wsgiref",
    "xml",
    "xmlrpc",
    "zipapp",
}
# The modules of `encodings` that are kept; the others are tables of single-byte and East Asian character sets.
CODECS = {
    "__init__",
    "aliases",
    "ascii",
    "base64_codec",
    "charmap",
    "cp1252",
    "cp437",
    "hex_codec",
    "idna",
    "latin_1",
    "punycode",
    "raw_unicode_escape",
    "undefined",
    "unicode_escape",
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "utf_32",
    "utf_32_be",
    "utf_32_le",
    "utf_8",
    "utf_8_sig",
}


def wanted(path: PurePosixPath) -> bool:
    """Return whether the page may need this file of the archive."""
    if path.parts[0].removesuffix(".py") in DROP:
        return False
    return path.parts[0] != "encodings" or path.stem in CODECS


class Stdlib(Archive):
    """npm's archive without the files that are not `wanted`. Python imports from it as it is, so it stays a zip file."""

    file_name = NAME

    def __init__(self, archive: Path):
        with zipfile.ZipFile(archive) as source:
            super().__init__(
                NAME.removesuffix(".zip"),
                {
                    name: source.read(name)
                    for name in source.namelist()
                    if not name.endswith("/") and wanted(PurePosixPath(name))
                },
            )

    def write(self, folder: Path) -> Path:
        path = folder / NAME
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in sorted(self.files.items()):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data, compresslevel=9)
        return path
