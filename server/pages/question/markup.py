"""The answer to a question in the terms of schema.org: a dataset that is a part of ours."""

from __future__ import annotations

from flask import url_for

from kg.core.names import question_page
from kg.output.metadata import DATASET, LICENSE, TITLES
from kg.output.metadata.schema import CONTEXT, Markup, dates, download, maker
from kg.questions.result import QuestionResult
from server.core import urls
from server.core.context import request_context
from server.core.question_params import QuestionParams
from server.pages.citations import Cited
from server.pages.releases.site import built_on
from server.pages.result.file_formats import files_of


def question_markup(answered: QuestionResult, cited: Cited) -> Markup:
    """The answer with its columns as what is measured, and its files; ``cited`` says how to cite it."""
    question, language = answered.question, answered.language
    params = QuestionParams(given=answered.values, language=language)
    files = files_of(question, QuestionParams(given=answered.values))
    markup: Markup = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": question_page(question.slug).value,
        "name": question.title[language],
        "description": f"{question.question[language]} {question.description[language]}",
        "url": urls.absolute(urls.question_in(question.slug, params)),
        "identifier": cited.address,
        "version": answered.release_id,
        "license": LICENSE.value,
        "isAccessibleForFree": True,
        "creator": maker(),
        "citation": cited.text,
        "inLanguage": language,
        "keywords": list(question.tags),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.labels[language], "propertyID": column.name}
            for column in answered.columns
            if column.kind != "hidden"
        ],
        "distribution": [download(file.address, file.media_type) for file in files],
        "isPartOf": {
            "@type": "Dataset",
            "@id": DATASET.value,
            "name": TITLES[language],
            "url": urls.absolute(url_for("datasets.page")),
        },
    }
    return markup | dates(built_on(request_context()))
