"""The same app with Python on this machine instead of in the browser, for work on the views.

    panel serve src/explainer/hosts/panel_server.py --static-dirs page=site

Models come from the folder that EXPLAINER_MODELS names, else from the last build.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import panel as pn

from explainer.app.app import App
from explainer.hosts.panel_seam import Bridge
from explainer.runtimes.native import NativeLibrary

ROOT = Path(__file__).parents[3]


def page() -> str:
    """Returns site/index.html as a Panel template: its files come from `page/`, and Python is on the server."""
    html = (ROOT / "site/index.html").read_text(encoding="utf-8")
    head, body = (re.search(rf"<{tag}[^>]*>(.*)</{tag}>", html, re.S)[1] for tag in ("head", "body"))
    head = re.sub(r"<meta http-equiv=[^>]*>", "", head)  # Panel's own server writes scripts into the page
    head = re.sub(r'(href|src)="', r'\1="page/', re.sub(r"<link rel=.preload.[^>]*>", "", head))
    return (
        f"{{% extends base %}}{{% block postamble %}}{head}{{% endblock %}}{{% block contents %}}"
        f"<div data-python='server'></div>{body}<div hidden>{{{{ embed(roots.app) }}}}</div>{{% endblock %}}"
    )


def serve() -> None:
    app = App(NativeLibrary(os.environ.get("EXPLAINER_MODELS", ROOT / "dist/models")))
    template = pn.Template(page())
    template.add_panel("app", Bridge(app.views, app.on_message))
    template.servable()
    pn.state.onload(app.run)


if __name__.startswith("bokeh_app"):
    serve()
