r"""Terminals of the SPARQL grammar as regular expressions (SPARQL 1.1 Query Language, sections 19.2 and 19.8).

They follow the engine where it differs from the standard, as pyoxigraph 0.5 does in two of them: a local name has
one dot (or run of dots) inside it at most, and a character may be escaped (``\u0041``) in strings and IRIs only.
"""

from __future__ import annotations

NAME_START = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_INSIDE = NAME_START + r"0-9\u00b7\u0300-\u036f\u203f\u2040"

CODEPOINT = (
    r"(?:\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|"
    r"\\U(?!0000[dD][89a-fA-F])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
)
ESCAPE = rf"\\[tbnrf\"'\\]|{CODEPOINT}"
_IRI_INSIDE = r"[^<>\"{}|^`\\\x00-\x20]*+"
IRI = rf"<{_IRI_INSIDE}(?:{CODEPOINT}{_IRI_INSIDE})*+>"

_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
LOCAL_START = rf"(?:[{NAME_START}0-9:]|{_LOCAL_ESCAPE})"
LOCAL_INSIDE = rf"(?:[{NAME_INSIDE}\-:]|{_LOCAL_ESCAPE})"
# no part gives back what it took, as in the engine
LOCAL = rf"{LOCAL_START}{LOCAL_INSIDE}*+(?:\.++{LOCAL_INSIDE}++)?+"
BLANK = rf"_:[{NAME_START}0-9][{NAME_INSIDE}\-]*+(?:\.++[{NAME_INSIDE}\-]++)*+"

NUMBER = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]+|[0-9]*+\.[0-9]+|[0-9]+"
VARIABLE = rf"[?$][{NAME_START}0-9][{NAME_INSIDE}]*"
LANGUAGE = r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"
COMMENT = r"#[^\n\r]*"
SPACE = r"[ \t\r\n]+"

# The beginnings of strings, the longer before the shorter, and how far a text goes on as one.
STRINGS = {
    '"""': rf'"""(?:[^"\\]|{ESCAPE}|"(?!""))*+',
    "'''": rf"'''(?:[^'\\]|{ESCAPE}|'(?!''))*+",
    '"': rf'"(?:[^"\\\n\r]|{ESCAPE})*+',
    "'": rf"'(?:[^'\\\n\r]|{ESCAPE})*+",
}
