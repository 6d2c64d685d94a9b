"""The `explainer` command: export, verify, build, serve; and for who works on it new-view."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from explainer.export.errors import ExplainerError


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="explainer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_export(commands)
    add_verify(commands)
    add_build(commands)
    add_serve(commands)
    add_new_view(commands)
    args = parser.parse_args(argv)
    try:
        return args.run(args) or 0
    except ExplainerError as error:
        print(f"explainer: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("explainer: stopped", file=sys.stderr)
        return 130


def add_export(commands) -> None:
    parser = commands.add_parser("export", help="turn a GPT-2 checkpoint into ONNX graphs that expose every activation")
    parser.add_argument("checkpoint", help="a name of ours (storyteller), a folder in Hugging Face layout, or a hub id")
    parser.add_argument("--out", type=Path, required=True, help="folder to write (replaced as a whole when all is well)")
    parser.add_argument("--precision", choices=("fp32", "int8", "int4"), default="int8")

    def run(args) -> None:
        from explainer.export.checkpoint.load import load_checkpoint
        from explainer.export.package import summary, write_model

        print(summary(write_model(load_checkpoint(args.checkpoint), args.out, args.precision)))

    parser.set_defaults(run=run)


def add_verify(commands) -> None:
    parser = commands.add_parser("verify", help="measure an exported model against its checkpoint")
    parser.add_argument("model", type=Path, help="a folder that `explainer export` wrote")
    parser.add_argument("--against", help="the checkpoint it was exported from")
    parser.add_argument("--text", type=Path, help="a text file to measure on (a sample of ours otherwise)")
    parser.add_argument("--write", action="store_true", help="record the figures in the model's manifest")

    def run(args) -> int:
        from explainer.export.verify import verify

        return 0 if verify(args.model, against=args.against, text=args.text, write=args.write) else 1

    parser.set_defaults(run=run)


def add_build(commands) -> None:
    parser = commands.add_parser("build", help="write the site: a folder that any static host can serve")
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="an exported model to add to our own; may be given several times",
    )
    parser.add_argument("--out", type=Path, default=Path("dist"))
    parser.add_argument("--zip", type=Path, metavar="FILE", help="pack the site and a HOW-TO for teachers as well")

    def run(args) -> None:
        from explainer.export.build.archive import write_zip
        from explainer.export.build.site import build

        build(args.out, args.model)
        if args.zip:
            write_zip(args.out, args.zip)
            print(f"{args.zip}: {args.zip.stat().st_size / 1e6:.1f} MB")

    parser.set_defaults(run=run)


def add_serve(commands) -> None:
    parser = commands.add_parser("serve", help="build the site if needed and serve it on this machine")
    parser.add_argument("--dist", type=Path, default=Path("dist"))
    parser.add_argument("--model", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--lan", action="store_true", help="let others on this network open it; shows the address")
    parser.add_argument("--no-isolation", action="store_true", help="leave out the headers that allow threads")

    def run(args) -> None:
        from explainer.export.serve import serve

        serve(args.dist, args.model, port=args.port, isolation=not args.no_isolation, lan=args.lan)

    parser.set_defaults(run=run)


def add_new_view(commands) -> None:
    parser = commands.add_parser("new-view", help="lay the files of a new part of the page (in a clone of the project)")
    parser.add_argument("name", help="the part's name in addresses and folders, small letters")
    parser.add_argument("title", nargs="?", help="its name on the page")

    def run(args) -> None:
        from explainer.export.new_view import ROOT, new_view

        for path in new_view(args.name, args.title):
            print(path.relative_to(ROOT))

    parser.set_defaults(run=run)


if __name__ == "__main__":
    sys.exit(main())
