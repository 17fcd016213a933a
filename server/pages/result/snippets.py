"""Snippets: how to get the answer to a question from a shell, Python, R and JavaScript; text to copy and to run.

Chosen values are written as readable as possible, and always as values: the quoting of each language
keeps them from being anything else.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from kg.core.media_types import FORMS, Form
from kg.output.citation import spelt_out
from kg.questions.result import QuestionResult
from server.core.question_params import QuestionParams

Fields = list[tuple[str, str]]

_WITHOUT_BOM = ("bom", "0")
# of an address; its host comes with the request, so that it may be anything
_UNQUOTED = ":/[]%@~"


def snippets(answered: QuestionResult, base_url: str) -> Mapping[str, str]:
    """Return a text for each way, by its name; ``base_url`` is the service, or a pinned release of it.

    All values are spelt out, defaults too, so that they can be changed in place.
    """
    fields = QuestionParams(values=spelt_out(answered), only=answered.only, language=answered.language).fields()
    root = quote(base_url.rstrip("/"), safe=_UNQUOTED)
    page = f"{root}/q/{answered.question.slug}"
    return {
        "curl": _curl(f"{page}.csv", [*fields, _WITHOUT_BOM]),
        "Python": _python(f"{page}.csv", [*fields, _WITHOUT_BOM]),
        "Python, SPARQL": _python_sparql(f"{root}/sparql", answered.text),
        "R": _r(f"{page}.csv", [*fields, _WITHOUT_BOM]),
        "JavaScript": _javascript(f"{page}.json", fields),
    }


def query_snippets(query: str, endpoint: str, *, makes_graph: bool) -> Mapping[str, str]:
    """Return a text for each way to ask a query of the endpoint at an address, by its name; tables come as CSV."""
    form = FORMS["nt" if makes_graph else "csv"]
    address = quote(endpoint, safe=_UNQUOTED)
    return {
        "curl": _curl_sparql(address, query, form),
        "Python": _python_graph(address, query, form) if makes_graph else _python_sparql(address, query),
        "R": _r_sparql(address, query, form),
        "JavaScript": _javascript_sparql(address, query, form),
    }


def _curl(address: str, fields: Fields) -> str:
    options = (f"  {_curl_field(name, value)}" for name, value in fields)
    return _lines([f"curl --silent --show-error --fail-with-body --get {shlex.quote(address)}", *options], " \\")


def _curl_field(name: str, value: str) -> str:
    """Names go percent-encoded, as curl leaves them as they are; so does a value that a terminal would not show."""
    name = quote(name, safe="")
    if value.isprintable():
        return f"--data-urlencode {shlex.quote(f'{name}={value}')}"
    return f"--data {shlex.quote(f'{name}={_encoded(value)}')}"


def _curl_sparql(endpoint: str, query: str, form: Form) -> str:
    """Write the query over several lines, as it is, unless a terminal would not show all of it."""
    shown = all(line.isprintable() for line in query.split("\n"))
    field = f"--data-urlencode {shlex.quote(f'query={query}')}" if shown else _curl_field("query", query)
    accept = shlex.quote(f"Accept: {form.media_type}")
    options = (f"  --header {accept}", f"  {field}")
    return _lines([f"curl --silent --show-error --fail-with-body {shlex.quote(endpoint)}", *options], " \\")


def _python(address: str, fields: Fields) -> str:
    return f"""\
from urllib.parse import urlencode

import pandas

fields = [
{_lines((f"    ({name!r}, {value!r})," for name, value in fields))}]
rows = pandas.read_csv({f"{address}?"!r} + urlencode(fields))
print(rows)
"""


def _python_sparql(endpoint: str, query: str) -> str:
    return f"""\
import csv
import io
from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = (
{_lines(f"    {line!r}" for line in query.splitlines(keepends=True))})
body = urlencode({{"query": query}}).encode()
with urlopen(Request({endpoint!r}, body, {{"Accept": "text/csv"}})) as answer:
    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
print(rows)
"""


def _python_graph(endpoint: str, query: str, form: Form) -> str:
    return f"""\
from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = (
{_lines(f"    {line!r}" for line in query.splitlines(keepends=True))})
body = urlencode({{"query": query}}).encode()
with urlopen(Request({endpoint!r}, body, {{"Accept": {form.media_type!r}}})) as answer:
    statements = answer.read().decode()
print(statements)
"""


def _r(address: str, fields: Fields) -> str:
    """Values are percent-encoded here: what R's own URLencode() makes of Chinese depends on the system."""
    parts_of_query = (
        f"{'&' if place else '?'}{quote(name, safe='')}={_encoded(value)}" for place, (name, value) in enumerate(fields)
    )
    parts = ",\n".join(f"  {_quoted(part)}" for part in (address, *parts_of_query))
    return f"""\
address <- paste0(
{parts}
)
rows <- read.csv(address, encoding = "UTF-8", check.names = FALSE)  # or readr::read_csv(address)
print(rows)
"""


def _r_sparql(endpoint: str, query: str, form: Form) -> str:
    """Percent-encode a query beyond ASCII here, as in ``_r``; another one stays readable.

    Without ``repeated``, R takes a text with a percent sign for one that is encoded already.
    """
    if query.isascii():
        lines = ",\n".join(f"  {_quoted(line)}" for line in query.split("\n"))
        assignment = f'query <- paste(sep = "\\n",\n{lines}\n)\n'
        field = "URLencode(query, reserved = TRUE, repeated = TRUE)"
    else:
        assignment, field = "", _quoted(_encoded(query))
    start = _quoted(f"{endpoint}?format={form.ending}&query=")
    read = 'readLines(address, encoding = "UTF-8")'
    if form.ending == "csv":
        read = 'read.csv(address, encoding = "UTF-8", check.names = FALSE)'
    return f"{assignment}address <- paste0(\n  {start},\n  {field}\n)\nrows <- {read}\nprint(rows)\n"


def _javascript(address: str, fields: Fields) -> str:
    return f"""\
const fields = new URLSearchParams([
{_lines(f"  [{_quoted(name)}, {_quoted(value)}]," for name, value in fields)}]);
const answer = await fetch({_quoted(f"{address}?")} + fields);
if (!answer.ok) throw new Error(await answer.text());
const rows = await answer.json();
console.log(rows);
"""


def _javascript_sparql(endpoint: str, query: str, form: Form) -> str:
    return f"""\
const query = [
{_lines(f"  {_quoted(line)}," for line in query.split(chr(10)))}].join("\\n");
const answer = await fetch({_quoted(endpoint)}, {{
  method: "POST",
  headers: {{ Accept: {_quoted(form.media_type)} }},
  body: new URLSearchParams({{ query }}),
}});
if (!answer.ok) throw new Error(await answer.text());
console.log(await answer.text());
"""


def _encoded(value: str) -> str:
    return quote(value, safe=":")


def _quoted(text: str) -> str:
    """Return a text in double quotes for JavaScript: what cannot be seen is escaped, too."""
    inner = (json.dumps(sign, ensure_ascii=not sign.isprintable())[1:-1] for sign in text)
    return f'"{"".join(inner)}"'


def _lines(lines: Iterable[str], joint: str = "") -> str:
    return f"{joint}\n".join(lines) + "\n"
