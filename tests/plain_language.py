"""The linter of plain language: ``python -m tests.plain_language [PATH ...]`` prints each finding, a count per folder.

It reads prose: pages in Markdown, docstrings, comments, messages of errors, and headers of queries in English alone.
A header in several languages is a text of a page, and not read.
The rules are in plain_language.toml. Without a path it reads the project.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[1]
ROOTS = ("kg", "server", "tests", "docs", "queries", "deploy", "graph_data", "ontology")
SKIPPED = re.compile(r"/(\.|node_modules|web/picture|seeds/|clients/comunica)")
RULES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
NAMES, VERBS = (frozenset(RULES[key].split()) for key in ("names", "verbs"))
WORDS = re.compile(rf"(?<![\w`-])({RULES['words'].replace(chr(10), '')})(?![\w`-])", re.IGNORECASE)

MAX_WORDS = 25
OPENING = re.compile(r"(What|Whatever|Whether|Who|Whoever|Whose|That which)\b(?!.*\?$)")


@dataclass(frozen=True)
class Text:
    """A paragraph, cell, docstring, comment or message, with the line where it starts."""

    line: int
    text: str
    kind: str = ""


def findings(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Return line and message of each finding in a file."""
    suffix = Path(path).suffix
    if suffix == ".py":
        tree = ast.parse(text)
        yield from _names(tree)
        texts = [*_docstrings(tree, imperative=not path.startswith("tests/")), *_messages(tree), *_comments(text)]
    elif suffix == ".md":
        texts = list(_paragraphs(text))
    else:
        texts = [*_header(text), *_hashes(text)] if suffix == ".rq" else list(_hashes(text))
    for part in texts:
        yield from ((part.line, message) for message in _judge(part))


def _judge(part: Text) -> Iterator[str]:
    first = re.match(r"\W*(\w*)", part.text)
    if part.kind == "function" and first is not None and first[1].lower() not in VERBS:
        yield f"docstring starts with {first[1]!r}, not with an imperative verb"
    for sentence in _sentences(part.text):
        words = re.findall(r"\w[^\s]*", sentence)
        if len(words) > MAX_WORDS:
            yield f"{len(words)} words in a sentence: {sentence[:60]}..."
        if match := OPENING.match(sentence):
            yield f"sentence starts with {match[1]!r}: {sentence[:60]}..."
    yield from (f"forbidden word {match[0]!r}" for match in WORDS.finditer(_prose(part.text)))


def _prose(text: str) -> str:
    """Replace code, links and addresses by what counts as one word each."""
    text = re.sub(r"``.+?``|`[^`]+`", "`code`", text, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"<?\b\w+://[^\s>)]+>?", "address", text)


def _sentences(text: str) -> Iterator[str]:
    flat = " ".join(_prose(text).split())
    for sentence in re.split(r"(?<!e\.g\.)(?<!i\.e\.)(?<=[.!?:])[\"')*_]*\s+", flat):
        yield sentence.strip(" -*_(\"'")


def _paragraphs(text: str) -> Iterator[Text]:
    """Split Markdown into paragraphs, list items, cells and headings, without code and generated parts."""
    generated = r"<!-- \[\[\[cog.*?\[\[\[end\]\]\] -->"
    text = re.sub(rf"^```.*?^```$|{generated}|<!--.*?-->", _blank, text, flags=re.DOTALL | re.MULTILINE)
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        new_block = not line.strip() or re.match(r"\s*([-*]|\d+\.)\s|#|\||>|    ", line) is not None
        if new_block and block:
            yield Text(number - len(block), "\n".join(block))
            block = []
        if line.startswith("|"):
            yield from (Text(number, cell) for cell in re.split(r"(?<!\\)\|", line) if cell.strip(" -:"))
        elif line.strip() and not (line.startswith("    ") and not block):
            block.append(re.sub(r"^\s*([-*]|\d+\.|#+|>)\s+", "", line))


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _docstrings(tree: ast.Module, *, imperative: bool) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            function = (
                imperative and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_property(node)
            )
            if docstring := ast.get_docstring(node):
                yield from _numbered(node.body[0].lineno, docstring, "function" if function else "")


