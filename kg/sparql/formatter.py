"""A formatter of SPARQL texts: it changes white space only, so that the meaning stays."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.sparql.lexer import Token, tokens_and_comments

_WIDEST = 110
_STEP = "  "

# nobody reads a text beyond these limits, and its indentation would grow without bounds
_LONGEST = 20_000
_DEEPEST = 64

_CLAUSES = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "FROM", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_PATTERNS = ("OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", "SELECT")
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")
_ENDED_BY_BRACKET = ("FILTER", "BIND")
_PUNCTUATION = frozenset("{}()[].;,")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def lay_out(text: str) -> str:
    """Return the text with one clause, pattern or property a line, indented by braces; comments stay.

    Return the text unchanged if it is very long or deep, or if the layout would change a token.
    """
    if len(text) > _LONGEST or _depth(text) > _DEEPEST:
        return text
    # the layout also takes texts that do not parse, so a result with other tokens is discarded
    written = _Page(text).written()
    return written if meaning_of(written) == meaning_of(text) else text


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in tokens_and_comments(text):
        if token.kind == "sign":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            deepest = max(deepest, depth)
    return deepest


def meaning_of(text: str) -> list[str]:
    """Return all that white space must not change: tokens, comments, and which signs form one operator."""
    meaning, end = [], -1
    before = ""
    for token in tokens_and_comments(text):
        # signs that touch may be one operator, so a gap between them would change the meaning
        together = token.start == end and _is_operator(before) and _is_operator(token.text)
        meaning.append(("+" if together else "") + _stripped(token))
        before, end = token.text if token.kind == "sign" else "", token.start + len(token.text)
    return meaning


def _is_operator(text: str) -> bool:
    return bool(text) and not text[0].isalnum() and text not in _PUNCTUATION and len(text) <= len("<<")


def _stripped(token: Token) -> str:
    return token.text.rstrip() if token.kind == "comment" else token.text


@dataclass
class _Frame:
    """An open bracket, with the text of its indentation, and whether it is written in one line."""

    bracket: str
    indent: str
    inline: bool
    first: str = ""


@dataclass
class _Page:
    """The lines written so far, and the brackets that are open."""

    text: str
    lines: list[str] = field(default_factory=list)
    line: str = ""
    indent: str = ""
    frames: list[_Frame] = field(default_factory=list)
    fresh: bool = True
    more: bool = False
    statement: str = ""
    in_prologue: bool = False

    def __post_init__(self) -> None:
        self.tokens = list(tokens_and_comments(self.text))

    def written(self) -> str:
        """Return the whole text in lines."""
        end = 0
        for place, token in enumerate(self.tokens):
            gap = self.text[end : token.start]
            self._write(place, token, gap)
            end = token.start + len(token.text)
        self._break()
        return "\n".join(self.lines).strip("\n") + "\n" if self.lines else ""

    @property
    def _bracketed(self) -> bool:
        """Return True if the innermost bracket is round or square: lines do not end in it."""
        return bool(self.frames) and self.frames[-1].bracket != "{"

    @property
    def _inline(self) -> bool:
        return bool(self.frames) and self.frames[-1].inline

    def _write(self, place: int, token: Token, gap: str) -> None:
        # an empty line of the writer is kept, but several become one
        if gap.count("\n") > 1 and not self.line and self.lines and self.lines[-1]:
            self.lines.append("")
        if token.kind == "comment":
            self._comment(token, gap)
        elif token.text in _CLOSING and token.kind == "sign":
            self._close(place, token.text)
        else:
            self._begin(token)
            self._append(token, gap)
            if token.text in _OPENING and token.kind == "sign":
                self._open(place, token.text)
            elif token.text == "." and token.kind == "sign" and not self._bracketed and not self._inline:
                self._end_statement(place)
            elif token.text == ";" and token.kind == "sign" and not self._bracketed and not self._inline:
                self._end_line(place)
                self.more = True

    def _comment(self, token: Token, gap: str) -> None:
        if "\n" in gap or not self.line:
            self._break()
            self.line = self._margin() + _stripped(token)
        else:
            self.line += "  " + _stripped(token)
        self._break()

    def _begin(self, token: Token) -> None:
        """Break the line before a token that begins a new one."""
        if token.is_word("PREFIX", "BASE") and not self.frames:
            self._break()
            self.in_prologue = True
        elif not self.frames and token.is_word(*_CLAUSES):
            self._break()
            if self.in_prologue and self.lines and self.lines[-1] and not self.lines[-1].lstrip().startswith("#"):
                self.lines.append("")
            self.in_prologue = False
        elif self.frames and not self._bracketed and not self._inline and token.is_word(*_PATTERNS, *_MODIFIERS):
            if not (token.is_word("VALUES") and self.statement in _MODIFIERS):
                self._break()
            self.more = False
        if not self.line:
            self.statement = token.text.upper() if token.kind == "word" else ""
        if self.frames and not self.frames[-1].first:
            self.frames[-1].first = token.text.upper()

    def _append(self, token: Token, gap: str) -> None:
        if not self.line:
            self.line = self._margin() + token.text
        else:
            space = " " if self._is_apart(token, gap) else ""
            if space and len(self.line) + len(token.text) >= _WIDEST and token.text not in _PUNCTUATION:
                # a broken line continues with a deeper margin, so that it does not look like a new pattern
                self.lines.append(self.line.rstrip())
                self.line = self._margin() + (_STEP * 2 if not self.more else _STEP) + token.text
            else:
                self.line += space + token.text
        self.fresh = False

    def _is_apart(self, token: Token, gap: str) -> bool:
        last = self.line[-1]
        if token.kind != "sign":
            return (bool(gap) and last not in "([") or last in "{};," or (last == "." and bool(gap))
        if token.text in (".", ";", "{"):
            return True
        return bool(gap) and token.text != "," and last not in "(["

    def _margin(self) -> str:
        return self.indent + (_STEP if self.more and not self.fresh else "")

    def _open(self, place: int, bracket: str) -> None:
        inline = bracket == "{" and not self._bracketed and not self._inline and self._fits(place)
        self.frames.append(_Frame(bracket, self.indent, inline or self._inline))
        if bracket == "{" and not self._inline:
            self.indent += _STEP
            self.more = False
            self._end_line(place)

    def _fits(self, place: int) -> bool:
        """Return True if the group is one statement that fits in the line."""
        # a group on one line needs its closing brace within the width, and nothing in it that begins a line
        width, depth = len(self.line), 0
        for at in range(place, len(self.tokens) - 1):
            before, token = self.tokens[at], self.tokens[at + 1]
            depth += (before.text in _OPENING) - (before.text in _CLOSING) if before.kind == "sign" else 0
            if token.text == "}" and depth == 1:
                return width <= _WIDEST
            if token.kind == "comment" or (token.kind == "sign" and token.text in "{;"):
                return False
            if token.is_word(*_PATTERNS) and before.text != "{":
                return False
            if before.text == "." and before.kind == "sign":
                return False
            width += len(token.text) + 1
        return False

    def _close(self, place: int, bracket: str) -> None:
        # a text with too many closing brackets is laid out as well, so a frame may be missing
        frame = self.frames.pop() if self.frames else _Frame("", "", inline=True)
        if bracket != "}":
            self.line = self.line.rstrip() if self.line.strip() else self._margin()
            self.line += bracket
            if not self._bracketed and not self._inline and self.statement in _ENDED_BY_BRACKET and self.frames:
                self._end_bracket(place)
            return
        if frame.inline:
            self.line += "}" if self.line.endswith("{") else " }"
        else:
            self._break()
            self.indent = frame.indent
            self.more = False
            self.line = self.indent + "}"
        if self._bracketed or self._inline:
            return
        # a sign such as a dot, or UNION, WHERE or AS, continues the line of a closing brace
        after = self._after(place)
        if after is None or not (after.text in ("{", ".", ";", ",", ")") or after.is_word("UNION", "WHERE", "AS")):
            self._end_statement(place)

    def _end_bracket(self, place: int) -> None:
        """End a FILTER or BIND after its last bracket; an operator, a dot or a brace continues the line."""
        after = self._after(place)
        if after is None or after.kind != "sign" or after.text in "[(":
            self._end_statement(place)

    def _after(self, place: int) -> Token | None:
        return next((token for token in self.tokens[place + 1 : place + 2]), None)

    def _end_statement(self, place: int) -> None:
        self.more = False
        self._end_line(place)

    def _end_line(self, place: int) -> None:
        """Break the line, unless a comment follows on it."""
        after = self._after(place)
        if after is not None and after.kind == "comment":
            token = self.tokens[place]
            if "\n" not in self.text[token.start + len(token.text) : after.start]:
                return
        self._break()

    def _break(self) -> None:
        if self.line.strip():
            self.lines.append(self.line.rstrip())
        self.line, self.fresh = "", False
