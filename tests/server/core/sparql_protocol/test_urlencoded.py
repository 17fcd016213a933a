"""Escapes and fields are read as the standard library reads them, whatever is sent."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl, quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.sparql_protocol.protocol import fields_of, unescaped

PIECES = ["%", "%2", "%zz", "%41", "%e4%b8%ad", "%E4", "%0A", "%0D%0A", "%3D", "=", "=3D", "&", "&&", "+", "%2B", "%26"]
PIECES += [" ", "\n", "\r\n", "=\n", "\t", "_", "a", "中", "%00", "%25", "%2541", ".", "==", "?"]
texts = st.lists(st.sampled_from(PIECES)).map("".join) | st.text()


def outcome(text: str, *, ours: bool) -> str | type[Exception]:
    try:
        return unescaped(text) if ours else unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        return type(error)


@given(texts)
def test_escapes_are_read_as_the_standard_library_reads_them(text: str) -> None:
    with suppress(UnicodeEncodeError):  # half a surrogate pair, which no request has
        text.encode("utf-8")
        assert outcome(text, ours=True) == outcome(text, ours=False)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_escaped_comes_back(text: str) -> None:
    assert unescaped(quote(text, safe="")) == text


@given(st.lists(st.sampled_from([piece for piece in PIECES if piece != "%E4"])).map("".join))
def test_fields_are_read_as_the_standard_library_reads_them(text: str) -> None:
    with suppress(UnicodeDecodeError):
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
        assert fields_of(text) == expected


def test_what_is_no_utf_8_is_reported() -> None:
    with pytest.raises(UnicodeDecodeError):
        fields_of("query=%FF")
