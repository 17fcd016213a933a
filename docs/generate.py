"""The parts of the documentation that come from code, queries and data; ``make docs`` writes them, by cog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import click
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.build.build import read_graph
from kg.build.checks import read_checks
from kg.build.rules import INFERRED
from kg.cli import main
from kg.core import errors
from kg.core.errors import KgError
from kg.core.names import graph, sparql_prologue
from kg.core.settings import PROJECT, SETTINGS
from kg.engine.observer import PoolStatus
from kg.engine.store import Store
from kg.questions.catalogue import CannedQuestion, Parameter, read_catalogue
from kg.sources.files import SHAPES, DataFile, read_data_file
from kg.sparql.header import read_query_files
from server.core.http.problem_document import STATUS
from server.core.metrics import Metrics
from server.core.response_cache import Cache
from tests.bench import figures, growing

_SHOWN = 10
COUNTED = (
    *("SectoralPlan", "OutlinedPlan", "Objective", "Measure", "QuantitativeTarget", "Milestone", "Challenge", "Trend"),
    *("Achievement", "Project", "Application", "KeyMessage", "CooperationProvision", "OfficialTarget"),
    *("OfficialElement", "Event", "Indicator", "Quantity", "Observation", "Technology", "Mention", "Passage"),
    *("Citation", "EditorialNote", "Link"),
)


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    columns = list(headings)
    lines = [columns, ["---"] * len(columns), *([_cell(cell) for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(value: object) -> str:
    """Return a text in one line, with the separator of cells escaped."""
    return " ".join(str(value).split()).replace("|", r"\|")


def _here(text: str) -> str:
    """Remove the path of this checkout, so that the text is the same on every machine."""
    return text.replace(f"{PROJECT}/", "").replace("``", "`")


def commands() -> str:
    """List every command with its usage, its help and its options."""
    return "\n".join(_command(name, command) for name, command in _commands("kg", main))


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part in command.commands:
            yield from _commands(f"{name} {part}", command.commands[part])


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    options = [record for option in command.get_params(context) if (record := option.get_help_record(context))]
    rows = [(f"`{names}`", _here(text)) for names, text in options if text and not names.endswith("--help")]
    listed = "\n" + table(("option", "meaning"), rows) if rows else ""
    return f"## {name}\n\n    {usage}\n\n{_here(' '.join((command.help or '').split()))}\n{listed}"


def settings() -> str:
    """Return the table of settings."""
    rows = (
        (
            f"`{setting.variable}`",
            setting.help,
            setting.expected,
            "none" if setting.default is None else f"`{_here(str(setting.default))}`",
        )
        for setting in SETTINGS
    )
    return table(("variable", "meaning", "expected", "default"), rows)


def questions() -> str:
    """Describe every canned question: its address, the meaning of its answer, and its parameters."""
    return "\n".join(_question(question) for question in read_catalogue().questions.values())


def _question(question: CannedQuestion) -> str:
    rows = [_parameter(parameter) for parameter in question.parameters]
    parameters = "\n" + table(("parameter", "meaning", "type", "values", "default"), rows) if rows else ""
    return (
        f"## {question.title['en']}\n\n**{question.question['en']}** `/q/{question.slug}`\n\n"
        f"{question.description['en']}\n\nLimits: {question.limits['en']}\n{parameters}"
    )


def _parameter(parameter: Parameter) -> tuple[str, str, str, str, str]:
    if parameter.fixed_options:
        values = ", ".join(f"`{option.value.value}`" for option in parameter.fixed_options)
    else:
        values = "from a pick list of the graph" if parameter.options_query else "any"
    often = ", may be given several times" if parameter.multiple else ""
    default = ", ".join(f"`{value}`" for value in parameter.default) or "none"
    return f"`{parameter.name}`", parameter.labels["en"], parameter.type + often, values, default


def rules() -> str:
    """List the rules in the order in which they run."""
    headers = [file.header for file in read_query_files(PROJECT / "queries" / "rules")]
    rows = ((f"`{head['id']}`", head["title"], head["description"]) for head in sorted(headers, key=_order))
    return table(("rule", "what it adds", "source and scope"), rows)


def _order(header: dict[str, str]) -> int:
    return int(header["order"])


def checks() -> str:
    """List the checks with the error that they find and its remedy."""
    rows = ((f"`{check.slug}`", check.severity, check.title, check.remedy) for check in read_checks())
    return table(("check", "severity", "what is wrong", "remedy"), rows)


def shapes() -> str:
    """List the shapes with a message, in order of name."""
    store = Store(read_data_file(DataFile(SHAPES, graph("shapes"))))
    rows = _rows(
        store,
        "SELECT ?name ?severity ?message { ?shape sh:message ?message ; sh:severity ?level "
        "BIND(STRAFTER(STR(?shape), STR(shape:)) AS ?name) BIND(LCASE(STRAFTER(STR(?level), STR(sh:))) AS ?severity) } "
        "ORDER BY ?name",
    )
    return table(("shape", "severity", "message"), ((f"`{name}`", severity, text) for name, severity, text in rows))


def error_classes() -> str:
    """List every class of error with its HTTP status."""
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, KgError)]
    classes.remove(KgError)
    rows = ((f"`{error.__name__}`", STATUS.get(error, ""), _here(error.__doc__ or "")) for error in classes)
    return table(("error", "status", "meaning"), rows)


class _Pool:
    """A pool with a query in each state, so that each label has a value."""

    def pool_status(self) -> PoolStatus:
        """Return the status, with the names of the queues."""
        return PoolStatus(0, {"quick": 0}, {"quick": 0}, {"up": 0})


def metric_families() -> list[Metric]:
    """Return all metrics as Prometheus parses them, each with a sample."""
    metrics = Metrics()
    metrics.watch(Cache(0))
    metrics.pool_opened(_Pool())
    metrics.question_ended("ok", "quick", 0)
    metrics.request_ended(route="/", method="GET", status=200, cache="miss", seconds=0)
    text = metrics.text("id", followed_seconds_ago=0).decode()
    return [family for family in text_string_to_metric_families(text) if not family.name.endswith("_created")]


def metrics() -> str:
    """List every metric with its type, labels and meaning."""
    rows = (
        (f"`{_exported(family)}`", family.type, _labels(family), family.documentation) for family in metric_families()
    )
    return table(("metric", "type", "labels", "meaning"), rows)


def _exported(family: Metric) -> str:
    return family.name + ("_total" if family.type == "counter" else "")


def _labels(family: Metric) -> str:
    names = {label for sample in family.samples for label in sample.labels} - {"le"}
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def counts() -> str:
    """Return the table of counts of the graph."""
    return count_table(read_graph().store)


def count_table(store: Store) -> str:
    """Count the instances of each class in a store, with the definition of the class, and all statements."""
    wanted = " ".join(f"fyp:{name}" for name in COUNTED)
    rows = _rows(
        store,
        f"SELECT ?name ?label (COUNT(DISTINCT ?instance) AS ?count) ?meaning {{ VALUES ?class {{ {wanted} }} "
        "?class rdfs:label ?label ; skos:definition ?meaning OPTIONAL { ?instance a ?class } "
        "FILTER(LANG(?label) = 'en') BIND(STRAFTER(STR(?class), STR(fyp:)) AS ?name) } "
        "GROUP BY ?name ?label ?meaning",
    )
    ordered = sorted(rows, key=lambda row: COUNTED.index(row[0]))
    size, inferred = _thousands(len(store)), _thousands(sum(1 for _ in store.graph(INFERRED)))
    listed = table(("kind", "number", "meaning"), (row[1:] for row in ordered))
    return f"{listed}\nIn all about {size} statements, of which about {inferred} were inferred by rules.\n"


def _thousands(number: int) -> str:
    """Round a number, so that not every edit of the data changes the page."""
    return f"{round(number, -3):,}"


def _rows(store: Store, text: str) -> list[list[str]]:
    solutions = store.query(sparql_prologue("fyp", "rdfs", "sh", "shape", "skos") + text)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the texts above are SELECTs
    return [[cell.value for cell in solution if isinstance(cell, NamedNode | Literal)] for solution in solutions]


def benchmarks() -> str:
    """Return the tables of all measurements, run by run."""
    runs, parts = figures.recorded(), list[str]()
    for key, section in (("mix", _measured), ("heavy", _strained), ("sizes", _grown), ("beside_filter", _searched)):
        parts += [section(label, run) for label, run in sorted(runs.items(), key=_by_size) if key in run]
    return "\n".join(parts)


def _by_size(labelled: tuple[str, figures.Figures]) -> tuple[int, str]:
    label, run = labelled
    return run.get("quads", 0), label


def _measured(label: str, run: figures.Figures) -> str:
    """Compare new and repeated questions with other servers."""
    headings = ("clients", "server", "ratio", "worst question", "mix", "mix p99")
    new = table((*headings, "p50 ms", "p95 ms", "p99 ms", "processor ms"), figures.rows_of_new(run))
    again = table(("clients", "server", "answers a second", "ratio"), figures.rows_of_repeated(run))
    memory = ", ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in sorted(run["bytes"].items()))
    return (
        f"{_about(label, run)}\nNew questions:\n\n{new}\nRepeated questions:\n\n{again}\n"
        f"Memory afterwards, what processes share being split among them: {memory}.\n\n{_apart(run)}"
    )


def _apart(run: figures.Figures) -> str:
    """List the servers with other answers than ours, or late ones."""
    differing = [f"{row['peer']} {row['rows']}, not {row['ours']}, {row['question']}" for row in run["differing"]]
    text = f"Answers with another number of rows than ours: {'; '.join(differing) or 'none'}.\n"
    late = "; ".join(figures.late(run))
    text += f"\nMore than {run['patience']:g} s for one answer alone: {late}.\n" if late else ""
    unmixed = sorted(run["questions"].keys() - run.get("mixed", run["questions"].keys()))
    text += f"\nNot in the mix, as not all servers answer them so soon: {', '.join(unmixed)}.\n" if unmixed else ""
    stuck = run.get("left_out")
    return text + (f"\nLeft out, as they computed on and on: {', '.join(stuck)}.\n" if stuck else "")


def _about(label: str, run: figures.Figures) -> str:
    others = sorted(set(run.get("bytes", ())) & {"Virtuoso", "rdflib-endpoint"})
    held = f"{run['quads']:,} quads, release `{run['release']}`"
    return f"{_headline(label)}{held}; {_machine(run['machine'], others)}.\n"


def _headline(label: str) -> str:
    return f"## {label[:1].upper()}{label[1:]}\n\n"


def _machine(machine: figures.Figures, others: Iterable[str] = ()) -> str:
    listed = ("python", "pyoxigraph", "oxigraph", "granian", "flask", *others)
    versions = ", ".join(f"{name} {machine[name]}" for name in listed)
    cores = f"{machine['cores']} cores of {machine['processor']}"
    return f"{machine['date']}, {cores}, load at the end {machine['load'][0]}; {versions}"


def _strained(label: str, run: figures.Figures) -> str:
    """Report light questions during heavy ones, the search next to a FILTER, start and replacement."""
    keys = ("idle_p95_ms", "busy_p95_ms", "ratio", "answered", "failed")
    heavy = table(
        ("server", "p95 idle, ms", "p95 busy, ms", "times", "answered", "failed"),
        ([name, *(row.get(key, "-") for key in keys)] for name, row in sorted(run["heavy"].items())),
    )
    replaced, attacked = run["replacement"], _attacked(run["attacks"]) if "attacks" in run else ""
    return (
        f"{_about(label, run)}\nA light question again and again, alone and while eight heavy ones run:\n\n{heavy}\n"
        f"{attacked}{_beside_filter(run['search'])}\n"
        f"From the start to the first answer: {run['start_seconds']} s. From the kill of a worker to its replacement: "
        f"{replaced['median_ms']} ms, {replaced['slowest_ms']} ms at most.\n"
    )


def _attacked(attacks: Mapping[str, figures.Figures]) -> str:
    """Report light queries during attacks."""
    listed = table(figures.ATTACK_HEADINGS, figures.rows_of_attacks(attacks))
    return (
        "A light query again and again from an address of its own, each a new text, on an idle server before and after "
        f"each attack and during it; the attacker's connections have other addresses:\n\n{listed}\n"
    )


def _grown(label: str, run: figures.Figures) -> str:
    """Report questions at several sizes, and those that grow faster than their answers."""
    sizes = growing.sizes(run)
    quads = ", ".join(f"{run['sizes'][size]['quads']:,} with {size} synthetic plans" for size in sizes)
    plans = [f"{size} plans, ms" for size in sizes]
    headings = ("question", *plans, "rows at first", "rows at last", "times slower", "times more rows")
    every, named = growing.growths(run), growing.outgrowing(run)
    data = run["sizes"][sizes[-1]]["quads"] / run["sizes"][sizes[0]]["quads"]
    least = f"{growing.WORTH_NAMING:g} times and {growing.WORTH_TELLING_MS:g} ms at least"
    why = table(("question", "times slower", "times more rows", "why"), (_outgrowing(growth) for growth in named))
    rest = [growth for growth in every if growth not in named][:_SHOWN]
    about = "Every canned question as a new text, asked of our service by one client; milliseconds of the processor"
    return (
        f"{_headline(label)}{about}. Quads: {quads}. {_machine(run['machine'])}.\n\n"
        f"{len(named)} of {len(every)} grow faster than their answers, by {least}, as the data grow {data:.1f} times:"
        f"\n\n{why}\n"
        f"Their times, and those of the slowest {len(rest)} others:\n\n"
        f"{table(headings, (_growth(growth) for growth in [*named, *rest]))}"
    )


def _growth(growth: growing.Growth) -> tuple[str, ...]:
    times = ("too long" if value is None else f"{value:.1f}" for value in growth.milliseconds)
    rows = str(growth.rows[0]), str(growth.rows[-1])
    return growth.slug, *times, *rows, _times(growth.slower), _times(growth.longer)


def _outgrowing(growth: growing.Growth) -> tuple[str, ...]:
    return growth.slug, _times(growth.slower), _times(growth.longer), growing.WHY.get(growth.slug, "not known")


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _searched(label: str, run: figures.Figures) -> str:
    """Report the search next to a FILTER, among many labels."""
    return f"{_about(label, run)}\n{_beside_filter(run['beside_filter'])}"


def _beside_filter(by_language: figures.Figures) -> str:
    headings = ("language", "search, ms", "FILTER, ms", "search, processor ms", "FILTER, processor ms", "times as much")
    keys = ("search_ms", "filter_ms", "search_processor_ms", "filter_processor_ms", "ratio")
    listed = table(
        headings, ([language, *(row.get(key, "-") for key in keys)] for language, row in by_language.items())
    )
    return f"The search, and CONTAINS of LCASE in the native server:\n\n{listed}"
