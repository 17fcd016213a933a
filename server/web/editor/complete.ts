// Completion from this graph: its terms by name or label in each language, its items by search.
import { pickedCompletion, type Completion, type CompletionContext, type CompletionResult, type CompletionSection } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { language, translate } from "../page/messages";
import { scopeAt, type Place, type Scope } from "./scope";
import { fit, labelOf, Terms, type Term } from "./terms";
import { prefixPlace } from "./tokens";

const MOST = 60;
const MOST_THINGS = 12;
const WORD = /[?$]?[\p{L}\p{N}_]*(?:[\p{L}\p{N}_.\-]*:[\p{L}\p{N}_.\-]*)?$/u;

// without room beside the list, a definition would cover it
const narrow = matchMedia("(max-width: 720px)");

/** A completion with its kind and its count. */
export interface Offer extends Completion {
  readonly kind: string;
  readonly count?: number;
}

export interface Sources {
  readonly terms: () => Terms;
  /** Resolves when the terms are loaded, or failed to load. */
  readonly ready: Promise<Terms>;
  readonly search: string;
}

interface Hit {
  readonly id: string;
  readonly iri: string;
  readonly label: string;
  readonly language: string;
  readonly matched: string;
  readonly kinds: readonly string[];
}

const KEYWORDS: Partial<Record<Place, readonly string[]>> = {
  start: ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "SELECT DISTINCT"],
  select: ["DISTINCT", "WHERE", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "AS", "FROM"],
  modifier: ["ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET", "DESC", "ASC", "VALUES", "COUNT", "WHERE"],
  subject: ["OPTIONAL", "FILTER", "FILTER NOT EXISTS", "BIND", "UNION", "MINUS", "VALUES", "GRAPH", "SELECT"],
  after: ["OPTIONAL", "FILTER", "BIND"],
  expression: [
    ...["BOUND", "COALESCE", "CONCAT", "CONTAINS", "DATATYPE", "EXISTS", "IF", "IN", "ISIRI", "ISLITERAL", "LANG", "LANGMATCHES", "LCASE"],
    ...["NOT EXISTS", "NOT IN", "NOW", "REGEX", "REPLACE", "ROUND", "STR", "STRAFTER", "STRBEFORE", "STRENDS", "STRLEN", "STRSTARTS"],
    ...["SUBSTR", "UCASE", "YEAR", "MONTH", "DAY", "ABS", "CEIL", "FLOOR", "COUNT", "SUM", "AVG", "MIN", "MAX", "AS"],
  ],
};

/** Return the completion sources. */
export function completions(sources: Sources): ((context: CompletionContext) => CompletionResult | Promise<CompletionResult | null> | null)[] {
  return [
    (context) => (sources.terms() === Terms.none ? sources.ready.then((terms) => ofTerms(context, terms)) : ofTerms(context, sources.terms())),
    (context) => ofThings(context, sources),
  ];
}

function wordAt(context: CompletionContext): { from: number; text: string } | undefined {
  const line = context.state.doc.lineAt(context.pos);
  const text = WORD.exec(line.text.slice(0, context.pos - line.from))?.[0] ?? "";
  return text === "" && !context.explicit ? undefined : { from: context.pos - text.length, text };
}

function ofTerms(context: CompletionContext, terms: Terms): CompletionResult | null {
  const word = wordAt(context);
  if (word === undefined) return null;
  const scope = scopeAt(context.state.doc.toString(), word.from, terms);
  const options = scope.place === "none" ? [] : offered(word.text, scope, terms);
  return options.length === 0 ? null : { from: word.from, options: options.slice(0, MOST), filter: false };
}

function offered(word: string, scope: Scope, terms: Terms): Offer[] {
  if (/^[?$]/.test(word)) return variables(word, scope);
  if (scope.place === "prefix") return prefixes(word, scope, terms);
  if (scope.place === "graph") return [...graphs(word, scope, terms), ...variables(word, scope)];
  if (scope.place === "predicate") return properties(word, scope, terms);
  const first = scope.typing ? classes(word, scope, terms) : scope.place === "object" || word === "" ? variables(word, scope) : [];
  const rest = scope.typing || word === "" ? [] : [...classes(word, scope, terms), ...properties(word, { ...scope, classes: [] }, terms)];
  return [...first, ...keywords(word, scope), ...(scope.place === "start" || scope.place === "select" ? [] : rest)];
}

