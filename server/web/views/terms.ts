// Terms and tables for the views, read from SPARQL 1.1 Query Results JSON.

export interface Iri {
  kind: "iri";
  value: string;
}

export interface Literal {
  kind: "literal";
  value: string;
  language: string;
  datatype: string;
}

export interface Blank {
  kind: "blank";
  value: string;
}

export type Term = Iri | Literal | Blank;
export type Cell = Term | null;
export type Row = readonly Cell[];

export interface Table {
  variables: readonly string[];
  rows: readonly Row[];
}

const XSD = "http://www.w3.org/2001/XMLSchema#";
const TEXT = `${XSD}string`;
export const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

interface JsonTerm {
  type: string;
  value: unknown;
  "xml:lang"?: string;
  datatype?: string;
}

interface Results {
  head: { vars?: string[] };
  boolean?: boolean;
  results?: { bindings: Record<string, JsonTerm>[] };
}

export function literal(value: string, language = "", datatype = TEXT): Literal {
  return { kind: "literal", value, language, datatype };
}

/** Return the name of an XML Schema datatype, such as `integer`; empty for others. */
export function xsd(term: Cell): string {
  return term?.kind === "literal" && term.datatype.startsWith(XSD) ? term.datatype.slice(XSD.length) : "";
}

/** Read the rows of a result, or its truth value. */
export function readResults(text: string): Table | boolean {
  const results = JSON.parse(text) as Results;
  if (typeof results.boolean === "boolean") return results.boolean;
  const variables = results.head.vars ?? [];
  // most terms repeat: one object for each saves memory and later work
  const cache: TermCache = new Map();
  const rows = (results.results?.bindings ?? []).map((binding) => variables.map((name) => read(Object.hasOwn(binding, name) ? binding[name] : undefined, cache)));
  return { variables, rows };
}

/** Terms by kind, such as integer, and by value. */
type TermCache = Map<string, Map<string, Term>>;

function read(written: JsonTerm | undefined, cache: TermCache): Cell {
  if (written === undefined) return null;
  const value = typeof written.value === "string" ? written.value : JSON.stringify(written.value);
  const key = `${written.type} ${written["xml:lang"] ?? ""} ${written.datatype ?? ""}`;
  let alike = cache.get(key);
  if (alike === undefined) cache.set(key, (alike = new Map()));
  let term = alike.get(value);
  if (term === undefined) alike.set(value, (term = made(written, value)));
  return term;
}

function made(written: JsonTerm, value: string): Term {
  if (written.type === "uri") return { kind: "iri", value };
  if (written.type === "bnode") return { kind: "blank", value };
  return literal(value, written["xml:lang"] ?? "", written.datatype ?? TEXT);
}
