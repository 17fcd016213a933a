// What a picture is: as the reader chooses it, and as Vega-Lite is told of it.
export type Mark = "bar" | "line" | "point" | "rect";
export const MARKS: readonly Mark[] = ["bar", "line", "point", "rect"];

export type Aggregate = "none" | "sum" | "mean" | "min" | "max" | "count";
export const AGGREGATES: readonly Aggregate[] = ["none", "sum", "mean", "min", "max", "count"];

/** How several measures are told apart: by colour in one picture, or by a picture for each. */
export type SeriesLayout = "colour" | "facet";
export const APARTS: readonly SeriesLayout[] = ["colour", "facet"];

/** A picture: its mark, the columns by name on each channel (empty: none), and how values of one place are joined.
 *
 * `also` are further columns of numbers, drawn in the same way as the one that a channel has.
 */
export interface ChartChoices {
  mark: Mark;
  x: string;
  y: string;
  colour: string;
  aggregate: Aggregate;
  also: readonly string[];
  apart: SeriesLayout;
}

/** A specification, or a part of one. */
export type Json = { [key: string]: unknown };
export type Value = string | number | boolean | null;
/** A row as Vega-Lite reads it. */
export type Fields = Record<string, Value>;
