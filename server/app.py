"""The Flask application: the views, hooks and services of the front end put together."""

from __future__ import annotations

import os

from flask import Flask

from kg.charts.renderer import Renderer
from kg.core.settings import Settings, read_settings
from kg.engine import Engine
from kg.engine.registry import CurrentEngine, EngineSource
from kg.graph.evidence import SourceText, read_source_text
from kg.questions.catalogue import read_catalogue
from kg.release.engines import engine_registry
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore, open_store
from server.api import fragments, labels, memento, openapi, reconcile
from server.api.discovery import head, opensearch, signposting, sitemap
from server.api.discovery import signposting as linksets
from server.api.sparql import endpoint as sparql
from server.api.sparql import graphs, query_snippets
from server.core import assets, direct_requests, problems, urls
from server.core import integrity as release_integrity
from server.core.context import AppState, install
from server.core.http import freshness, headers
from server.core.i18n import filters, language, language_links, numbers
from server.core.metrics import Metrics
from server.core.sparql_protocol import protocol as sparql_request
from server.core.wsgi import note_route
from server.pages import citations, dataset, downloads, editor, explorer, home, ontology, plans, problem_types
from server.pages import style_guide as styleguide
from server.pages.downloads import groups as files
from server.pages.ontology import diagrams
from server.pages.ontology import versions as version_choice
from server.pages.question import charts, exports, question
from server.pages.releases import dumps, health, question_status, releases
from server.pages.resource import views as resource
from server.pages.search import indexes
from server.pages.search import views as search

# registered first: a hook that is registered later sees a response earlier
_HOOKS = (numbers, urls, filters, assets, sparql_request, problems, headers, head, signposting)
# modules whose blueprint needs nothing but the request
_PAGES = (
    *(home, plans, explorer, editor, citations, exports, question, resource, ontology, dataset, search),
    *(dumps, releases, downloads, problem_types, question_status, styleguide),
)
_APIS = (sparql, graphs, reconcile, memento, fragments, linksets, sitemap, opensearch, openapi, labels, query_snippets)


def create_app(
    settings: Settings | None = None,
    engine: Engine | CurrentEngine | EngineSource | None = None,
    metrics: Metrics | None = None,
    integrity: Integrity | None = None,
) -> Flask:
    """Make the application: of the releases in the home, unless an engine is given; ``metrics`` observe the engines.

    Raises:
        KgError: the settings, the release, the catalogue or the source text is not as it must be.
    """
    chosen = settings or read_settings(os.environ)
    metrics = metrics or Metrics()
    app = Flask("server")
    app.config["MAX_CONTENT_LENGTH"] = 4 * chosen.max_question_bytes  # a form is longer than its fields
    app.config["MAX_FORM_MEMORY_SIZE"] = 4 * chosen.max_question_bytes
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # of the base class, by which Flask types it
    catalogue, source = read_catalogue(), _source_text(chosen)
    # last, as it starts processes, which an error after it would leave behind
    engine = engine or engine_registry(chosen, metrics)
    holding = AppState(chosen, engine, catalogue, source)
    install(app, holding)
    for hook in _HOOKS:
        hook.register(app)
    freshness.register(app, chosen)
    language.register(app)
    language_links.register(app)
    files.register(app)
    version_choice.register(app)
    urls.register_versions(app, holding)
    indexes.register(app, chosen, release_integrity.register(app, chosen, integrity))
    memento.register(app)
    note_route(app)
    for module in (*_PAGES, *_APIS):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(health.blueprint(metrics))
    _register_pictures(app, Renderer())
    # last, because it must wrap all other wrappers of wsgi_app
    direct_requests.register(app)
    return app


def _register_pictures(app: Flask, press: Renderer) -> None:
    app.register_blueprint(charts.blueprint(press))
    app.register_blueprint(diagrams.blueprint(press))


def _source_text(settings: Settings) -> SourceText | None:
    """Return the local copy of the source text, if the operator names one and the current release counts in it."""
    if settings.source_text is None:
        return None
    store = open_store(ReleaseStore(settings.home).current(), settings.memory_max_quads)
    return read_source_text(settings.source_text, store)
