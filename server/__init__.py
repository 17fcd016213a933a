"""The Flask front end: SPARQL protocol, question pages, linked data."""

from __future__ import annotations

import os

from flask import Flask

from kg.catalogue import read_catalogue
from kg.engine import Engine
from kg.engine.embedded import EmbeddedEngine
from kg.evidence import SourceText, read_source_text
from kg.release.shelf import Shelf, open_store
from kg.settings import Settings, read_settings
from server import canned, headers, home, problems, prose, sparql, things, urls
from server.here import Service, install


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """Make the application: of the current release, unless another engine is given.

    Raises:
        KgError: the settings, the release, the catalogue or the source text is not as it must be.
    """
    chosen = settings or read_settings(os.environ)
    source: SourceText | None = None
    if engine is None:
        release = Shelf(chosen.home).current()
        store = open_store(release, chosen.memory_max_quads)
        engine = EmbeddedEngine(store, release.release_id, chosen.max_nesting)
        if chosen.source_text is not None:
            source = read_source_text(chosen.source_text, store)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = chosen.max_question_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = chosen.max_question_bytes
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    install(app, Service(chosen, engine, read_catalogue(), source))
    urls.register(app)
    prose.register(app)
    problems.register(app)
    headers.register(app)
    for blueprint in (home.blueprint, sparql.blueprint, canned.blueprint, things.blueprint):
        app.register_blueprint(blueprint)
    return app
