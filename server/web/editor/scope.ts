// The context at a position of a query: the expected kind of term, its subject, and the subject's classes.
import { declared, tokens, type Token } from "./tokens";
import type { Terms } from "./terms";

export type Place = "start" | "prefix" | "graph" | "subject" | "predicate" | "object" | "after" | "expression" | "select" | "modifier" | "none";

export interface Scope {
  readonly place: Place;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly variables: ReadonlySet<string>;
  /** Classes of the subject of a property, or of an expected value; empty if unknown. */
  readonly classes: readonly string[];
  /** True where the object of rdf:type is expected. */
  readonly typing: boolean;
}

interface Triple {
  readonly subject: string;
  readonly path: readonly string[];
  readonly object: string;
}

interface Frame {
  readonly bracket: string;
  readonly group: boolean;
  readonly path: boolean;
  place: Place;
  subject: string;
  steps: string[];
  clause: string;
}

const PATTERNS = new Set(["OPTIONAL", "UNION", "MINUS", "WHERE", "NOT", "EXISTS"]);
const IN_EXPRESSION = new Set(["FILTER", "BIND", "HAVING"]);
const MODIFIERS = new Set(["GROUP", "BY", "HAVING", "ORDER", "LIMIT", "OFFSET", "ASC", "DESC"]);
const TERMS = new Set(["iri", "prefixed", "variable", "string", "number"]);

class Reader {
  readonly triples: Triple[] = [];
  private readonly frames: Frame[] = [];
  private outer: Place = "start";
  private clause = "";
  private nameless = 0;
  private typed = false;

  get frame(): Frame | undefined {
    return this.frames.at(-1);
  }

  get place(): Place {
    return this.frame?.place ?? this.outer;
  }

  read(token: Token): void {
    if (token.kind === "comment") return;
    if (token.kind === "word") this.word(token.text);
    else if (token.kind === "sign") this.sign(token.text);
    else if (TERMS.has(token.kind)) this.term(token.text);
  }

  private word(text: string): void {
    const upper = text.toUpperCase();
    const frame = this.frame;
    if (frame === undefined || frame.clause === "SELECT") {
      if (frame === undefined || upper !== "WHERE") this.outerWord(upper, frame);
      return;
    }
    if (!frame.group) return;
    if (text === "a" && frame.place === "predicate") this.term("rdf:type");
    else if (upper === "GRAPH" || upper === "SERVICE") frame.place = "graph";
    else if (IN_EXPRESSION.has(upper)) frame.place = "expression";
    else if (upper === "SELECT") [frame.clause, frame.place] = ["SELECT", "select"];
    else if (upper === "VALUES") frame.place = "expression";
    else if (MODIFIERS.has(upper)) frame.place = "modifier";
    else if (PATTERNS.has(upper)) frame.place = "subject";
    else if (upper === "TRUE" || upper === "FALSE") this.term(text);
  }

  private outerWord(upper: string, frame: Frame | undefined): void {
    let place: Place | undefined;
    if (upper === "PREFIX" || upper === "BASE") place = "prefix";
    else if (upper === "FROM" || upper === "NAMED" || upper === "DESCRIBE") place = upper === "DESCRIBE" ? "object" : "graph";
    else if (upper === "SELECT") place = "select";
    else if (MODIFIERS.has(upper)) place = "modifier";
    if (place === undefined) return;
    if (frame === undefined) [this.outer, this.clause] = [place, upper];
    else frame.place = place;
  }

  private sign(sign: string): void {
    const frame = this.frame;
    if (sign === "{" || sign === "(" || sign === "[") this.open(sign);
    else if (sign === "}" || sign === ")" || sign === "]") this.close();
    else if (frame === undefined || frame.place === "expression") return;
    else if (sign === "." && frame.group) frame.place = "subject";
    else if (sign === ";") [frame.place, frame.steps] = ["predicate", []];
    else if (sign === "," && !frame.path) frame.place = "object";
    else if (sign === "^" && frame.place === "after") this.typed = true;
    else if ((sign === "/" || sign === "|" || sign === "^" || sign === "!") && (frame.place === "object" || frame.path)) {
      frame.place = "predicate";
      if (sign !== "/") frame.steps = [];
    }
  }

  private open(bracket: string): void {
    const frame = this.frame;
    const place = this.place;
    const path = bracket === "(" && place === "predicate" && frame !== undefined;
    const group = bracket === "{" && place !== "expression";
    const own: Frame = { bracket, group: group || bracket === "[", path, place: "expression", subject: "", steps: [], clause: "" };
    if (group) own.place = "subject";
    else if (path) [own.place, own.subject, own.steps] = ["predicate", frame.subject, [...frame.steps]];
    else if (bracket === "[") [own.place, own.subject] = ["predicate", `_:${++this.nameless}`];
    else if (bracket === "{" && frame !== undefined && frame.place === "expression") own.place = this.isValues() ? "object" : "subject";
    if (frame !== undefined && bracket === "{") frame.clause = "";
    this.frames.push(bracket === "{" && own.place === "subject" ? { ...own, group: true } : own);
  }

