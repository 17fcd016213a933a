"""Scripts that the front-end build makes for browsers. Every page works without them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, url_for


def register(app: Flask) -> None:
    """Give the templates ``script(name)``: the address of a built script, or an empty text if it was not built."""
    folder = Path(str(app.static_folder)) / "web"
    built = {path.stem for path in folder.glob("*.js")}

    def script(name: str) -> str:
        return url_for("static", filename=f"web/{name}.js") if name in built else ""

    app.jinja_env.globals["script"] = script
