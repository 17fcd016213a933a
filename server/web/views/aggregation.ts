// The numbers of a pivot: rows put together by one or two columns, and what becomes of a third. Pure.
import { numberOf } from "./columns";
import type { Cell, Row } from "./terms";

export type AggregateFunction = "count" | "sum" | "mean" | "min" | "max";
export const HOWS: readonly AggregateFunction[] = ["count", "sum", "mean", "min", "max"];

export interface Pivot {
  down: readonly Cell[];
  across: readonly Cell[];
  /** The value where two cells meet; nothing where no row does. */
  at(down: Cell, across: Cell): number | undefined;
  ofDown(down: Cell): number | undefined;
  ofAcross(across: Cell): number | undefined;
  total: number | undefined;
}

/** What is known of some rows; totals are those of the rows themselves, not of other totals. */
class Accumulator {
  private rows = 0;
  private numbers = 0;
  private sum = 0;
  private least = Infinity;
  private most = -Infinity;

  add(value: number | undefined): void {
    this.rows += 1;
    if (value === undefined) return;
    this.numbers += 1;
    this.sum += value;
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
  }

  get(how: AggregateFunction): number | undefined {
    if (how === "count") return this.rows;
    if (this.numbers === 0) return undefined;
    return { sum: this.sum, mean: this.sum / this.numbers, min: this.least, max: this.most }[how];
  }
}

/** `across` and `value` may be -1, which is no column. */
export function gather(rows: readonly Row[], down: number, across: number, value: number, how: AggregateFunction): Pivot {
  const cells = new Map<Cell, Map<Cell, Accumulator>>();
  const [downs, acrosses, whole] = [new Map<Cell, Accumulator>(), new Map<Cell, Accumulator>(), new Accumulator()];
  for (const row of rows) {
    const [downKey, acrossKey] = [row[down] ?? null, across < 0 ? null : (row[across] ?? null)];
    const number = value < 0 ? undefined : numberOf(row[value] ?? null);
    const line = cells.get(downKey) ?? new Map<Cell, Accumulator>();
    cells.set(downKey, line);
    for (const heap of [heapIn(line, acrossKey), heapIn(downs, downKey), heapIn(acrosses, acrossKey), whole]) heap.add(number);
  }
  return {
    down: [...downs.keys()],
    across: [...acrosses.keys()],
    at: (downKey, acrossKey) => cells.get(downKey)?.get(acrossKey)?.get(how),
    ofDown: (key) => downs.get(key)?.get(how),
    ofAcross: (other) => acrosses.get(other)?.get(how),
    total: whole.get(how),
  };
}

function heapIn(heaps: Map<Cell, Accumulator>, key: Cell): Accumulator {
  const heap = heaps.get(key) ?? new Accumulator();
  heaps.set(key, heap);
  return heap;
}
