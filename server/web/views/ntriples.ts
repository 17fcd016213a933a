// A reader of N-Triples (https://www.w3.org/TR/n-triples/). It counts lines that it cannot read, and continues.
import { literal, type Row, type Term } from "./terms";

export interface Graph {
  triples: readonly Row[];
  unread: number;
}

const IRI = "<[^<>\"{}|^`\\\\\\s]*>";
const BLANK = "_:[^\\s<\"]+";
const LITERAL = `"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"(?:@[A-Za-z0-9-]+|\\^\\^${IRI})?`;
const LINE = new RegExp(`^\\s*(${IRI}|${BLANK})\\s*(${IRI})\\s*(${IRI}|${BLANK}|${LITERAL})\\s*\\.\\s*(?:#.*)?$`);
const QUOTED = /^"([^]*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$/;
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([^]))/g;
const SHORT: Readonly<Record<string, string>> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const LAST_SIGN = 0x10ffff;

export function readTriples(text: string): Graph {
  const triples: Row[] = [];
  // equal terms share one object, as in a table
  const cache = new Map<string, Term>();
  const read = (source: string): Term => {
    const cached = cache.get(source) ?? term(source);
    cache.set(source, cached);
    return cached;
  };
  let unread = 0;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue;
    const parts = LINE.exec(line);
    if (parts === null) unread += 1;
    else triples.push(parts.slice(1, 4).map(read));
  }
  return { triples, unread };
}

function term(written: string): Term {
  if (written.startsWith("<")) return { kind: "iri", value: unescaped(written.slice(1, -1)) };
  if (written.startsWith("_:")) return { kind: "blank", value: written.slice(2) };
  const [, value = "", language = "", datatype] = QUOTED.exec(written) ?? [];
  return language !== "" || datatype !== undefined ? literal(unescaped(value), language, datatype) : literal(unescaped(value));
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (whole, four?: string, eight?: string, single?: string) => {
    if (single !== undefined) return SHORT[single] ?? single;
    const sign = parseInt(four ?? eight ?? "", 16);
    return sign <= LAST_SIGN ? String.fromCodePoint(sign) : whole;
  });
}
