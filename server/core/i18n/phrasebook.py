"""Messages about queries, from parse errors and ``kg.diagnostics``, and other errors, in the language of the page.

They say it in English, which programs rely on, in a few sentences with names of the query within. Here each is known
again by its words and said anew; one that is not known stays English, and is marked as such.
"""

from __future__ import annotations

import re
from functools import cache

from server.core.i18n.error_messages import MISHAPS
from server.core.i18n.language import N_, gettext, language_here

_LONGEST = 2_000  # characters of a text that is looked at; names in it come from strangers

_SENTENCES = (
    N_("%(place)s: the query does not parse. It ends too early. Expected: %(expected)s"),
    N_("%(place)s: the query does not parse. It ends too early."),
    N_("%(place)s: the query does not parse. Not expected here: %(written)s. Expected: %(expected)s"),
    N_("%(place)s: the query does not parse. Not expected here: %(written)s."),
    N_("%(place)s: the prefix %(prefix)s is not declared; add a PREFIX line for it."),
    N_("%(place)s: an IRI in angle brackets is not valid; escape spaces and special signs."),
    N_("%(place)s: SELECT asks for a variable that is neither grouped nor an aggregate."),
    N_("%(place)s: SELECT * does not go with GROUP BY."),
    N_("%(place)s: AS gives a name that is bound already."),
    N_("%(place)s: SELECT computes with a variable that has no value there."),
    N_("%(place)s: a row of VALUES has not as many values as there are variables."),
    N_("Look at what stands just before the mark: a dot, a bracket or a quotation mark is missing there most often."),
    N_("SPARQL takes the plain signs of a keyboard only: %(plain)s instead of %(wide)s."),
    N_("A backslash in a string begins an escape such as \\n; double it to mean the sign itself."),
    N_("A string ends on its own line; one of several lines stands between %(quotes)s."),
    N_("The string that begins here has no closing quotation mark."),
    N_("The bracket %(opening)s is not closed; add %(closing)s at the end."),
    N_("The bracket %(opening)s is not closed; add %(closing)s before %(sign)s."),
    N_("There is one %(sign)s too many; take it out."),
    N_("A query ends without %(sign)s; take it out."),
    N_("A } is missing: %(word)s stands after the closing } of the pattern."),
    N_("%(word)s stands after the closing } of the pattern."),
    N_("UNION stands between two groups in braces: { { ... } UNION { ... } }."),
    N_("GRAPH needs the name of a graph or a variable: GRAPH ?graph { ... }."),
    N_("%(word)s needs its patterns in braces { }."),
    N_("A triple has three parts: a dot is missing before this one (or ; to say more of the same subject)."),
    N_("A triple has three parts: its object is missing."),
    N_("A triple has three parts: its property and its object are missing."),
    N_("A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, as in SELECT * WHERE { ?s ?p ?o } LIMIT 10."),
    N_("The variables of SELECT stand without commas."),
    N_("A computed column needs a name: (COUNT(?x) AS ?result)."),
    N_("SELECT names its variables, or * for all."),
    N_("A computed column stands in brackets with a name: %(written)s."),
    N_("With GROUP BY, SELECT names what is grouped and what is computed: %(written)s."),
    N_("Name in GROUP BY every variable of SELECT that is not computed."),
    N_("%(variable)s is neither in GROUP BY nor computed: add it to GROUP BY, or write %(written)s."),
    N_("Write %(written)s."),
    N_("%(word)s takes brackets: %(written)s."),
    N_("%(word)s takes a whole number, as in %(written)s."),
    N_("%(word)s takes its condition in brackets: %(written)s."),
    N_("A comparison stands in a filter: %(written)s."),
    N_("true and false are written in small letters: %(written)s."),
    N_("SPARQL writes %(written)s instead of %(word)s."),
    N_("SPARQL has no NULL; test with BOUND(?x), as in FILTER(!BOUND(?x))."),
    N_('SPARQL has no LIKE; write CONTAINS(?x, "...") or REGEX(?x, "...").'),
    N_("The name after AS is a variable: %(written)s."),
    N_("A renamed column is written in brackets: %(written)s."),
    N_("A computed column needs AS before its name: %(written)s."),
    N_("A variable of SELECT is written without brackets: %(written)s."),
    N_("The engine does not compute with %(variable)s of the same SELECT; write its expression again: %(written)s."),
    N_("The engine takes one dot in a local name; escape the next one: %(written)s..."),
    N_("Sort by the text of the values: %(written)s."),
    N_("After %(sign)s a value is missing."),
    N_("%(word)s needs more than that in its brackets."),
    N_("%(variable)s has a value already; AS needs a name of its own, such as %(other)s."),
    N_("Each row of VALUES has one value for each variable; write UNDEF for none."),
    N_("The values of one variable stand in braces: %(written)s."),
    N_("VALUES holds constants; a variable is bound by BIND."),
    N_("A blank node label belongs to one group; use a variable in both places: %(variable)s."),
    N_(
        "The sign < (%(place)s) can be read as 'less than' and as the beginning of an IRI; put a space after it, "
        "or write the IRI with its scheme, as in <https://...>."
    ),
    N_("The text nests deeper than %(number)s levels at %(place)s; flatten it or ask it in parts."),
    N_(
        "The text chains more than %(number)s patterns and operators at %(place)s; ask it in parts, "
        "or give a list of values as VALUES."
    ),
    N_("Take the SERVICE clause out, or send the whole query from the other endpoint and call this one there."),
    N_("This service is for reading only."),
    N_("To see what an update would write, ask CONSTRUCT { ... } WHERE { ... }."),
    N_("What follows the pattern stands in this order: %(order)s."),
    N_("The query ends before this; a second query is sent on its own, and patterns stand inside the braces."),
    N_("An IRI stands in angle brackets: write %(iri)s."),
    N_("Declare %(prefix)s at the top (%(line)s), or use one of this graph's prefixes: %(known)s."),
    N_("The prefix %(prefix)s is not declared; did you mean %(near)s?"),
    N_("It needs this line at the top:"),
    N_("Add this line at the top:"),
    N_("Add these lines at the top:"),
    N_("In SPARQL write: %(line)s (no @, no dot)."),
    N_("A prefix ends with a colon: %(line)s."),
    N_("An IRI holds no such signs (%(signs)s); escape them: %(iri)s."),
    N_("%(tag)s is no language tag; tags look like @en, @de, @zh or @zh-Hans."),
    N_("A name of the ontology has its prefix: %(names)s."),
    N_("Did you mean %(near)s?"),
    N_("A variable begins with a question mark: %(variable)s."),
    N_("A text stands in quotation marks: %(written)s; a variable begins with a question mark."),
    N_("The chosen dataset (FROM or default-graph-uri) does not hold this; it stands in: %(graphs)s."),
    N_("The statement stands in other graphs than %(graph)s: %(graphs)s."),
    N_("There is no graph %(graph)s; did you mean %(near)s?"),
    N_("There is no graph %(graph)s."),
    N_("There are: %(graphs)s."),
    N_("The graph has no property %(name)s, and none with a name like it."),
    N_("The graph has no property %(name)s; did you mean %(near)s?"),
    N_("The graph has no class %(name)s, and none with a name like it."),
    N_("The graph has no class %(name)s; did you mean %(near)s?"),
    N_("%(iri)s is a relative IRI and is read from %(root)s; write the IRI whole, or with a prefix."),
    N_("The graph does not know %(iri)s; it spells it %(other)s."),
    N_("The graph says nothing about %(name)s; did you mean %(near)s?"),
    N_("The graph says nothing about %(name)s."),
    N_("%(path)s runs the other way here: %(turned)s"),
    N_("%(path)s leads to other things, such as %(things)s, not to %(wanted)s."),
    N_("No statement with %(path)s fits; the property is declared, or used otherwise."),
    N_("%(subject)s has no %(path)s; it has: %(others)s."),
    N_("The data have %(found)s, not %(written)s: %(why)s."),
    N_("No value of %(path)s is %(written)s; it has: %(kinds)s."),
    N_("Values with these words in them: %(values)s."),
    N_("This query cannot be taken apart."),
    N_("The query has no pattern, so nothing can be missing."),
    N_("The pattern in line %(line)s matches nothing in the data that were asked."),
    N_("%(number)s patterns match nothing in the data that were asked."),
    N_("This group matches nothing."),
    N_("This pattern matches nothing."),
    N_("The variable is read as %(variable)s: the sign %(sign)s belongs to it. Write a plain one."),
    N_("GRAPH sees no graph, because only default graphs are chosen; add FROM NAMED or named-graph-uri."),
    N_("Only named graphs are chosen: put this into GRAPH ?graph { ... }, or add FROM or default-graph-uri."),
    N_("Nothing fits all patterns together; which one is the reason was not found."),
    N_("From this pattern on nothing is left: alone it matches, with those before it it does not."),
    N_("Each pattern matches alone; from line %(line)s on nothing fits all."),
    N_("%(variable)s has no value that fits both: for example %(one)s, and %(other)s."),
    N_("The patterns match, and the MINUS in line %(line)s leaves nothing."),
    N_("The patterns match, and the filter in line %(line)s leaves nothing."),
    N_("%(pattern)s takes every row away."),
    N_("Nothing passes %(pattern)s."),
    N_("%(variable)s occurs in no pattern; did you mean %(near)s?"),
    N_("%(variable)s occurs in no pattern."),
    N_("%(variable)s has these values before it: %(kinds)s."),
    N_("LIMIT 0 asks for no row."),
    N_("The pattern matches; HAVING may leave no group."),
    N_("The pattern matches; OFFSET may skip every row."),
    N_("The pattern matches; the VALUES after it may leave nothing."),
    N_("The pattern matches: this query has an answer."),
)

