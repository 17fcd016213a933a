"""Code snippets that fetch the answer to a question from a shell, Python, R and JavaScript.

Chosen values are written as readably as possible. The quoting of each language prevents that a value acts as code.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from kg.core.media_types import FORMS, Form
from kg.output.citation import all_fields
from kg.questions.result import QuestionResult
from server.core.question_params import QuestionParams

Fields = list[tuple[str, str]]

# the byte order mark is for Excel; other programs would read it as part of the first heading
_WITHOUT_BOM = ("bom", "0")
# the host of an address comes with the request, so it may be any text
_UNQUOTED = ":/[]%@~"


def snippets(answered: QuestionResult, base_url: str) -> Mapping[str, str]:
    """Return the snippets by name. ``base_url`` is the service, or a pinned release of it.

    All values are written out, also default values, so that a reader can change them in place.
    """
    fields = QuestionParams(values=all_fields(answered), only=answered.only, language=answered.language).fields()
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
    """Return the snippets that send a query to an endpoint, by name. Tables are fetched as CSV."""
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
    # --fail-with-body gives a script an exit status, and still prints the reason of an error
    return _lines([f"curl --silent --show-error --fail-with-body --get {shlex.quote(address)}", *options], " \\")


def _curl_field(name: str, value: str) -> str:
    """Return a curl option. Names are percent-encoded, because curl does not encode them; so are unprintable values."""
    name = quote(name, safe="")
    # a terminal may act on control characters of a pasted line
    if value.isprintable():
        return f"--data-urlencode {shlex.quote(f'{name}={value}')}"
    return f"--data {shlex.quote(f'{name}={_encoded(value)}')}"


def _curl_sparql(endpoint: str, query: str, form: Form) -> str:
    """Return a curl call with the query on several lines. A query with unprintable characters is encoded."""
    # a line break is not printable, but safe within quotes
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
    """Return R code. Values are percent-encoded here, because R's URLencode() depends on the system for Chinese."""
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
    """Return R code for a query. A query beyond ASCII is percent-encoded, as in ``_r``.

    Without ``repeated``, R would treat a text with a percent sign as encoded already.
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
    """Return a text in double quotes for JavaScript, with unprintable characters escaped."""
    # an escape of JSON has the same meaning in JavaScript; printable characters stay readable
    inner = (json.dumps(sign, ensure_ascii=not sign.isprintable())[1:-1] for sign in text)
    return f'"{"".join(inner)}"'


def _lines(lines: Iterable[str], joint: str = "") -> str:
    return f"{joint}\n".join(lines) + "\n"
