"""Why an answer is empty: which pattern matches nothing, from where on the join is, which filter leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from kg.core.messages import Message, sentences
from kg.core.names import curie
from kg.diagnostics.empty_result.case import Case, Fix, Reason
from kg.diagnostics.empty_result.findings import Explanation, Finding, Step
from kg.diagnostics.empty_result.parts import BIND, BLOCK, FILTER, MINUS, OPTIONAL, TRIPLE, VALUES, Piece, Reading
from kg.diagnostics.empty_result.probe import MOST_QUESTIONS, Probe
from kg.diagnostics.empty_result.reader import read
from kg.diagnostics.empty_result.reasons import misspelt, reasons_for
from kg.diagnostics.empty_result.text import brief, kinds, listed, shown
from kg.diagnostics.empty_result.values import OVERVIEW, OVERVIEW_BINDS, OVERVIEW_TAIL
from kg.diagnostics.term_suggestions import Terms, nearest
from kg.engine import Engine, Question
from kg.engine.budget import UNLIMITED, Budget
from kg.sparql.lexer import place_of

__all__ = ["Explanation", "Finding", "Step", "explain", "misspelt_names"]

_ALONE = (TRIPLE, BLOCK)
_JOINED = (TRIPLE, BLOCK, VALUES, BIND, OPTIONAL)
_MOST_EXPLAINED = 3
_MOST_VARIABLES = 3
_FULL_STOPS = "。，；．"


def explain(engine: Engine, question: Question, terms: Terms, budget: Budget = UNLIMITED) -> Explanation:
    """Tell why a question has an empty answer, by at most ``MOST_QUESTIONS`` small ones.

    Raises:
        QuestionCancelled: the asker has gone.
        As ``Budget.check``.
    """
    reading = read(question.text)
    if reading.lost:
        return Explanation(Message("This query cannot be taken apart. %(reason)s", reason=reading.lost))
    probe = Probe(engine, reading, question.default_graphs, question.named_graphs)
    found = _Search(question, reading, terms, probe, budget).explanation()
    return replace(found, questions=min(probe.asked, MOST_QUESTIONS), complete=probe.complete)


def misspelt_names(engine: Engine, question: Question, terms: Terms, budget: Budget = UNLIMITED) -> tuple[Finding, ...]:
    """The classes and properties of a question that the release does not have; asks nothing, so it is a quick hint.

    Raises:
        As ``Budget.check``.
    """
    reading = read(question.text)
    search = _Search(question, reading, terms, Probe(engine, reading, (), ()), budget)
    return tuple(dict.fromkeys(search.misspelt(reading.pieces)))


class _Search:
    """The search for the reason, over the pieces of one query."""

    def __init__(
        self, question: Question, reading: Reading, terms: Terms, probe: Probe, budget: Budget = UNLIMITED
    ) -> None:
        self._question, self._text, self._reading = question, question.text, reading
        self._terms, self._probe, self._budget = terms, probe, budget
        self._patterns = [piece for piece in reading.pieces if piece.kind in _JOINED]
        self._filters = [piece for piece in reading.pieces if piece.kind in (FILTER, MINUS)]

    def explanation(self) -> Explanation:
        if not self._reading.pieces:
            return Explanation(Message("The query has no pattern, so nothing can be missing."))
        if self._probe.match(self._patterns):
            return self._filtered(self._matching_steps())
        steps = self._steps()
        findings = list(dict.fromkeys([*self._missing_graphs(), *self._empty_alone(steps)]))
        if findings:
            return Explanation(_count(steps) or findings[0].words, tuple(findings), tuple(steps))
        return self._empty_join(steps)

    def misspelt(self, pieces: Sequence[Piece]) -> Iterator[Finding]:
        """What is misspelt in the triples of some pieces, and of the blocks among them."""
        for piece in pieces:
            self._budget.check()
            for reason in misspelt(Case(piece, self._reading, self._terms, self._probe)):
                yield self._finding(reason, piece)
            for arm in piece.arms:
                yield from self.misspelt(arm)

    # one pattern alone

    def _matching_steps(self) -> tuple[Step, ...]:
        return tuple(self._step(piece, alone=True, joined=True) for piece in self._patterns)

    def _steps(self) -> list[Step]:
        """Each pattern alone, and how far the join goes; not so many that no question is left for the reasons."""
        asked = ((number, piece) for number, piece in enumerate(self._patterns) if piece.kind in _ALONE)
        alone = {number: self._probe.match([piece]) for number, piece in islice(asked, MOST_QUESTIONS // 2)}
        empty = next((number for number, holds in alone.items() if holds is False), len(self._patterns) - 1)
        last = self._last_joined(empty - 1)
        return [
            self._step(piece, alone=alone.get(number), joined=None if last is None else number <= last)
            for number, piece in enumerate(self._patterns)
        ]

    def _step(self, piece: Piece, *, alone: bool | None, joined: bool | None) -> Step:
        line, column = place_of(self._text, piece.start)
        return Step(_shown(piece), line, column, alone, joined)

    def _last_joined(self, high: int) -> int | None:
        """The last pattern up to which the join matches: found by halving, since a join never grows again."""
        low = -1
        while low < high:
            middle = (low + high + 1) // 2
            holds = self._probe.match(self._patterns[: middle + 1])
            if holds is None:
                return None
            low, high = (middle, high) if holds else (low, middle - 1)
        return low

    def _empty_alone(self, steps: Sequence[Step]) -> list[Finding]:
        empty = [piece for piece, step in zip(self._patterns, steps, strict=True) if step.alone is False]
        found: list[Finding] = []
        for piece in empty[:_MOST_EXPLAINED]:
            found += self._why(piece)
        return found

    def _why(self, piece: Piece) -> list[Finding]:
        """Why one piece is empty; of a block, why the first empty pattern in each arm is."""
        self._budget.check()
        if piece.kind == BLOCK:
            inner = [one for arm in piece.arms for one in self._first_empty(arm)]
            return [one for part in inner[:_MOST_EXPLAINED] for one in self._why(part)] or [
                self._finding(Reason("empty-group", Message("This group matches nothing."), piece.start), piece)
            ]
        reasons = reasons_for(Case(piece, self._reading, self._terms, self._probe))
        reasons = reasons or [Reason("no-match", Message("This pattern matches nothing."), piece.start)]
        return [self._finding(reason, piece) for reason in reasons + list(self._typing(piece))]

    def _first_empty(self, arm: Sequence[Piece]) -> list[Piece]:
        asked = (piece for piece in arm if piece.kind in _ALONE)
        return [piece for piece in asked if self._probe.match([piece]) is False][:1]

    def _typing(self, piece: Piece) -> Iterator[Reason]:
        """A variable that ends with a sign of Chinese typing, which SPARQL takes for a part of its name."""
        for name in piece.variables:
            if name[-1] in _FULL_STOPS:
                words = Message(
                    "The variable is read as ?%(name)s: the sign %(sign)s belongs to it. Write a plain one.",
                    name=name,
                    sign=name[-1],
                )
                yield Reason("wide-sign", words, piece.start)

    # the dataset

    def _missing_graphs(self) -> Iterator[Finding]:
        """Graphs that the query or the request names and the release does not have."""
        known = set(self._terms.graphs)
        chosen = [*self._question.default_graphs, *self._question.named_graphs]
        case = Case(Piece("", "", 0, 0), self._reading, self._terms, self._probe)
        named = [case.iri(clause.split()[-1]) for clause in self._reading.dataset]
        graphs = listed(curie(one) for one in self._terms.graphs)
        for graph in dict.fromkeys([*chosen, *named]):
            if graph is not None and known and graph not in known:
                near = nearest(curie(graph), [curie(one) for one in known], 1)
                words = Message("There is no graph %(graph)s.", graph=shown(graph))
                if near:
                    words = Message(
                        "There is no graph %(graph)s; did you mean %(near)s?", graph=shown(graph), near=near[0]
                    )
                start = next((self._text.find(clause) for clause in self._reading.dataset), 0)
                words = sentences(words, Message("There are: %(graphs)s.", graphs=graphs))
                yield self._finding(Reason("unknown-graph", words, max(start, 0)))
        yield from self._missing_kind(chosen=bool(chosen))

    def _missing_kind(self, *, chosen: bool) -> Iterator[Finding]:
        """A dataset with default graphs only, asked for named ones, or the other way round (section 13.2)."""
        named_clauses = [" NAMED " in f" {clause.upper()} " for clause in self._reading.dataset]
        has_default = bool(self._question.default_graphs) if chosen else not all(named_clauses)
        has_named = bool(self._question.named_graphs) if chosen else any(named_clauses)
        scoped = next((piece for piece in self._reading.pieces if piece.scope), None)
        bare = next((piece for piece in self._reading.pieces if piece.kind == TRIPLE and not piece.scope), None)
        if scoped is not None and has_default and not has_named:
            words = Message(
                "GRAPH sees no graph, because only default graphs are chosen; add FROM NAMED or named-graph-uri."
            )
            yield self._finding(Reason("no-named-graph", words, scoped.start), scoped)
        if bare is not None and has_named and not has_default:
            words = Message(
                "Only named graphs are chosen: put this into GRAPH ?graph { ... }, or add FROM or default-graph-uri."
            )
            yield self._finding(Reason("no-default-graph", words, bare.start), bare)

    # the join

    def _empty_join(self, steps: list[Step]) -> Explanation:
        place = next((number for number, step in enumerate(steps) if step.joined is False), None)
        if place is None:
            return Explanation(
                Message("Nothing fits all patterns together; which one is the reason was not found."), (), tuple(steps)
            )
        piece = self._patterns[place]
        partner = next((one for one in self._partners(place) if self._probe.match([one, piece]) is False), None)
        words = Message("From this pattern on nothing is left: alone it matches, with those before it it does not.")
        findings = [self._finding(Reason("empty-join", words, piece.start), piece)]
        if partner is not None:
            shared = [name for name in piece.variables if name in partner.variables]
            findings += [self._finding(self._meeting(name, partner, piece), piece) for name in shared]
        line = steps[place].line
        return Explanation(
            Message("Each pattern matches alone; from line %(line)s on nothing fits all.", line=line),
            tuple(findings),
            tuple(steps),
        )

    def _partners(self, place: int) -> list[Piece]:
        """Earlier patterns that share a variable with this one."""
        names = set(self._patterns[place].variables)
        return [one for one in self._patterns[:place] if names & set(one.variables) and one.kind in (*_ALONE, VALUES)]

    def _meeting(self, name: str, partner: Piece, piece: Piece) -> Reason:
        sides = []
        for one in (partner, piece):
            rows = self._probe.rows(f"?{name}", one.question, tail="LIMIT 1")
            value = brief(rows[0][0]) if rows else Message("nothing")
            sides.append(Message("%(value)s in %(pattern)s", value=value, pattern=_shown(one)))
        words = Message(
            "?%(name)s has no value that fits both: for example %(one)s, and %(other)s.",
            name=name,
            one=sides[0],
            other=sides[1],
        )
        return Reason("no-common-value", words, piece.start)

    # the filters

    def _filtered(self, steps: tuple[Step, ...]) -> Explanation:
        for number, piece in enumerate(self._filters):
            if self._probe.match([*self._patterns, *self._filters[: number + 1]]) is False:
                findings = [self._finding(reason, piece) for reason in self._filter_reasons(piece)]
                line = findings[0].line
                summary = Message("The patterns match, and the filter in line %(line)s leaves nothing.", line=line)
                if piece.kind == MINUS:
                    summary = Message("The patterns match, and the MINUS in line %(line)s leaves nothing.", line=line)
                return Explanation(summary, tuple(findings), steps)
        return self._after_pattern(steps)

    def _filter_reasons(self, piece: Piece) -> Iterator[Reason]:
        bound = list(dict.fromkeys(name for one in self._patterns for name in one.variables))
        words = (
            Message("%(pattern)s takes every row away.", pattern=_shown(piece))
            if piece.kind == MINUS
            else Message("Nothing passes %(pattern)s.", pattern=_shown(piece))
        )
        yield Reason("filter", words, piece.start)
        if piece.kind == MINUS or "EXISTS" in piece.text.upper():
            return
        for name in piece.variables[:_MOST_VARIABLES]:
            if name not in bound:
                near = nearest(name, bound, 1)
                words = Message("?%(name)s occurs in no pattern.", name=name)
                if near:
                    words = Message("?%(name)s occurs in no pattern; did you mean ?%(near)s?", name=name, near=near[0])
                yield Reason("unbound-variable", words, piece.start)
                continue
            sign = f"?{name}"
            texts = [one.question for one in self._patterns]
            binds = OVERVIEW_BINDS.format(sign)
            rows = self._probe.rows(OVERVIEW.format(sign), *texts, binds, tail=OVERVIEW_TAIL)
            if rows:
                yield Reason(
                    "filtered-values",
                    Message("?%(name)s has these values before it: %(kinds)s.", name=name, kinds=kinds(rows)),
                    piece.start,
                )

    def _after_pattern(self, steps: tuple[Step, ...]) -> Explanation:
        """The pattern matches: what stands after it may leave nothing."""
        tail = self._reading.tail
        for token, after in pairwise(tail):
            if token.is_word("LIMIT") and after.text.strip("0") == "":
                return self._by_tail(Message("LIMIT 0 asks for no row."), token.start, steps)
            if token.is_word("HAVING"):
                return self._by_tail(Message("The pattern matches; HAVING may leave no group."), token.start, steps)
            if token.is_word("OFFSET") and after.text.strip("0") != "":
                return self._by_tail(Message("The pattern matches; OFFSET may skip every row."), token.start, steps)
        if any(token.is_word("VALUES") for token in tail):
            return Explanation(Message("The pattern matches; the VALUES after it may leave nothing."), (), steps)
        return Explanation(Message("The pattern matches: this query has an answer."), (), steps)

    def _by_tail(self, words: Message, start: int, steps: tuple[Step, ...]) -> Explanation:
        return Explanation(words, (self._finding(Reason("modifier", words, start)),), steps)

    def _finding(self, reason: Reason, piece: Piece | None = None) -> Finding:
        line, column = place_of(self._text, reason.start)
        mended = _mended(self._text, reason.fix) if reason.fix is not None else ""
        return Finding(reason.cause, reason.words, line, column, _shown(piece) if piece is not None else "", mended)


def _mended(text: str, fix: Fix) -> str:
    return text[: fix.start] + fix.insert + text[fix.end :]


def _shown(piece: Piece) -> str:
    text = " ".join(piece.parts) if piece.kind == TRIPLE else piece.text
    short = text if len(text) <= 120 else text[:119] + "…"
    return f"GRAPH {piece.scope} {{ {short} }}" if piece.scope else short


def _count(steps: Sequence[Step]) -> Message | None:
    empty = [step for step in steps if step.alone is False]
    if len(empty) == 1:
        line = empty[0].line
        return Message("The pattern in line %(line)s matches nothing in the data that were asked.", line=line)
    number = len(empty)
    return Message("%(number)s patterns match nothing in the data that were asked.", number=number) if empty else None