# within a sentence
_PARTS = (
    N_("capital letters count"),
    N_("the language tag belongs to the value"),
    N_("the language tag differs"),
    N_("it has no language tag"),
    N_("the datatype differs"),
    N_("a space"),
    N_("line %(line)s, column %(column)s"),
    N_("%(number)s tagged %(tag)s, such as %(example)s"),
    N_("%(number)s of type %(type)s, such as %(example)s"),
    N_("%(number)s that are IRIs, such as %(example)s"),
    N_("%(listed)s and %(number)s more"),
    N_("%(one)s in %(other)s"),
    N_("%(one)s or %(other)s"),
)
# where a value may be in words of its own; elsewhere it is text of the query
_WORDED = frozenset(
    ["why", "place", "signs", "kinds", "graphs", "others", "one", "other", "near", "names", "found", "listed"]
)

_ALL = (*_SENTENCES, *MISHAPS)
_MOST_ENDS = 16  # of sentences, or of what looks like one in a name

_SLOT = re.compile(r"%\((\w+)\)s")
_END = re.compile(r"(?<=[.?]) ")


def translate_message(text: str) -> str:
    """A text of theirs in the language of the page, or empty where it is not known."""
    if language_here() == "en":
        return text
    first, line_end, rest = text.partition("\n")
    if len(first) > _LONGEST:
        return ""
    whole = _several(first) or _anew(first, _SENTENCES)
    return whole + line_end + rest if whole else ""


