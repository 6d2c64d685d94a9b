"""Writes the licence texts of all projects whose work a build copies into the site.

The texts are those of the packages that the site is made of. Two npm packages come without one: ONNX Runtime's is in the Python
package of the same project; Pyodide's, the MPL 2.0, is in export/data, as is that of the Python in it.
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from explainer.export.errors import ExplainerError

DATA = Path(__file__).parents[1] / "data"
TEXT = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|ThirdPartyNotices)", re.IGNORECASE)
SUFFIXES = {"", ".txt", ".md", ".rst", ".APACHE", ".BSD"}
NPM = {"huggingface-tokenizers": "@huggingface/tokenizers"}  # name here -> package
OURS = "The code of the page itself is under the MIT licence; each model names its own.\n"


def write_licences(out: Path, modules: Path, numpy: Path, packages: Iterable[str]) -> None:
    """Write `out`/NAME.txt for every project, and README.txt that lists them.

    modules: node_modules. numpy: the wheel for Pyodide. packages: Python distributions that are in the site.
    Raises ExplainerError when a project has no text: nothing is shipped without its terms.
    """
    texts = {
        "pyodide": [DATA / "MPL-2.0.txt"],
        "python": [DATA / "PSF-2.0.txt"],
        "onnxruntime-web": of_distribution("onnxruntime"),
        **{
            name: sorted(path for path in (modules / package).iterdir() if TEXT.match(path.name))
            for name, package in NPM.items()
        },
        **{name: of_distribution(name) for name in packages},
    }
    out.mkdir()
    for name, paths in texts.items():
        _write(out, name, [path.read_bytes() for path in paths])
    with zipfile.ZipFile(numpy) as wheel:
        _write(
            out,
            "numpy",
            [
                wheel.read(path)
                for path in sorted(wheel.namelist())
                if ".dist-info/licenses/" in path and not path.endswith("/")
            ],
        )
    names = sorted(path.stem for path in out.iterdir())
    (out / "README.txt").write_text(
        "The site contains work of these projects, under the terms in the file of each name:\n"
        + "".join(f"  {name}.txt\n" for name in names)
        + OURS
    )


def of_distribution(name: str) -> list[Path]:
    """Return the files with licence texts of an installed Python distribution."""
    dist = metadata.distribution(name)
    return [
        Path(dist.locate_file(path))
        for path in sorted(dist.files or [])
        if TEXT.match(path.name) and path.suffix in SUFFIXES and (len(path.parts) <= 2 or ".dist-info" in path.parts[0])
    ]


def _write(out: Path, name: str, texts: list[bytes]) -> None:
    if not texts:
        raise ExplainerError(f"{name} was installed without its licence text, so the site may not contain it: reinstall it")
    once = dict.fromkeys(text.strip() for text in texts)  # some packages have the same text in two places
    (out / f"{name}.txt").write_bytes(b"\n\n--------\n\n".join(once) + b"\n")
