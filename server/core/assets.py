"""What the front-end build leaves for browsers; every page works without it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, url_for


def register(app: Flask) -> None:
    """Give the templates ``script(name)``: the address of a built script, or nothing where there is none."""
    folder = Path(str(app.static_folder)) / "web"
    built = {path.stem for path in folder.glob("*.js")}

    def script(name: str) -> str:
        return url_for("static", filename=f"web/{name}.js") if name in built else ""

    app.jinja_env.globals["script"] = script
