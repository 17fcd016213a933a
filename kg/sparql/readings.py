"""Every way in which a parser could cut a SPARQL text into terminals, and the SERVICE clauses in any of them.

A parser of expressions (PEG), as the engine has it, takes no longest match: it tries a terminal where the grammar lets
it, and another one when the first fails. ``a:b`` is a name or, if its IRI is invalid, the name ``a:`` and more text;
``<`` begins an IRI or means 'less than'; ``trueSERVICE`` is two keywords. So one list of tokens cannot show what the
engine will read. This module follows all lists at once: from each place where a terminal may start, it goes on to each
place where one may end. A reading that the engine accepts leads to the end of the text, so it is among them.

Terminals of SPARQL 1.1 are read as well where the engine's are others, because texts also go to other products.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from kg.sparql.terminals import BLANK, COMMENT, IRI, LOCAL_INSIDE, LOCAL_START, NAME_INSIDE, NAME_START, SPACE, STRINGS

# Keywords and functions that may stand in a query. The engine needs no space after one.
_KEYWORDS = (
    "a abs adjust all as asc ask avg base bind bnode bound by ceil coalesce concat construct contains count "
    "data datatype day default desc describe distinct encode_for_uri exists false filter floor from graph "
    "group group_concat having haslang haslangdir hours if in iri isblank isiri isliteral isnumeric istriple "
    "isuri lang langdir langmatches lateral lcase limit max md5 min minus minutes month named not now object "
    "offset optional order predicate prefix rand reduced regex replace round sameterm samevalue sample seconds "
    "select separator service sha1 sha256 sha384 sha512 silent str strafter strbefore strdt strends strlang "
    "strlangdir strlen strstarts struuid subject substr sum timezone to triple true tz ucase undef union uri "
    "using uuid values version where with year"
)
_BY_LETTER = {
    letter: tuple(word for word in _KEYWORDS.split() if word[0] == letter) for letter in "abcdefghijklmnopqrstuvwxyz"
}

# SERVICE before what may be an address, a variable, SILENT or a comment
_SERVICE = re.compile(r"service(?=[ \t\r\n]*+[A-Za-z_<?$:#\x80-\U0010ffff])", re.IGNORECASE | re.ASCII)
_VERSION = re.compile(r"version", re.IGNORECASE | re.ASCII)

_PATTERNS: dict[str, tuple[str, ...]] = {
    "space": (SPACE,),
    "iri": (IRI,),
    "blank": (BLANK,),
    "variable": (rf"[{NAME_START}0-9][{NAME_INSIDE}]*+",),
    "number": ("[0-9]++", r"[0-9]*+\.[0-9]++", r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++"),
    "language": ("@[A-Za-z]++(?:-[A-Za-z0-9]++)*+", "@[A-Za-z]++(?:-[A-Za-z0-9]++)*+--[A-Za-z]++"),
}
_READERS = {kind: tuple(map(re.compile, patterns)) for kind, patterns in _PATTERNS.items()}
_STRINGS = {opening: re.compile(inside) for opening, inside in STRINGS.items()}
_NAME_CHARACTER, _DOTS, _LOCAL_FIRST = re.compile(rf"[{NAME_START}]"), re.compile(r"\.++"), re.compile(LOCAL_START)
# after these comes a name, which may begin with the letters of SERVICE
_BEFORE_NAMES = frozenset({"graph", "from", "named", "describe"})
_PLAIN, _BEFORE_NAME = 1, 2
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_SIGNS = frozenset("{}()[];,.=!<>|&^*+-/?~")


def is_readable(text: str) -> bool:
    """Return True if a reading of the text goes on to its end; the engine accepts no other text."""
    return _Readings(text).is_viable(0)


class _Runs:
    """The ends of the longest runs of a pattern; each run is read once, at whichever of its places one asks."""

    def __init__(self, text: str, pattern: str) -> None:
        self._text, self._pattern = text, re.compile(pattern)
        self._starts: list[int] = []
        self._ends: list[int] = []

    def end(self, start: int) -> int:
        """Return the end of the run at this place, which is the place itself where there is none."""
        after = bisect_right(self._starts, start)
        if after and start < self._ends[after - 1]:
            return self._ends[after - 1]
        match = self._pattern.match(self._text, start)
        end = match.end() if match is not None else start
        self._starts.insert(after, start)
        self._ends.insert(after, end)
        return end


def find_call(text: str) -> int | None:
    """Return the start of the first SERVICE clause that a parser could read in the text, or None."""
    starts = [match.start() for match in _SERVICE.finditer(text)]
    if not starts:
        return None
    readings = _Readings(text)
    return next((start for start in starts if readings.is_viable(start) and readings.is_call(start)), None)


class _Readings:
    """All readings of one text, followed once from the left."""

    def __init__(self, text: str) -> None:
        self._text = text
        # as long as the text, which the lower case of all its characters may not be
        self._lowered = "".join(sign.lower() if sign.isascii() else sign for sign in text)
        self._names = _Runs(text, rf"[{NAME_INSIDE}\-]++(?:\.++[{NAME_INSIDE}\-]++)*+")
        self._segments = _Runs(text, rf"{LOCAL_INSIDE}++")
        self._locals = _Runs(text, rf"{LOCAL_INSIDE}++(?:\.++{LOCAL_INSIDE}++)*+")
        self._words = _Runs(text, "[A-Za-z0-9_]++")
        self._comments = _Runs(text, COMMENT)
        self._endless = dict.fromkeys(STRINGS, 0)
        self._takes_short_strings = _VERSION.search(text) is not None

        self._reached, steps = self._forwards()
        self._viable = self._backwards(steps)

    def is_viable(self, start: int) -> bool:
        """Return True if a reading that goes on to the end of the text has a terminal here that may be SERVICE."""
        return bool(self._viable[start] and self._reached[start] & _PLAIN)

    def _forwards(self) -> tuple[bytearray, list[tuple[int, list[int]]]]:
        """Follow all readings from the start; return how each place is reached, and where terminals start and end."""
        text, size = self._text, len(self._text)
        reached = bytearray(size + 1)
        reached[0] = _PLAIN
        steps: list[tuple[int, list[int]]] = []
        place = 0
        while place < size:
            if reached[place]:
                ends = list(self._ends(place))
                steps.append((place, ends))
                is_gap = text[place] in " \t\r\n#"
                for end in ends:
                    before_name = 4 <= end - place <= 8 and self._lowered[place:end] in _BEFORE_NAMES
                    reached[end] |= reached[place] if is_gap else _BEFORE_NAME if before_name else _PLAIN
            place += 1
        return reached, steps

    def _backwards(self, steps: list[tuple[int, list[int]]]) -> bytearray:
        """Return a flag for each place from which a reading leads to the end of the text."""
        viable = bytearray(len(self._text) + 1)
        viable[-1] = 1
        for start, ends in reversed(steps):
            viable[start] = any(map(viable.__getitem__, ends))
        return viable

    def _ends(self, start: int) -> Iterator[int]:
        """Yield where each terminal ends that may start here."""
        sign = self._text[start]
        if sign in " \t\r\n":
            yield from self._matched("space", start)
        elif sign == "#":
            yield self._comments.end(start)
        elif sign in "\"'":
            yield from self._ends_of_strings(start)
        elif sign in _SIGNS:
            yield from self._ends_of_signs(start, sign)
        elif sign in "0123456789":
            yield from self._matched("number", start)
        elif sign == "@":
            yield from self._matched("language", start)
        elif sign == "$":
            yield from self._matched("variable", start + 1)
        else:
            yield from self._ends_of_names(start, sign)

    def _matched(self, kind: str, start: int) -> Iterator[int]:
        for reader in _READERS[kind]:
            match = reader.match(self._text, start)
            if match is not None:
                yield match.end()

    def _ends_of_signs(self, start: int, sign: str) -> Iterator[int]:
        """Yield the ends of a sign, or of the terminal that begins with it."""
        if sign == "<":
            yield from self._matched("iri", start)
        elif sign == ".":
            yield from self._matched("number", start)
        elif sign == "?":
            name = next(self._matched("variable", start + 1), None)
            if name is not None:  # the engine takes no ? for a sign of a path before such a character
                yield name
                return
        elif sign == "/" and self._text.startswith("/", start + 1):
            return  # no two follow each other without space: 'less than' does not begin an IRI with ://
        yield start + 1

    def _ends_of_names(self, start: int, sign: str) -> Iterator[int]:
        """Yield the ends of keywords, of a blank node label, and of a name with and without its local part."""
        if sign == "_":
            yield from self._matched("blank", start)
            return
        if sign.isascii() and sign.isalpha():
            if not (start and self._lowered[start - 1] in _WORD):
                yield self._words.end(start)  # a word that is no keyword yet
            for keyword in _BY_LETTER.get(self._lowered[start], ()):
                if self._lowered.startswith(keyword, start):
                    yield start + len(keyword)
        yield from self._ends_of_iris(start)

    def _ends_of_iris(self, start: int) -> Iterator[int]:
        """Yield the ends of an IRI, or of a name with a prefix: a local part that makes no IRI is not taken."""
        yield from self._matched("iri", start)
        colon = self._names.end(start) if _NAME_CHARACTER.match(self._text, start) else start
        if not self._text.startswith(":", colon):
            return
        yield colon + 1
        if not _LOCAL_FIRST.match(self._text, colon + 1):
            return
        yield self._locals.end(colon + 1)  # of the standard; the engine takes one dot, or run of dots, at most
        end = self._segments.end(colon + 1)
        dots = _DOTS.match(self._text, end)
        further = self._segments.end(dots.end()) if dots is not None else end
        yield further if dots is not None and further > dots.end() else end

    def is_call(self, start: int) -> bool:
        """Return True if SERVICE is followed here by an address or a variable, and a group."""
        place = self._end_of_gap(start + len("service"))
        places = [place]
        if self._lowered.startswith("silent", place):
            places.append(self._end_of_gap(place + len("silent")))
        ends = (self._end_of_gap(end) for place in places for end in self._ends_of_targets(place))
        return any(self._text.startswith("{", end) and not self._text.startswith("{|", end) for end in ends)

    def _ends_of_targets(self, start: int) -> Iterator[int]:
        if self._text.startswith(("?", "$"), start):
            yield from self._matched("variable", start + 1)
        elif start < len(self._text):
            yield from self._ends_of_iris(start)

    def _end_of_gap(self, start: int) -> int:
        """Return where white space and comments end."""
        while start < len(self._text) and self._text[start] in " \t\r\n#":
            start = self._comments.end(start) if self._text[start] == "#" else next(self._matched("space", start))
        return start

    def _ends_of_strings(self, start: int) -> Iterator[int]:
        """Yield the ends of a long and of a short string; the short one is read where no long one can be."""
        for opening, inside in _STRINGS.items():
            if start < self._endless[opening] or not self._text.startswith(opening, start):
                continue
            match = inside.match(self._text, start)
            end = match.end() if match is not None else start
            if self._text.startswith(opening, end):
                yield end + len(opening)
                if not self._takes_short_strings:
                    return
            else:
                self._endless[opening] = end
