// The choices that define a chart, and types for Vega-Lite.
export type Mark = "bar" | "line" | "point" | "rect";
export const MARKS: readonly Mark[] = ["bar", "line", "point", "rect"];

export type Aggregate = "none" | "sum" | "mean" | "min" | "max" | "count";
export const AGGREGATES: readonly Aggregate[] = ["none", "sum", "mean", "min", "max", "count"];

/** How several measures are separated: by colour in one chart, or one chart each. */
export type SeriesLayout = "colour" | "facet";
export const APARTS: readonly SeriesLayout[] = ["colour", "facet"];

/** A chart: its mark, the column name on each channel (empty: none), and how values are aggregated.
 *
 * `also` are further columns of numbers, drawn like the one on the channel.
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

/** A Vega-Lite specification, or a part of one. */
export type Json = { [key: string]: unknown };
export type Value = string | number | boolean | null;
/** A row for Vega-Lite. */
export type Fields = Record<string, Value>;
