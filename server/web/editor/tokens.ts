// Tokens of a SPARQL text, also of an unfinished one, for help at the cursor.
// The server decides whether the text is a query.

export type Kind = "comment" | "iri" | "string" | "variable" | "prefixed" | "word" | "language" | "number" | "sign";

export interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const TERMINALS: readonly (readonly [Kind, string])[] = [
  ["comment", "#[^\\n\\r]*"],
  ["iri", '<[^<>"{}|^`\\\\\\s]*>'],
  ["string", '"""(?:[^"\\\\]|\\\\.|"(?!""))*"""|\'\'\'(?:[^\'\\\\]|\\\\.|\'(?!\'\'))*\'\'\''],
  ["string", '"(?:[^"\\\\\\n\\r]|\\\\.)*(?:"|$)|\'(?:[^\'\\\\\\n\\r]|\\\\.)*(?:\'|$)'],
  ["variable", "[?$][\\p{L}\\p{N}_]+"],
  ["prefixed", "(?:\\p{L}(?:[\\p{L}\\p{N}_.\\-]*[\\p{L}\\p{N}_\\-])?)?:(?:[\\p{L}\\p{N}_:](?:[\\p{L}\\p{N}_.\\-:%\\\\]*[\\p{L}\\p{N}_\\-:])?)?"],
  ["word", "\\p{L}[\\p{L}\\p{N}_]*"],
  ["language", "@[A-Za-z]+(?:-[A-Za-z0-9]+)*"],
  ["number", "\\d*\\.\\d+(?:[eE][+-]?\\d+)?|\\d+(?:[eE][+-]?\\d+)?"],
  ["sign", "\\S"],
];
const TOKEN = new RegExp(TERMINALS.map(([, pattern]) => `(${pattern})`).join("|"), "gmu");

/** Return the tokens of a text, comments included. */
export function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => {
    const place = match.slice(1).findIndex((group) => group !== undefined);
    return { kind: TERMINALS[place]?.[0] ?? "sign", text: match[0], from: match.index, to: match.index + match[0].length };
  });
}

export type Form = "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE";
const FORMS: readonly string[] = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];

/** Return the form of a query; SELECT if it has none yet. */
export function formOf(text: string): Form {
  const keyword = tokens(text).find((token) => token.kind === "word" && FORMS.includes(token.text.toUpperCase()));
  return (keyword?.text.toUpperCase() ?? "SELECT") as Form;
}

/** Return the declared prefixes, by name without the colon. */
export function declared(text: string): Map<string, string> {
  const declared = new Map<string, string>();
  const significant = tokens(text).filter((token) => token.kind !== "comment");
  significant.forEach((token, place) => {
    const [name, iri] = [significant[place + 1], significant[place + 2]];
    if (token.kind === "word" && token.text.toUpperCase() === "PREFIX" && name?.kind === "prefixed" && iri?.kind === "iri") {
      declared.set(name.text.replace(/:$/, ""), iri.text.slice(1, -1));
    }
  });
  return declared;
}

/** Return where to insert a PREFIX line: after the last one, else before the query and below its leading comments. */
export function prefixPlace(text: string): number {
  const significant = tokens(text).filter((token) => token.kind !== "comment");
  let place: number | undefined;
  significant.forEach((token, at) => {
    const iri = significant[at + 2];
    if (token.kind === "word" && token.text.toUpperCase() === "PREFIX" && iri?.kind === "iri") place = iri.to;
  });
  if (place === undefined) return 0;
  const end = text.indexOf("\n", place);
  return end < 0 ? text.length : end + 1;
}
