"""Why a result is empty: which pattern matches nothing, from where on the join is empty, which filter drops all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kg.core.errors import Message, sentences
from kg.core.names import curie
from kg.diagnostics.empty_result.parts import BLOCK, Part, QueryParts, parts_of
from kg.diagnostics.empty_result.probe import MOST_QUESTIONS, Probe
from kg.diagnostics.empty_result.reasons import (
    Case,
    Reason,
    brief,
    in_sparql,
    kinds,
    listed,
    missing_graph,
    misspelt,
    reasons_for,
    values_by_kind,
)
from kg.diagnostics.term_suggestions import Terms, nearest
from kg.engine import Engine, Question
from kg.engine.limits import UNLIMITED, Budget
from kg.sparql.lexer import place_of, tokens
from kg.sparql.syntax_tree import Exists, Filter, Minus, Modifiers, Values

_MOST_EXPLAINED = 3
_MOST_VARIABLES = 3
_FULL_STOPS = "。，；．"


@dataclass(frozen=True)
class Step:
    """A pattern of the query: whether it matches alone, and whether the join up to it does; None if unknown."""

    pattern: str
    line: int
    column: int
    alone: bool | None = None
    joined: bool | None = None


@dataclass(frozen=True)
class Finding:
    """A reason, its place in the query (from 1), and the corrected query if there is only one correction."""

    cause: str
    words: Message
    line: int
    column: int
    pattern: str = ""
    corrected: str = ""


@dataclass(frozen=True)
class Explanation:
    """An explanation: ``summary`` is one sentence, and ``complete`` is False if some queries had no answer."""

    summary: Message

    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    questions: int = 0
    complete: bool = True


def explain(engine: Engine, question: Question, terms: Terms, budget: Budget = UNLIMITED) -> Explanation:
    """Explain why a result is empty, by at most ``MOST_QUESTIONS`` small queries.

    Raises:
        QuestionCancelled: the client has disconnected.
        As ``Budget.check``.
    """
    query_parts = parts_of(question.text)
    if query_parts.not_explained:
        return Explanation(Message("This query cannot be taken apart. %(reason)s", reason=query_parts.not_explained))
    probe = Probe(engine, query_parts, question)
    explanation = _Search(question, query_parts, terms, probe, budget).explanation()
    return replace(explanation, questions=probe.count, complete=probe.is_complete)


def misspelt_names(engine: Engine, question: Question, terms: Terms, budget: Budget = UNLIMITED) -> tuple[Finding, ...]:
    """Return the classes and properties of a query that the release does not have; sends no query.

    Raises:
        As ``Budget.check``.
    """
    query_parts = parts_of(question.text)
    search = _Search(question, query_parts, terms, Probe(engine, query_parts, question), budget)
    return tuple(dict.fromkeys(search.misspelt(query_parts.parts)))


class _Search:
    """The search for the reason, over the parts of one query."""

    def __init__(self, question: Question, query_parts: QueryParts, terms: Terms, probe: Probe, budget: Budget) -> None:
        self._question, self._text, self._query_parts = question, question.text, query_parts
        self._terms, self._probe, self._budget = terms, probe, budget
        self._patterns = [part for part in query_parts.parts if not isinstance(part.node, Filter | Minus)]
        # filters and MINUS are tested after all patterns, because they only remove rows
        self._filters = [part for part in query_parts.parts if isinstance(part.node, Filter | Minus)]

    def explanation(self) -> Explanation:
        if not self._query_parts.parts:
            return Explanation(Message("The query has no pattern, so nothing can be missing."))
        # one query decides between the two halves of the search: the patterns, or what comes after them
        if self._probe.matches(self._patterns):
            return self._after_patterns(tuple(self._step(part, alone=True, joined=True) for part in self._patterns))
        steps = self._steps()
        findings = list(dict.fromkeys([*self._missing_graphs(), *self._empty_alone(steps)]))
        if findings:
            return Explanation(_count(steps) or findings[0].words, tuple(findings), steps)
        return self._empty_join(steps)

    def misspelt(self, parts: Sequence[Part]) -> Iterator[Finding]:
        """Yield what is misspelt in triple patterns, those in blocks included."""
        for part in parts:
            self._budget.check()
            for reason in misspelt(Case(part, self._query_parts, self._terms, self._probe)):
                yield self._finding(reason, part)
            for arm in part.arms:
                yield from self.misspelt(arm)

    # --- one pattern alone -------------------------------------------------------------------------------------------

    def _steps(self) -> tuple[Step, ...]:
        """Return each pattern, alone and joined; half of the queries are left for the reasons."""
        candidates = ((number, part) for number, part in enumerate(self._patterns) if _can_be_alone(part))
        alone = {number: self._probe.matches([part]) for number, part in islice(candidates, MOST_QUESTIONS // 2)}
        # the join is empty from the first pattern on that matches nothing alone, so bisection ends before it
        empty = next((number for number, matches in alone.items() if matches is False), len(self._patterns) - 1)
        last = self._last_joined(empty - 1)
        return tuple(
            self._step(part, alone=alone.get(number), joined=None if last is None else number <= last)
            for number, part in enumerate(self._patterns)
        )

    def _step(self, part: Part, *, alone: bool | None, joined: bool | None) -> Step:
        return Step(_shown(part), *place_of(self._text, part.start), alone, joined)

    def _last_joined(self, high: int) -> int | None:
        """Return the last pattern up to which the join matches, or None if unknown.

        A join that is empty stays so with further patterns, so that bisection finds the place.
        """
        low = -1
        while low < high:
            # the middle is rounded up, so that each step makes the range smaller
            middle = (low + high + 1) // 2
            matches = self._probe.matches(self._patterns[: middle + 1])
            if matches is None:
                return None
            low, high = (middle, high) if matches else (low, middle - 1)
        return low

    def _empty_alone(self, steps: Sequence[Step]) -> Iterator[Finding]:
        empty = (part for part, step in zip(self._patterns, steps, strict=True) if step.alone is False)
        for part in islice(empty, _MOST_EXPLAINED):
            yield from self._why(part)

    def _why(self, part: Part) -> list[Finding]:
        """Return why a part is empty; of a block, why the first empty pattern in each arm is."""
        self._budget.check()
        if isinstance(part.node, BLOCK):
            inner = [empty for arm in part.arms for empty in self._first_empty(arm)]
            return [finding for empty in inner[:_MOST_EXPLAINED] for finding in self._why(empty)] or [
                self._finding(Reason("empty-group", Message("This group matches nothing."), part.start), part)
            ]
        reasons = reasons_for(Case(part, self._query_parts, self._terms, self._probe))
        reasons = reasons or [Reason("no-match", Message("This pattern matches nothing."), part.start)]
        return [self._finding(reason, part) for reason in (*reasons, *_wide_signs(part))]

    def _first_empty(self, arm: Sequence[Part]) -> Iterator[Part]:
        return islice((part for part in arm if _can_be_alone(part) and self._probe.matches([part]) is False), 1)

    # --- the dataset -------------------------------------------------------------------------------------------------

    def _missing_graphs(self) -> Iterator[Finding]:
        """Yield the graphs of the query or the request that the release does not have."""
        chosen = [*self._question.default_graphs, *self._question.named_graphs]
        dataset = self._query_parts.dataset
        start = dataset[0].start if dataset else 0
        named = [self._query_parts.iri(clause.iri.text) for clause in dataset]
        names = [curie(graph) for graph in self._terms.graphs]
        for graph in dict.fromkeys([*chosen, *named]):
            if graph is not None and names and graph not in self._terms.graphs:
                near = nearest(curie(graph), names, 1)
                words = sentences(
                    missing_graph(in_sparql(graph), near), Message("There are: %(graphs)s.", graphs=listed(names))
                )
                yield self._finding(Reason("unknown-graph", words, start))
        yield from self._missing_kind_of_graph(chosen=bool(chosen))

    def _missing_kind_of_graph(self, *, chosen: bool) -> Iterator[Finding]:
        """Yield the patterns that look into default graphs where only named ones are chosen, or the reverse (13.2)."""
        is_named = [clause.named for clause in self._query_parts.dataset]
        has_default = bool(self._question.default_graphs) if chosen else not all(is_named)
        has_named = bool(self._question.named_graphs) if chosen else any(is_named)
        parts = self._query_parts.parts
        in_graph = next((part for part in parts if part.graph), None)
        bare = next((part for part in parts if part.triple and not part.graph), None)
        if in_graph is not None and has_default and not has_named:
            words = Message(
                "GRAPH sees no graph, because only default graphs are chosen; add FROM NAMED or named-graph-uri."
            )
            yield self._finding(Reason("no-named-graph", words, in_graph.start), in_graph)
        if bare is not None and has_named and not has_default:
            words = Message(
                "Only named graphs are chosen: put this into GRAPH ?graph { ... }, or add FROM or default-graph-uri."
            )
            yield self._finding(Reason("no-default-graph", words, bare.start), bare)

    # --- the join ----------------------------------------------------------------------------------------------------

    def _empty_join(self, steps: tuple[Step, ...]) -> Explanation:
        place = next((number for number, step in enumerate(steps) if step.joined is False), None)
        if place is None:
            words = Message("Nothing fits all patterns together; which one is the reason was not found.")
            return Explanation(words, (), steps)
        part = self._patterns[place]
        words = Message("From this pattern on nothing is left: alone it matches, with those before it it does not.")
        findings = [self._finding(Reason("empty-join", words, part.start), part)]
        # the first earlier pattern that shares a variable and leaves nothing with this one explains the join best
        partners = (earlier for earlier in self._patterns[:place] if _can_be_joined(earlier, part))
        partner = next((earlier for earlier in partners if self._probe.matches([earlier, part]) is False), None)
        if partner is not None:
            shared = [variable for variable in part.variables if variable in partner.variables]
            findings += [self._finding(self._no_common_value(name, partner, part), part) for name in shared]
        summary = Message("Each pattern matches alone; from line %(line)s on nothing fits all.", line=steps[place].line)
        return Explanation(summary, tuple(findings), steps)

    def _no_common_value(self, variable: str, partner: Part, part: Part) -> Reason:
        examples = []
        for side in (partner, part):
            rows = self._probe.select(f"?{variable}", side.query, tail="LIMIT 1")
            value = brief(rows[0][0]) if rows else Message("nothing")
            examples.append(Message("%(value)s in %(pattern)s", value=value, pattern=_shown(side)))
        words = Message(
            "?%(name)s has no value that fits both: for example %(one)s, and %(other)s.",
            name=variable,
            one=examples[0],
            other=examples[1],
        )
        return Reason("no-common-value", words, part.start)

    # --- filters and modifiers ---------------------------------------------------------------------------------------

    def _after_patterns(self, steps: tuple[Step, ...]) -> Explanation:
        # filters are added one at a time; the first that leaves no row is the reason
        for number, part in enumerate(self._filters):
            if self._probe.matches([*self._patterns, *self._filters[: number + 1]]) is False:
                findings = tuple(self._finding(reason, part) for reason in self._filter_reasons(part))
                line = findings[0].line
                summary = Message("The patterns match, and the filter in line %(line)s leaves nothing.", line=line)
                if isinstance(part.node, Minus):
                    summary = Message("The patterns match, and the MINUS in line %(line)s leaves nothing.", line=line)
                return Explanation(summary, findings, steps)
        return self._after_filters(steps)

    def _filter_reasons(self, part: Part) -> Iterator[Reason]:
        is_minus = isinstance(part.node, Minus)
        words = (
            Message("%(pattern)s takes every row away.", pattern=_shown(part))
            if is_minus
            else Message("Nothing passes %(pattern)s.", pattern=_shown(part))
        )
        yield Reason("filter", words, part.start)
        # the values of EXISTS and MINUS are in their groups, so a list of values before them explains nothing
        if is_minus or any(isinstance(node, Exists) for node in part.node.walk()):
            return
        bound = list(dict.fromkeys(variable for pattern in self._patterns for variable in pattern.variables))
        for variable in part.variables[:_MOST_VARIABLES]:
            if variable not in bound:
                near = nearest(variable, bound, 1)
                words = Message("?%(name)s occurs in no pattern.", name=variable)
                if near:
                    words = Message(
                        "?%(name)s occurs in no pattern; did you mean ?%(near)s?", name=variable, near=near[0]
                    )
                yield Reason("unbound-variable", words, part.start)
                continue
            rows = values_by_kind(self._probe, f"?{variable}", *(pattern.query for pattern in self._patterns))
            if rows:
                words = Message("?%(name)s has these values before it: %(kinds)s.", name=variable, kinds=kinds(rows))
                yield Reason("filtered-values", words, part.start)

    def _after_filters(self, steps: tuple[Step, ...]) -> Explanation:
        """Return what the modifiers may drop; the pattern matches."""
        modifiers = self._query_parts.modifiers
        if modifiers is not None:
            for word, dropped, words in (
                ("HAVING", bool(modifiers.having), Message("The pattern matches; HAVING may leave no group.")),
                ("LIMIT", modifiers.limit == 0, Message("LIMIT 0 asks for no row.")),
                ("OFFSET", bool(modifiers.offset), Message("The pattern matches; OFFSET may skip every row.")),
            ):
                if dropped:
                    reason = Reason("modifier", words, self._start_of_word(modifiers, word))
                    return Explanation(words, (self._finding(reason),), steps)
        if self._query_parts.values is not None:
            return Explanation(Message("The pattern matches; the VALUES after it may leave nothing."), (), steps)
        return Explanation(Message("The pattern matches: this query has an answer."), (), steps)

    def _start_of_word(self, modifiers: Modifiers, word: str) -> int:
        within = tokens(self._text[modifiers.start : modifiers.end])
        return modifiers.start + next(token.start for token in within if token.is_word(word))

    def _finding(self, reason: Reason, part: Part | None = None) -> Finding:
        line, column = place_of(self._text, reason.start)
        corrected = ""
        if reason.fix is not None:
            corrected = self._text[: reason.fix.start] + reason.fix.insert + self._text[reason.fix.end :]
        return Finding(reason.cause, reason.words, line, column, _shown(part) if part is not None else "", corrected)


def _can_be_alone(part: Part) -> bool:
    return bool(part.triple) or isinstance(part.node, BLOCK)


def _can_be_joined(earlier: Part, part: Part) -> bool:
    return bool(set(earlier.variables) & set(part.variables)) and (
        _can_be_alone(earlier) or isinstance(earlier.node, Values)
    )


def _wide_signs(part: Part) -> Iterator[Reason]:
    """Yield the variables that end with a Chinese full stop or comma, which SPARQL reads as a part of the name."""
    for variable in part.variables:
        if variable[-1] in _FULL_STOPS:
            words = Message(
                "The variable is read as ?%(name)s: the sign %(sign)s belongs to it. Write a plain one.",
                name=variable,
                sign=variable[-1],
            )
            yield Reason("wide-sign", words, part.start)


def _shown(part: Part) -> str:
    text = " ".join(term.text for term in part.triple) or part.text
    short = text if len(text) <= 120 else text[:119] + "…"
    return f"GRAPH {part.graph} {{ {short} }}" if part.graph else short


def _count(steps: Sequence[Step]) -> Message | None:
    empty = [step for step in steps if step.alone is False]
    if len(empty) == 1:
        line = empty[0].line
        return Message("The pattern in line %(line)s matches nothing in the data that were asked.", line=line)
    number = len(empty)
    return Message("%(number)s patterns match nothing in the data that were asked.", number=number) if empty else None