  private isValues(): boolean {
    return this.lastWord === "VALUES";
  }
  lastWord = "";

  private close(): void {
    const closed = this.frames.pop();
    const frame = this.frame;
    if (closed === undefined) return;
    if (frame === undefined) {
      this.outer = closed.bracket === "{" ? "modifier" : this.outer;
    } else if (closed.path) {
      [frame.place, frame.steps] = ["object", closed.steps];
    } else if (closed.bracket === "[") {
      this.term(closed.subject);
    } else if (frame.group && frame.clause !== "SELECT") {
      frame.place = frame.place === "modifier" || frame.place === "select" ? "modifier" : "subject";
    }
  }

  private term(text: string): void {
    const frame = this.frame;
    if (frame === undefined) {
      if (this.outer === "prefix" && text.startsWith("<")) this.outer = "start";
      return;
    }
    if (this.typed) {
      this.typed = false;
    } else if (frame.place === "graph" || frame.place === "subject") {
      if (frame.place === "graph") frame.place = "subject";
      else [frame.subject, frame.place, frame.steps] = [text, "predicate", []];
    } else if (frame.place === "predicate") {
      frame.steps = [...frame.steps, text];
      frame.place = "object";
    } else if (frame.place === "object" && frame.group) {
      this.triples.push({ subject: frame.subject, path: frame.steps, object: text });
      frame.place = "after";
    } else if (frame.place === "after") {
      [frame.subject, frame.place, frame.steps] = [text, "predicate", []];
    }
  }
}

function read(list: readonly Token[]): Reader {
  const reader = new Reader();
  for (const token of list) {
    reader.read(token);
    if (token.kind === "word") reader.lastWord = token.text.toUpperCase();
  }
  return reader;
}

/** Return the context at a position, where a word being typed begins. */
export function scopeAt(text: string, at: number, terms: Terms): Scope {
  const all = tokens(text);
  const prefixes = declared(text);
  const here = read(all.filter((token) => token.to <= at));
  const variables = new Set(all.filter((token) => token.kind === "variable" && token.from !== at).map((token) => token.text.slice(1)));
  const inside = all.find((token) => token.from < at && (token.kind === "comment" ? at <= token.to : at < token.to));
  const closed = inside === undefined || inside.kind === "prefixed" || inside.kind === "word" || inside.kind === "variable";
  const rest = read([...all.filter((token) => token.to <= at), ...all.filter((token) => token.from > at)]).triples;
  const guess = new SubjectTypes(terms, prefixes, [...here.triples, ...rest]);
  const frame = here.frame;
  const last = frame?.steps.at(-1);
  let classes: readonly string[] = [];
  if (here.place === "predicate" && frame !== undefined) classes = last === undefined ? guess.of(frame.subject) : guess.values(last);
  else if (here.place === "object" && last !== undefined) classes = guess.values(last);
  const typing = here.place === "object" && last !== undefined && guess.name(last) === "rdf:type";
  return { place: closed ? here.place : "none", prefixes, variables, classes, typing };
}

/** Infer the classes of an item from the other patterns of the query. */
class SubjectTypes {
  constructor(
    private readonly terms: Terms,
    private readonly prefixes: ReadonlyMap<string, string>,
    private readonly triples: readonly Triple[],
  ) {}

  name(text: string): string {
    return text === "rdf:type" ? text : (this.terms.nameOf(text, this.prefixes) ?? text);
  }

  values(property: string): string[] {
    return this.terms.valuesOf(this.name(property));
  }

  of(subject: string): readonly string[] {
    const stated: string[] = [];
    const valued: string[] = [];
    const having: string[] = [];
    for (const { subject: owner, path, object } of this.triples) {
      const [first, last] = [path[0], path.at(-1)];
      if (owner === subject && path.length === 1 && this.name(first ?? "") === "rdf:type") stated.push(this.name(object));
      else if (owner === subject && first !== undefined) having.push(this.name(first));
      else if (object === subject && last !== undefined) valued.push(...this.values(last).slice(0, 3));
    }
    if (stated.length > 0) return stated;
    if (valued.length > 0) return valued;
    const properties = having.filter((name) => this.terms.named(name)?.kind === "property");
    return properties.length > 0 ? this.terms.classesWith(properties).slice(0, 3) : [];
  }
}
