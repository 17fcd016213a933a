// The picture that fits a table, from what its columns hold; no library is needed for that.
import type { Column } from "./columns";
import type { Row } from "./terms";

export type Mark = "bar" | "line" | "point" | "rect";
export const MARKS: readonly Mark[] = ["bar", "line", "point", "rect"];

export type Aggregate = "none" | "sum" | "mean" | "min" | "max" | "count";
export const AGGREGATES: readonly Aggregate[] = ["none", "sum", "mean", "min", "max", "count"];

/** A picture: its mark, the columns by name on each channel (empty: none), and how values of one place are joined. */
export interface Picture {
  mark: Mark;
  x: string;
  y: string;
  colour: string;
  aggregate: Aggregate;
}

/** More series than colours cannot be told apart. */
const MOST_SERIES = 7;
const LONGEST_NAME = 80;
const FEWEST_POINTS = 12;

/** The fitting picture, or none where it would say nothing. */
export function suggest(columns: readonly Column[], rows: readonly Row[]): Picture | undefined {
  if (rows.length < 2) return undefined;
  const varied = columns.filter((column) => column.distinct > 1);
  const categories = varied.filter(isCategory);
  const numbers = varied.filter((column) => column.kind === "number");
  const times = varied.filter((column) => column.kind === "year" || column.kind === "date");
  return inTime(times, numbers, categories) ?? ofNumbers(numbers, categories, rows) ?? ofCounts(times, categories, rows);
}

function isCategory(column: Column): boolean {
  return column.kind === "thing" || column.kind === "truth" || (column.kind === "text" && column.longest <= LONGEST_NAME);
}

/** A number over time is a line, one for each of a few things. */
function inTime(times: readonly Column[], numbers: readonly Column[], categories: readonly Column[]): Picture | undefined {
  const [time, number] = [times[0], numbers[0]];
  if (time === undefined || number === undefined || time.distinct < 3) return undefined;
  const series = categories.find((column) => column.distinct <= MOST_SERIES);
  if (series !== undefined) return { mark: "line", x: time.name, y: number.name, colour: series.name, aggregate: "none" };
  const [many] = categories;
  if (many === undefined) return { mark: "line", x: time.name, y: number.name, colour: "", aggregate: "none" };
  // numbers of many things are rarely of one kind: what is sure is when each thing has one
  return { mark: "point", x: time.name, y: many.name, colour: "", aggregate: "none" };
}

/** Numbers of things are bars; of pairs of things a heat map; of many nameless ones a scatter. */
function ofNumbers(numbers: readonly Column[], categories: readonly Column[], rows: readonly Row[]): Picture | undefined {
  const number = numbers[numbers.length - 1];
  if (number === undefined) return undefined;
  const [one, other] = numbers;
  if (categories.length === 0) {
    if (one === undefined || other === undefined || rows.length < FEWEST_POINTS) return undefined;
    return { mark: "point", x: one.name, y: other.name, colour: "", aggregate: "none" };
  }
  const naming = categories.find((column) => column.distinct === rows.length);
  if (naming !== undefined) return { mark: "bar", x: number.name, y: naming.name, colour: "", aggregate: "none" };
  const [first, second] = bySize(categories);
  if (first !== undefined && second !== undefined) {
    return { mark: "rect", x: first.name, y: second.name, colour: number.name, aggregate: "sum" };
  }
  return { mark: "bar", x: number.name, y: categories[0]?.name ?? "", colour: "", aggregate: "sum" };
}

/** Without numbers one counts: pairs in a heat map, else how often each value comes. */
function ofCounts(times: readonly Column[], categories: readonly Column[], rows: readonly Row[]): Picture | undefined {
  const again = categories.filter((column) => column.distinct < rows.length);
  const [first, second] = bySize(again);
  if (first !== undefined && second !== undefined) {
    return { mark: "rect", x: first.name, y: second.name, colour: "", aggregate: "count" };
  }
  if (first !== undefined) return { mark: "bar", x: "", y: first.name, colour: "", aggregate: "count" };
  const time = times.find((column) => column.distinct < rows.length);
  return time === undefined ? undefined : { mark: "bar", x: time.name, y: "", colour: "", aggregate: "count" };
}

/** Two columns, the one with fewer values first: there is less room across than down. */
function bySize(categories: readonly Column[]): [Column?, Column?] {
  const [one, other] = categories;
  if (one === undefined || other === undefined) return [one];
  return one.distinct <= other.distinct ? [one, other] : [other, one];
}
