// Sort and filter rows by their visible text.
import { momentOf, numberOf } from "./columns";
import type { Cell, Row } from "./terms";

/** Returns the visible text of a cell. */
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

/** Sort numbers first, by size; then dates and texts; empty cells are last in both directions. */
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

/** Fold case, accents and the width of letters. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Return the rows that contain each word in some cell; `column` limits the search to one, -1 to none. */
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