def _several(text: str) -> str:
    """Sentences that are all known, each as short as can be; a name may hold what looks like the end of one."""
    ends = [0, *(end.end() for end in _END.finditer(text)), len(text) + 1]
    if len(ends) > _MOST_ENDS:
        return ""
    gap = "" if language_here() == "zh" else " "
    told: dict[int, str] = {ends[-1]: ""}  # what is said from there on, by the place of its beginning
    for at in reversed(range(len(ends) - 1)):
        for after in ends[at + 1 :]:
            if after in told and (first := _anew(text[ends[at] : after - 1], _ALL)):
                told[ends[at]] = first + (gap + told[after] if told[after] else "")
                break
    return told.get(0, "")


def _anew(text: str, known: tuple[str, ...]) -> str:
    for sentence in known:
        found = _pattern(sentence).fullmatch(text)
        if found is not None:
            return gettext(sentence, **{name: _worded(name, value) for name, value in found.groupdict().items()})
    return ""


def _worded(name: str, value: str) -> str:
    if name not in _WORDED:
        return value
    return "; ".join(_anew(part, _PARTS) or part for part in value.split("; "))


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """What a sentence of ours looks like with anything in its places."""
    parts = _SLOT.split(sentence)
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = (f"(?P<{name}>.+?)" for name in parts[1::2])
    return re.compile("".join(parts), re.DOTALL)