def _numbered(line: int, text: str, kind: str = "") -> Iterator[Text]:
    for paragraph in re.finditer(r"(?:[^\n]+\n?)+", text):
        prose = not re.match(r"\s{4}", paragraph[0])
        if prose:
            for item in re.split(r"^\s*[-*]\s", paragraph[0], flags=re.MULTILINE):
                yield Text(line + text.count("\n", 0, paragraph.start()), item, kind)
                kind = ""


def _is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def _messages(tree: ast.Module) -> Iterator[Text]:
    """Find the texts of messages and raised errors; each part that is computed counts as one word."""
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else node if _is_message(node) else None
        if isinstance(call, ast.Call):
            for argument in call.args:
                if isinstance(argument, ast.JoinedStr):
                    parts = (str(part.value) if isinstance(part, ast.Constant) else "X" for part in argument.values)
                    yield Text(argument.lineno, "".join(parts))
                elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield Text(argument.lineno, argument.value)


def _is_message(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"


def _comments(text: str) -> Iterator[Text]:
    """Join comments of successive lines."""
    block: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if block and (token.start[0] != block[-1][0] + 1 or token.line.strip() != token.string):
                yield from _joined(block)
                block = []
            block.append((token.start[0], token.string))
    yield from _joined(block)


def _hashes(text: str) -> Iterator[Text]:
    """Join comments of successive lines in SPARQL, YAML and the like."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"\s*(#(?![+!]).*)", line)
        if match and (not block or block[-1][0] == number - 1):
            block.append((number, match[1]))
        elif block:
            yield from _joined(block)
            block = [(number, match[1])] if match else []
    yield from _joined(block)


def _joined(block: list[tuple[int, str]]) -> Iterator[Text]:
    lines = [re.sub(r"^#+:?\s?|\bnoqa: [\w, ]+|\btype: ignore\S*|\bpragma: \w+ \w+", "", text) for _, text in block]
    if block:
        yield Text(block[0][0], "\n".join(lines).strip(" -"))


def _header(text: str) -> Iterator[Text]:
    """Find the texts of the header of a query file that are in English alone."""
    lines = [line.removeprefix("#+")[1:] if line.startswith("#+") else "" for line in text.split("\n")]
    root = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader) if any(lines) else None
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value in {"title", "description", "remedy"} and isinstance(value, yaml.ScalarNode):
            yield Text(value.start_mark.line + 1, value.value)


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        name = node.arg if isinstance(node, ast.arg) else node.id if isinstance(node, ast.Name) else ""
        if name in NAMES and (isinstance(node, ast.arg) or isinstance(getattr(node, "ctx", None), ast.Store)):
            yield getattr(node, "lineno", 1), f"local name {name!r} does not say what it holds"


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files under some paths that hold text for people."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = f"/{file.as_posix()}"
            if file.suffix in {".py", ".md", ".rq", ".yaml", ".service"} and not SKIPPED.search(name):
                yield file


def folder(path: str) -> str:
    """Return the folder of a file, at most two levels deep."""
    return "/".join(Path(path).parts[:-1][:2]) or path


def main(paths: list[str]) -> int:
    """Print the findings under some paths, or in the project, and return the exit status."""
    counts = Counter[str]()
    for file in files([Path(path) for path in paths] or [*(PROJECT / root for root in ROOTS), *PROJECT.glob("*.md")]):
        path = file.resolve().relative_to(PROJECT).as_posix()
        for line, message in sorted(findings(path, file.read_text("utf-8"))):
            print(f"{path}:{line}: {message}")
            counts[folder(path)] += 1
    for name, count in sorted(counts.items()):
        print(f"{count:6} {name}", file=sys.stderr)
    return int(counts.total() > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
