// CSV and TSV as the service's exports write them: CSV with a byte order mark and safe cells, for Excel; TSV
// unchanged, with the characters escaped that it cannot contain.

const BYTE_ORDER_MARK = "\ufeff";
const STARTS_FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

export function writeText(ending: "csv" | "tsv", lines: readonly (readonly string[])[]): Blob {
  const text = ending === "csv" ? BYTE_ORDER_MARK + csv(lines) : tsv(lines);
  return new Blob([text], { type: ending === "csv" ? "text/csv" : "text/tab-separated-values" });
}

export function csv(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `${line.map((cell) => quoted(escapeFormula(cell))).join(",")}\r\n`).join("");
}

export function tsv(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `${line.map((cell) => cell.replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign)).join("\t")}\n`).join("");
}

/** Prefix a text with an apostrophe if Excel would read it as a formula; numbers stay. */
export function escapeFormula(text: string): string {
  return STARTS_FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
