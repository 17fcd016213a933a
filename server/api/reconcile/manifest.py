"""The manifest: what the service offers, and where."""

from __future__ import annotations

import kg
from kg.core.names import LANGUAGES, PREFIXES, thing
from kg.reconcile.properties import Closeness
from kg.reconcile.schema import Schema
from server.api.reconcile.parser import BATCH_SIZE
from server.api.reconcile.shapes import Json, full_type
from server.core import urls

PREVIEW_WIDTH, PREVIEW_HEIGHT = 400, 200  # pixels

_DEFAULT_TYPES = (
    *("Plan", "Objective", "Measure", "Target", "Project", "Technology", "Sector", "Indicator", "Organisation"),
    *("CooperationArea", "Event", "LegalInstrument", "PlanElement"),
)
_NAMES = {
    "en": "China's Five-Year Plans",
    "de": "Chinas Fünfjahrespläne",
    "zh": "中国五年规划",
}
_SETTINGS: dict[str, dict[str, str]] = {
    "lang": {"en": "Language of names", "de": "Sprache der Namen", "zh": "名称语言"},
    "limit": {
        "en": "Values of each thing, at most (0: all)",
        "de": "Werte je Ding, höchstens (0: alle)",
        "zh": "每个实体最多几个值（0 表示全部）",
    },
    "links": {"en": "Links to other datasets", "de": "Links zu anderen Datenbeständen", "zh": "外部链接"},
}
_CLOSENESS = {
    Closeness.EXACT: {"en": "the same thing only", "de": "nur dasselbe", "zh": "仅完全相同"},
    Closeness.CLOSE: {"en": "also nearly the same", "de": "auch fast dasselbe", "zh": "包括近似相同"},
    Closeness.ALL: {
        "en": "also wider, narrower and related",
        "de": "auch weiter, enger und verwandt",
        "zh": "包括更宽、更窄和相关",
    },
}
_LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "zh": "中文"}


def manifest(schema: Schema, language: str) -> Json:
    """The manifest of the service that tells names in one language."""
    known = [schema.types[one] for one in _DEFAULT_TYPES if one in schema.types]
    about = urls.absolute(urls.reconcile("about", language))
    return {
        "versions": ["0.2"],
        "name": _NAMES[language],
        "identifierSpace": thing("").value,
        "schemaSpace": PREFIXES["fyp"],
        "documentation": about,
        "serviceVersion": kg.__version__,
        "defaultTypes": [full_type(schema, one, language) for one in known],
        "view": {"url": urls.id_template(lambda slot: urls.page_of(thing(slot)))},
        "feature_view": {"url": about + "#{{id}}"},
        "preview": {
            "url": urls.id_template(lambda slot: urls.reconcile("preview", language, id=slot)),
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {what: _service("suggest", language, what=what) for what in ("entity", "type", "property")},
        "extend": {
            "propose_properties": _service("propose", language),
            "property_settings": _settings(language),
        },
        "batchSize": BATCH_SIZE,
    }


def _service(view: str, language: str, **fields: str) -> Json:
    """An address in two parts, as clients put them together: without a slash at the end of the first."""
    root, path = urls.absolute("/").rstrip("/"), urls.reconcile(view, language, **fields)
    return {"service_url": root, "service_path": path}


def _settings(language: str) -> list[Json]:
    def setting(key: str, kind: str, default: str | int, choices: dict[str, str] | None = None) -> Json:
        told: Json = {"name": key, "label": _SETTINGS[key][language], "type": kind, "default": default}
        if choices is not None:
            told["choices"] = [{"value": value, "name": text} for value, text in choices.items()]
        return told

    return [
        setting("lang", "select", language, {one: _LANGUAGE_NAMES[one] for one in LANGUAGES}),
        setting("limit", "number", 0),
        setting(
            "links", "select", Closeness.CLOSE.value, {one.value: text[language] for one, text in _CLOSENESS.items()}
        ),
    ]
