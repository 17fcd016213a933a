// Select the views that fit a result, the most useful first.
import type { Column } from "./columns";
import type { ViewContext } from "./view_context";
import { suggest } from "./chart_suggestion";

export type Name = "table" | "graph" | "chart" | "pivot" | "timeline" | "raw";

/** A larger graph is unreadable at first: its statements are shown first. */
const MOST_DRAWN = 300;

export function fitting(shown: ViewContext): Name[] {
  const { columns, table, triples } = shown;
  if (table.rows.length === 0) return ["table", "raw"];
  if (triples !== undefined) {
    const linked = triples.some((row) => row[2]?.kind !== "literal");
    if (!linked) return ["table", "raw"];
    return triples.length <= MOST_DRAWN ? ["graph", "table", "raw"] : ["table", "graph", "raw"];
  }
  const names: Name[] = ["table"];
  if (suggest(columns, table.rows) !== undefined) names.push("chart");
  if (things(columns).length > 1) names.push("graph");
  if (columns.some((column) => column.kind === "date" || column.kind === "year")) names.push("timeline");
  if (groups(columns, table.rows.length).length > 0) names.push("pivot");
  return [...names, "raw"];
}

/** Return the columns of items, without source places. */
export function things(columns: readonly Column[]): Column[] {
  return columns.filter((column) => column.kind === "thing" && column.distinct > 0);
}

/** Return the columns whose values can group rows. */
export function groups(columns: readonly Column[], rows: number): Column[] {
  const fit = columns.filter((column) => column.kind !== "empty" && column.kind !== "number" && column.longest <= 120);
  // if no value repeats, there is nothing to group
  return fit.some((column) => column.distinct < rows) ? fit : [];
}
