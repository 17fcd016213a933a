"""The Flask front end: SPARQL protocol, question pages, linked data."""

from __future__ import annotations

import os

from flask import Flask

from kg.catalogue import read_catalogue
from kg.engine import Engine
from kg.engine.current import CurrentEngine
from kg.engine.lender import Lending
from kg.evidence import SourceText, read_source_text
from kg.picture.press import Press
from kg.release.integrity import Integrity
from kg.release.serve import lender
from kg.release.shelf import Shelf, open_store
from kg.settings import Settings, read_settings
from server import (
    assets,
    citing,
    datasets,
    editor,
    explore,
    fragments,
    home,
    kinds,
    labels,
    look,
    memento,
    ontology,
    openapi,
    plans,
    problems,
    reconcile,
    takeaways,
    urls,
)
from server.asking import asked
from server.canned import exports, pictures
from server.canned import question as canned
from server.discovery import head, linksets, opensearch, signposting, sitemap
from server.front import direct
from server.front.gateway import note_route
from server.front.metrics import Metrics
from server.here import Holding, install
from server.http import freshness, headers
from server.ontology import diagrams, editions
from server.release import dumps, pinned, releases, state, status
from server.release import integrity as integrities
from server.search import find, indexes
from server.sparql import endpoint as sparql
from server.sparql import graphs, query_snippets
from server.takeaways import making
from server.thing import views as things
from server.words import carried, figures, language, prose, reading

# what comes first; what is registered later sees a response before them
_HOOKS = (figures, urls, prose, reading, assets, asked, problems, headers, head, signposting)
# those whose blueprint needs nothing but the request
_MODULES = (
    *(home, plans, explore, sparql, editor, citing, exports, canned, things, ontology, graphs, datasets, find),
    *(reconcile, dumps, releases, memento, fragments, takeaways, linksets, sitemap, opensearch, kinds, state),
    *(openapi, look, labels, query_snippets),
)


def create_app(
    settings: Settings | None = None,
    engine: Engine | CurrentEngine | Lending | None = None,
    metrics: Metrics | None = None,
    integrity: Integrity | None = None,
) -> Flask:
    """Make the application: of the releases in the home, unless an engine is given; ``metrics`` observe the engines.

    Raises:
        KgError: the settings, the release, the catalogue or the source text is not as it must be.
    """
    chosen = settings or read_settings(os.environ)
    metrics = metrics or Metrics()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 4 * chosen.max_question_bytes  # a form is longer than its fields
    app.config["MAX_FORM_MEMORY_SIZE"] = 4 * chosen.max_question_bytes
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    catalogue, source = read_catalogue(), _source_text(chosen)
    # last, as it starts processes, which an error after it would leave behind
    engine = engine or lender(chosen, metrics)
    holding = Holding(chosen, engine, catalogue, source)
    install(app, holding)
    for hook in _HOOKS:
        hook.register(app)
    freshness.register(app, chosen)
    language.register(app)
    carried.register(app)
    making.register(app)
    editions.register(app)
    pinned.register(app, holding)
    indexes.register(app, chosen, integrities.register(app, chosen, integrity))
    memento.register(app)
    note_route(app)
    for module in _MODULES:
        app.register_blueprint(module.blueprint)
    app.register_blueprint(status.blueprint(metrics))
    _register_pictures(app, Press())
    direct.register(app)
    return app


def _register_pictures(app: Flask, press: Press) -> None:
    app.register_blueprint(pictures.blueprint(press))
    app.register_blueprint(diagrams.blueprint(press))


def _source_text(settings: Settings) -> SourceText | None:
    """The local copy of the source text, if the operator names one and the current release counts in it."""
    if settings.source_text is None:
        return None
    store = open_store(Shelf(settings.home).current(), settings.memory_max_quads)
    return read_source_text(settings.source_text, store)
