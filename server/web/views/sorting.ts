// Rows in order and filtered, by what the reader sees of them.
import { momentOf, numberOf } from "./columns";
import type { Cell, Row } from "./terms";

/** What a cell says to the reader. */
export type TextOf = (cell: Cell) => string;

export interface Order {
  column: number;
  descending: boolean;
}

interface Key {
  row: Row;
  number: number | undefined;
  text: string;
}

/** Numbers come first, by size; then moments and texts; what is empty comes last, whichever way the order goes. */
export function sorted(rows: readonly Row[], order: Order, words: TextOf, language: string): Row[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const way = order.descending ? -1 : 1;
  const [bound, empty] = [[] as Key[], [] as Row[]];
  for (const row of rows) {
    const cell = row[order.column] ?? null;
    if (cell === null) empty.push(row);
    else bound.push({ row, number: numberOf(cell), text: momentOf(cell) ?? words(cell) });
  }
  bound.sort((a, b) => way * compared(a, b, collator));
  return [...bound.map((key) => key.row), ...empty];
}

function compared(a: Key, b: Key, collator: Intl.Collator): number {
  if (a.number !== undefined && b.number !== undefined) return a.number - b.number;
  if (a.number !== undefined) return -1;
  if (b.number !== undefined) return 1;
  return collator.compare(a.text, b.text);
}

/** Case and accents do not count, nor does the width of letters. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The rows in which every word of the text stands in some cell; `column` narrows that to one, -1 to none. */
export function filtered(rows: readonly Row[], text: string, column: number, words: TextOf): Row[] {
  const searchWords = folded(text).split(/\s+/).filter(Boolean);
  if (searchWords.length === 0) return [...rows];
  const cache = new Map<Cell, string>();
  const textOf = (cell: Cell): string => {
    const cached = cache.get(cell) ?? folded(words(cell));
    cache.set(cell, cached);
    return cached;
  };
  return rows.filter((row) => {
    const cells = column < 0 ? row.map(textOf).join("\n") : textOf(row[column] ?? null);
    return searchWords.every((word) => cells.includes(word));
  });
}