function variables(word: string, scope: Scope): Offer[] {
  const typed = word.replace(/^[?$]/, "").toLowerCase();
  return [...scope.variables]
    .filter((name) => name.toLowerCase().startsWith(typed) && `?${name}` !== word)
    .sort()
    .map((name) => ({ label: `?${name}`, kind: translate("variable") }));
}

function keywords(word: string, scope: Scope): Offer[] {
  const typed = word.toUpperCase();
  const here = KEYWORDS[scope.place] ?? [];
  if (typed === "" && !["start", "modifier"].includes(scope.place)) return [];
  return here.filter((keyword) => keyword.startsWith(typed) && keyword !== typed).map((label) => ({ label, kind: translate("keyword") }));
}

function prefixes(word: string, scope: Scope, terms: Terms): Offer[] {
  return Object.entries(terms.prefixes)
    .filter(([name]) => `${name}:`.startsWith(word) && !scope.prefixes.has(name))
    .map(([name, iri]) => ({ label: `${name}:`, detail: iri, apply: `${name}: <${iri}>\n`, kind: translate("prefix") }));
}

interface Ranked {
  readonly term: Term;
  readonly score: number;
  readonly by: string;
}

/** Return the matching terms, best first; `more` adds to the score of terms that fit the position. */
function ranked(list: readonly Term[], word: string, more: (term: Term) => number = () => 0): Ranked[] {
  const matches = list.flatMap((term) => {
    const fitted = fit(term, word);
    return fitted === undefined || fitted.score === 0 ? [] : [{ term, score: fitted.score + more(term) + Math.log10(1 + term.count), by: fitted.by }];
  });
  return matches.sort((a, b) => b.score - a.score);
}

function classes(word: string, scope: Scope, terms: Terms): Offer[] {
  const own = (term: Term): number => (term.name.startsWith("fyp:") ? 20 : 0);
  return ranked(terms.classes, word, own).map((match) => offer(match, translate("class"), scope, terms));
}

function graphs(word: string, scope: Scope, terms: Terms): Offer[] {
  return ranked(terms.graphs, word).map((match) => offer(match, translate("graph"), scope, terms));
}

/** Return properties, those of the subject's class first. */
function properties(word: string, scope: Scope, terms: Terms): Offer[] {
  const fitting = terms.propertiesOf(scope.classes);
  const most = Math.max(1, ...fitting.values());
  const more = (term: Term): number => {
    const uses = fitting.get(term.name);
    if (uses === undefined) return 0;
    // common properties come first, then rare ones; the label is used most of all
    const own = term.name === "skos:prefLabel" ? 1 : uses / Math.max(uses, term.count);
    return 200 + (20 * Math.log1p(uses)) / Math.log1p(most) + 10 * own;
  };
  const list = ranked(terms.properties, word, more).filter((match) => match.term.name !== "rdf:type" || word.startsWith("rdf"));
  const type: Offer[] = "a".startsWith(word) ? [{ label: "a", detail: translate("isA"), kind: translate("property") }] : [];
  if (fitting.size === 0) return [...type, ...list.map((match) => offer(match, translate("property"), scope, terms))];
  const named = terms.named(scope.classes[0] ?? "")?.term;
  const label = named === undefined ? undefined : (labelOf(named, language)?.text ?? named.name);
  const first: CompletionSection = { name: translate("ofClass", { name: label ?? "" }), rank: 0 };
  const others: CompletionSection = { name: translate("others"), rank: 1 };
  return [
    ...type.map((option) => ({ ...option, section: first })),
    ...list.map((match) => {
      const uses = fitting.get(match.term.name);
      return { ...offer(match, translate("property"), scope, terms, uses), section: uses === undefined ? others : first };
    }),
  ];
}

