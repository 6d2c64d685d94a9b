"""`explainer build --zip`: packs the site and instructions into one file for teachers."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from explainer.export.errors import ExplainerError

HOW_TO = """\
A GPT-2, explained: a page that runs a real language model in the browser.

On one computer, with no network
  1. Unpack this file.
  2. Open a terminal in the folder "site" and run:   python3 -m http.server 8000
     (on Windows:   py -m http.server 8000 )
  3. Open http://localhost:8000 in a browser.
  Opened by a double click the page cannot run: browsers refuse programs from a disk.

For a class on the same network
  Others open http://ADDRESS:8000 with this computer's address in place of ADDRESS.
  There the browser keeps nothing and uses one processor only; all else works as usual.

On the web
  Copy what is in the folder "site" to any web host, under any path, and link to it.
  Served over https it also works without a network after the first visit.
  site/examples/course.html shows how to put figures into a page of your own.

Nothing that is typed leaves the reader's computer.
"""


def write_zip(dist: Path, file: Path) -> None:
    """Pack the site in `dist` and HOW-TO.txt into `file`, which is written as a whole or not at all. Raises ExplainerError."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("explainer/HOW-TO.txt", HOW_TO.replace("\n", "\r\n"))  # old Windows editors need both
            for path in sorted(dist.rglob("*")):
                if path.is_file():
                    archive.write(path, f"explainer/site/{path.relative_to(dist).as_posix()}")
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ExplainerError(f"{error.filename or file} cannot be written: {error.strerror or error}") from None
