// Numbers of a pivot table: rows grouped by one or two columns, and a third aggregated. Pure.
import { numberOf } from "./columns";
import type { Cell, Row } from "./terms";

export type AggregateFunction = "count" | "sum" | "mean" | "min" | "max";
export const HOWS: readonly AggregateFunction[] = ["count", "sum", "mean", "min", "max"];

export interface Pivot {
  down: readonly Cell[];
  across: readonly Cell[];
  /** Return the value of two groups; undefined where no row has both. */
  at(down: Cell, across: Cell): number | undefined;
  ofDown(down: Cell): number | undefined;
  ofAcross(across: Cell): number | undefined;
  total: number | undefined;
}

/** Aggregates of a set of rows; totals are computed from the rows, not from other totals. */
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

/** Aggregate the rows. `across` and `value` may be -1: no column. */
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