function offer(match: Ranked, kind: string, scope: Scope, terms: Terms, count = match.term.count): Offer {
  const label = labelOf(match.term, language);
  const by = match.by !== "" && match.by !== label?.text ? ` · ${match.by}` : "";
  const name = spelt(match.term.name, scope, terms);
  return { label: name, detail: `${label?.text ?? ""}${by}`, kind, count, apply: insert(name, terms), ...(narrow.matches ? {} : { info: () => explained(match.term) }) };
}

/** Return the name with the prefix that the query declares for it. */
function spelt(name: string, scope: Scope, terms: Terms): string {
  const prefix = name.slice(0, name.indexOf(":"));
  const base = terms.prefixes[prefix];
  if (scope.prefixes.get(prefix) === base) return name;
  const own = [...scope.prefixes].find(([, iri]) => iri === base);
  return own === undefined ? name : own[0] + name.slice(prefix.length);
}

/** Insert a name and the PREFIX line that it needs, as one undo step. */
export function insert(name: string, terms: Terms) {
  return (view: EditorView, completion: Completion, from: number, to: number): void => {
    const text = view.state.doc.toString();
    const prefix = name.slice(0, name.indexOf(":"));
    const scope = scopeAt(text, from, terms);
    const base = terms.prefixes[prefix];
    const line = base === undefined || scope.prefixes.has(prefix) ? "" : `PREFIX ${prefix}: <${base}>\n`;
    const at = Math.min(prefixPlace(text), from);
    const changes = [...(line === "" ? [] : [{ from: at, insert: line }]), { from, to, insert: name }];
    view.dispatch({
      changes,
      selection: { anchor: from + line.length + name.length },
      userEvent: "input.complete",
      annotations: pickedCompletion.of(completion),
      scrollIntoView: true,
    });
  };
}

function explained(term: Term): Node | null {
  if (term.meaning === undefined) return null;
  const paragraph = document.createElement("p");
  paragraph.textContent = term.meaning.text;
  if (term.meaning.language !== language) paragraph.lang = term.meaning.language;
  return paragraph;
}

async function ofThings(context: CompletionContext, sources: Sources): Promise<CompletionResult | null> {
  const word = wordAt(context);
  if (word === undefined || /^[?$]/.test(word.text)) return null;
  const terms = sources.terms();
  const scope = scopeAt(context.state.doc.toString(), word.from, terms);
  const searchText = word.text.replace(/^id:/, "").replaceAll("-", " ").trim();
  const places: readonly Place[] = ["subject", "object", "expression", "after"];
  if (!places.includes(scope.place) || scope.typing || searchText.includes(":") || searchText.length < (/\p{Script=Han}/u.test(searchText) ? 1 : 2)) return null;
  const hits = await find(searchText, sources.search, context);
  const due = new Set(scope.classes.map((name) => terms.iriOf(name, new Map())));
  const fits = (hit: Hit): number => Number(hit.kinds.some((kind) => due.has(kind)));
  const options = hits
    .filter((hit) => /^[a-z-]+:[\w-]+$/.test(hit.id))
    .sort((a, b) => fits(b) - fits(a))
    .map((hit): Offer => {
      const name = spelt(hit.id, scope, terms);
      const kind = terms.nameOf(`<${hit.kinds[0] ?? ""}>`, new Map());
      const of = kind === undefined ? undefined : terms.named(kind)?.term;
      const by = hit.matched === hit.label ? "" : ` · ${hit.matched}`;
      return {
        label: name,
        detail: `${hit.label}${by}`,
        kind: (of === undefined ? undefined : labelOf(of, language)?.text) ?? translate("thing"),
        apply: insert(name, terms),
        section: { name: translate("things"), rank: scope.place === "object" ? 0 : 2 },
      };
    });
  return options.length === 0 ? null : { from: word.from, options, filter: false };
}

async function find(searchText: string, address: string, context: CompletionContext): Promise<readonly Hit[]> {
  const request = new AbortController();
  context.addEventListener("abort", () => request.abort());
  const url = new URL(address, location.href);
  for (const [key, value] of [["q", searchText], ["begins", "1"], ["size", String(MOST_THINGS)], ["lang", language]] as const) url.searchParams.set(key, value);
  try {
    const response = await fetch(url, { signal: request.signal });
    return response.ok ? ((await response.json()) as { hits: Hit[] }).hits : [];
  } catch {
    return [];
  }
}
