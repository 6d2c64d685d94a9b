"""Pictures of every part of the model in the built site, one sheet for each model, width and theme.

python tests/bench/pictures.py                       every model that the build puts into dist/
python tests/bench/pictures.py --random 124M         also GPT-2 small's shape with random weights
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from urllib.parse import quote_plus

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(Path(__file__).parent)]

from bench import served, with_random  # noqa: E402
from chromium import ARGS, installed, until  # noqa: E402

from explainer.state.choices import PARTS  # noqa: E402

PROMPTS = {"storyteller": '"Come here, Peter," said the old woman. "I am coming," said', "sorter": "cabbed:"}
OTHER = "The king and the queen had a golden ball, and the king"
# Width of the window -> (its height, pictures side by side, their width on the sheet)
WINDOWS = {1440: (900, 2, 960), 390: (844, 5, 312)}
GAP = 24


def open_page(page: Page, url: str, model: str) -> None:
    page.goto(f"{url}?model={model}&prompt={quote_plus(PROMPTS.get(model, OTHER))}&part=")
    until(page, "() => performance.getEntriesByName('explainer-live').length", timeout=600_000)
    until(page, "() => document.querySelector('[data-slot=prompt]').getAttribute('aria-busy') === 'false'", timeout=600_000)


def picture(page: Page, part: str) -> Image.Image:
    button = page.locator(f".part-bar [aria-controls=part-{part}]")
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    until(
        page,
        f"() => document.querySelector('#part-{part} h2') && !document.querySelector('#part-{part}.waiting')",
        timeout=120_000,
    )
    expect(page.locator(f"#note-{part} .says")).not_to_be_empty()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # until figures that are drawn in slices are complete
    top, height = page.evaluate(
        "(({ top, height }) => [top + scrollY, height])(document.querySelector('#closer').getBoundingClientRect())"
    )
    clip = {"x": 0, "y": top, "width": page.viewport_size["width"], "height": height}
    return Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")


def sheet(pictures: list[Image.Image], columns: int, width: int) -> Image.Image:
    """Puts all pictures into columns of equal width, each into the column that is shortest so far."""
    scaled = [image.resize((width, image.height * width // image.width), Image.LANCZOS) for image in pictures]
    ends, places = [GAP] * columns, []
    for image in scaled:
        column = ends.index(min(ends))
        places.append((GAP + column * (width + GAP), ends[column]))
        ends[column] += image.height + GAP
    whole = Image.new("RGB", (GAP + columns * (width + GAP), max(ends)), (128, 128, 128))
    for image, place in zip(scaled, places):
        whole.paste(image, place)
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--random", choices=("124M", "355M"), help="build a site with random weights of that shape as well")
    parser.add_argument("--model", action="append", help="only this one; may be given again")
    parser.add_argument("--out", type=Path, default=ROOT / "site" / "images" / "parts")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    dist = with_random(args.dist.resolve(), args.random, "int8") if args.random else args.dist
    models = args.model or [entry["name"] for entry in json.loads((dist / "models/index.json").read_text())["models"]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
        with served(dist, isolation=True) as url:
            for model in models:
                for theme in ("light", "dark"):
                    for width, (height, columns, size) in WINDOWS.items():
                        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
                        page = context.new_page()
                        open_page(page, url, model)
                        pictures = [picture(page, part) for part in PARTS]
                        context.close()
                        path = args.out / f"{model}-{width}-{theme}.webp"
                        sheet(pictures, columns, size).save(path, quality=60, method=6)
                        print(path.name, path.stat().st_size // 1000, "kB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
