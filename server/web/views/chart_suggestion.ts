// The chart that suits a table, derived from its columns; needs no library.
import type { Column } from "./columns";
import { comparable } from "./measures";
import type { Aggregate, Mark, ChartChoices } from "./chart_choices";
import type { Row } from "./terms";

/** More series than colours cannot be distinguished. */
const MOST_SERIES = 7;
const LONGEST_NAME = 80;
const FEWEST_POINTS = 12;

/** Suggest a chart, or undefined if none is useful. */
export function suggest(columns: readonly Column[], rows: readonly Row[]): ChartChoices | undefined {
  if (rows.length < 2) return undefined;
  const varied = columns.filter((column) => column.distinct > 1);
  const categories = varied.filter(isCategory);
  const numbers = varied.filter((column) => column.kind === "number");
  const times = varied.filter((column) => column.kind === "year" || column.kind === "date");
  return inTime(times, numbers, categories, rows) ?? ofNumbers(numbers, categories, rows) ?? ofCounts(times, categories, rows);
}

function of(mark: Mark, x: string, y: string, colour: string, aggregate: Aggregate, also: readonly string[] = []): ChartChoices {
  return { mark, x, y, colour, aggregate, also, apart: "colour" };
}

function isCategory(column: Column): boolean {
  return column.kind === "thing" || column.kind === "truth" || (column.kind === "text" && column.longest <= LONGEST_NAME);
}

/** A number over time becomes a line for each of a few items; several numbers become a line each. */
function inTime(times: readonly Column[], numbers: readonly Column[], categories: readonly Column[], rows: readonly Row[]): ChartChoices | undefined {
  const [time, number] = [times[0], numbers[0]];
  if (time === undefined || number === undefined || time.distinct < 3) return undefined;
  const series = categories.find((column) => column.distinct <= MOST_SERIES);
  if (series !== undefined) return of("line", time.name, number.name, series.name, "none");
  const [many] = categories;
  if (many === undefined) return of("line", time.name, number.name, "", "none", comparable(number, numbers, rows));
  // numbers of many items rarely share a unit: suggest a chart only if each item has one number
  return of("point", time.name, many.name, "", "none");
}

/** Numbers of items become bars; pairs of items a heat map; many unnamed numbers a scatter plot. */
function ofNumbers(numbers: readonly Column[], categories: readonly Column[], rows: readonly Row[]): ChartChoices | undefined {
  const number = numbers[numbers.length - 1];
  if (number === undefined) return undefined;
  const [firstNumber, secondNumber] = numbers;
  if (categories.length === 0) {
    if (firstNumber === undefined || secondNumber === undefined || rows.length < FEWEST_POINTS) return undefined;
    return of("point", firstNumber.name, secondNumber.name, "", "none");
  }
  const naming = categories.find((column) => column.distinct === rows.length);
  if (naming !== undefined) return of("bar", number.name, naming.name, "", "none", comparable(number, numbers, rows));
  const [first, second] = bySize(categories);
  if (first !== undefined && second !== undefined) {
    return of("rect", first.name, second.name, number.name, "sum");
  }
  return of("bar", number.name, categories[0]?.name ?? "", "", "sum");
}

/** Without numbers, count: pairs as a heat map, else how often each value occurs. */
function ofCounts(times: readonly Column[], categories: readonly Column[], rows: readonly Row[]): ChartChoices | undefined {
  const again = categories.filter((column) => column.distinct < rows.length);
  const [first, second] = bySize(again);
  if (first !== undefined && second !== undefined) {
    return of("rect", first.name, second.name, "", "count");
  }
  if (first !== undefined) return of("bar", "", first.name, "", "count");
  const time = times.find((column) => column.distinct < rows.length);
  return time === undefined ? undefined : of("bar", time.name, "", "", "count");
}

/** Return two columns, the one with fewer values first: there is less room across than down. */
function bySize(categories: readonly Column[]): [Column?, Column?] {
  const [first, second] = categories;
  if (first === undefined || second === undefined) return [first];
  return first.distinct <= second.distinct ? [first, second] : [second, first];
}
