"""The forms that an answer can take."""

from __future__ import annotations

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS, Form

every_form = pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.ending)


@every_form
def test_a_form_goes_by_the_media_type_and_ending_of_its_format(form: Form) -> None:
    assert form.format.media_type.removesuffix("; charset=utf-8") == form.media_type
    assert form.format.file_extension == form.ending


@every_form
def test_text_is_distinguished_from_other_media_types(form: Form) -> None:
    assert form.is_text == form.media_type.startswith("text/")


def test_endings_and_media_types_are_distinguished_within_tables_and_within_graphs() -> None:
    assert len(FORMS) == len(RESULT_FORMS) + len(GRAPH_FORMS)
    for forms in (RESULT_FORMS, GRAPH_FORMS):
        names = [media_type for form in forms for media_type in (form.media_type, *form.also)]
        assert len(names) == len(set(names))


def test_there_is_a_form_for_every_format_of_the_engine() -> None:
    tables = (QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.CSV, QueryResultsFormat.TSV)
    assert tuple(form.format for form in RESULT_FORMS) == tables
    assert all(isinstance(form.format, RdfFormat) for form in GRAPH_FORMS)
