// Several columns of numbers in one chart: which fit together, on which channel, and how they are separated.
import { numberOf, type Column } from "./columns";
import type { SeriesLayout, Json, ChartChoices } from "./chart_choices";
import type { Row } from "./terms";

/** More cannot be distinguished by colour. */
export const MOST_MEASURES = 6;
/** Numbers that differ by more than this factor cannot be read on one axis. */
const MOST_TIMES = 10;

export type Channel = "x" | "y" | "colour";

/** The measures of a chart in column order, the channel they share, and how they are separated. */
export interface Measures {
  on: Channel;
  columns: readonly Column[];
  apart: SeriesLayout;
}

/** Names of the two columns that hold measure and value after folding. */
export interface Folded {
  measure: string;
  value: string;
}

/** Return the channel with the numbers of a chart; the vertical one if both have numbers. */
export function channelOfNumbers(picture: ChartChoices, columns: readonly Column[]): Channel | undefined {
  const order: readonly Channel[] = picture.mark === "rect" ? ["colour"] : ["y", "x"];
  return order.find((channel) => columns.some((column) => column.name === picture[channel] && column.kind === "number"));
}

/** Return several measures, or none if a chart has at most one. */
export function measuresOf(picture: ChartChoices, columns: readonly Column[]): Measures | undefined {
  const on = channelOfNumbers(picture, columns);
  if (on === undefined) return undefined;
  const named = new Set([picture[on], ...picture.also]);
  const measures = columns.filter((column) => column.kind === "number" && named.has(column.name));
  if (measures.length < 2) return undefined;
  // colour is taken already
  const free = on !== "colour" && picture.colour === "";
  return { on, columns: measures.slice(0, MOST_MEASURES), apart: free ? picture.apart : "facet" };
}

/** Return other columns of numbers that fit on the same axis. */
export function comparable(number: Column, numbers: readonly Column[], rows: readonly Row[]): string[] {
  const own = size(number, rows);
  const near = numbers.filter((other) => {
    const times = size(other, rows) / own;
    return other !== number && other.bound * 2 >= rows.length && times <= MOST_TIMES && times >= 1 / MOST_TIMES;
  });
  return near.slice(0, MOST_MEASURES - 1).map((column) => column.name);
}

function size(column: Column, rows: readonly Row[]): number {
  return rows.reduce((most, row) => Math.max(most, Math.abs(numberOf(row[column.at] ?? null) ?? 0)), 0);
}

/** Return names for the two columns that no other column has. */
export function folded(columns: readonly Column[], words: Folded): Folded {
  const free = (word: string): string => (columns.some((column) => column.name === word) ? free(`${word}_`) : word);
  return { measure: free(words.measure), value: free(words.value) };
}

/** Fold the columns into rows, without empty cells. */
export function folding({ columns }: Measures, { measure, value }: Folded): Json[] {
  return [{ fold: columns.map((column) => column.name), as: [measure, value] }, { filter: { field: value, valid: true } }];
}

/** Return the channels that separate the measures; bars of one item are side by side. */
export function tellingApart(measures: Measures, mark: string, besides: boolean, { measure }: Folded): Json {
  const sort = measures.columns.map((column) => column.name);
  const base = { field: measure, type: "nominal", sort };
  if (measures.apart === "facet") return { row: { ...base, title: null, header: { labelOrient: "top", labelAnchor: "start" } } };
  const offset = measures.on === "x" ? "yOffset" : "xOffset";
  return { color: { ...base, title: null }, ...(mark === "bar" && besides ? { [offset]: base } : {}) };
}
