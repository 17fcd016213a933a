// A chart as a Vega-Lite specification without its data, which the reader may edit.
import { momentOf, numberOf, type Column } from "./columns";
import { folded, folding, measuresOf, tellingApart, type Folded, type Measures } from "./measures";
import type { Fields, Json, ChartChoices, Value } from "./chart_choices";
import type { ViewContext } from "./view_context";
import type { Row } from "./terms";

/** The name of the rows in a specification. */
export const DATA = "answer";

const STEP = 24;
const STEP_OF_ONE = 14;
const FEWEST_ACROSS = 72;
const HEIGHT = 320;
const HEIGHT_OF_ONE = 200;

export interface Frame {
  width: number;
  /** Maximum room for labels at the side, in pixels. */
  side: number;
  /** True if there is no room for a legend at the side. */
  narrow: boolean;
  /** Title of the axis of counted rows. */
  rows: string;
  /** Titles of measure and value if several columns share one chart. */
  folded: Folded;
  /** True if labels are Chinese, which may break anywhere. */
  chinese: boolean;
}

export function specify(picture: ChartChoices, columns: readonly Column[], frame: Frame): Json {
  const several = measuresOf(picture, columns);
  if (several !== undefined) return specifySeveral(picture, columns, frame, several);
  const named = (name: string): Column | undefined => columns.find((column) => column.name === name);
  return drawn(picture, [named(picture.x), named(picture.y), named(picture.colour)], frame);
}

/** Fold the columns of numbers into one, and draw that. */
function specifySeveral(picture: ChartChoices, columns: readonly Column[], frame: Frame, several: Measures): Json {
  const names = folded(columns, frame.folded);
  const all: Column = { name: names.value, at: -1, kind: "number", distinct: 2, bound: 2, longest: 0 };
  const at = (name: string, on: string): Column | undefined => (on === several.on ? all : columns.find((column) => column.name === name));
  const [x, y, colour] = [at(picture.x, "x"), at(picture.y, "y"), at(picture.colour, "colour")];
  const drawing = drawn(picture, [x, y, colour], frame);
  const across = several.on === "x" ? y : x;
  const apart = tellingApart(several, picture.mark, across !== undefined && (isNominal(across) || across.kind === "year"), names);
  const encoding = { ...(drawing.encoding as Json), ...apart };
  const channelName = several.on === "colour" ? "color" : several.on;
  const shared = { ...(encoding[channelName] as Json), title: several.columns.map((column) => column.name).join(", ") };
  // a chart for each measure has its title above
  encoding[channelName] = several.apart === "facet" && several.on !== "colour" ? { ...shared, axis: { title: null } } : shared;
  if (frame.narrow && apart.color !== undefined) encoding.color = { ...apart.color, legend: { orient: "bottom", columns: 1 } };
  encoding.tooltip = [{ field: names.measure, title: names.measure, type: "nominal" }, ...(drawing.encoding as { tooltip: Json[] }).tooltip];
  const roomy = { step: Math.max(STEP, STEP_OF_ONE * several.columns.length), for: "position" };
  const beside = "yOffset" in apart ? { height: roomy } : "xOffset" in apart && x !== undefined && isNominal(x) ? { width: roomy } : {};
  const facets = several.apart === "facet";
  return {
    ...drawing,
    transform: folding(several, names),
    encoding,
    ...beside,
    ...(facets && drawing.height === HEIGHT ? { height: HEIGHT_OF_ONE } : {}),
    // separate charts have separate scales: their numbers may differ in size
    ...(facets ? { resolve: { scale: { [channelName]: "independent" } } } : {}),
  };
}

function drawn(picture: ChartChoices, [x, y, colour]: readonly [Column?, Column?, Column?], frame: Frame): Json {
  const encoding: Json = {};
  encoding.x = { ...channel(x, picture, frame), ...(x !== undefined && isNominal(x) ? { axis: across(x, frame) } : {}) };
  encoding.y = { ...channel(y, picture, frame), ...(y !== undefined && isNominal(y) ? { axis: { labelLimit: frame.side } } : {}) };
  if (picture.mark === "rect") encoding.color = channel(colour, picture, frame, true);
  else if (colour !== undefined) encoding.color = channel(colour, { ...picture, aggregate: "none" }, frame);
  if (frame.narrow && encoding.color !== undefined) encoding.color = { ...encoding.color, legend: { orient: "bottom", columns: 1 } };
  // longest bar first
  if (picture.mark === "bar" && y !== undefined && isNominal(y) && (x === undefined || !isNominal(x))) {
    encoding.y = { ...(encoding.y as Json), sort: "-x" };
  }
  for (const key of ["x", "y", "color"]) if (Object.keys((encoding[key] as Json | undefined) ?? {}).length === 0) delete encoding[key];
  encoding.tooltip = tooltips(picture, [x, y, colour], frame);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { name: DATA },
    mark: marked(picture),
    encoding,
    width: x !== undefined && isNominal(x) && x.distinct * STEP > frame.width ? { step: STEP } : frame.width,
    height: y !== undefined && isNominal(y) ? { step: STEP } : HEIGHT,
  };
}

/** Labels below a chart: horizontal in lines if there is room, else vertical. */
function across(column: Column, frame: Frame): Json {
  const step = Math.max(STEP, frame.width / Math.max(1, column.distinct));
  const upright = step < FEWEST_ACROSS;
  const most = upright ? 26 : Math.floor(step / (frame.chinese ? 14 : 8));
  const pattern = frame.chinese ? `(.{${most}})` : `(.{1,${most}}) `;
  const labelExpr = `split(replace(datum.label, regexp('${pattern}', 'g'), '$1\\n'), '\\n')`;
  return upright ? { labelExpr, labelAngle: -90, labelLimit: 220, labelBaseline: "middle" } : { labelExpr, labelAngle: 0, labelLimit: step * 1.15 };
}

function marked(picture: ChartChoices): Json {
  if (picture.mark === "line") return { type: "line", point: true };
  if (picture.mark === "point") return { type: "point", filled: true, size: 60 };
  return { type: picture.mark };
}

export function isNominal(column: Column): boolean {
  return column.kind !== "number" && column.kind !== "year" && column.kind !== "date";
}

/** Encode a column on a channel, or the number of rows if there is none. */
function channel(column: Column | undefined, picture: ChartChoices, frame: Frame, measures = false): Json | undefined {
  if (column === undefined) {
    if (measures) return { aggregate: "count", type: "quantitative", title: frame.rows };
    return picture.aggregate === "count" ? { aggregate: "count", type: "quantitative", title: frame.rows, axis: { tickMinStep: 1 } } : undefined;
  }
  const base = { field: column.name, title: column.name };
  if (column.kind === "number") {
    if (picture.aggregate === "none") return { ...base, type: "quantitative" };
    return { ...base, aggregate: picture.aggregate, type: "quantitative" };
  }
  if (column.kind === "year") {
    // years are categories for bars and fields, and a scale for lines
    if (picture.mark === "bar" || picture.mark === "rect") return { ...base, type: "ordinal" };
    return { ...base, type: "quantitative", scale: { zero: false, nice: false, padding: 12 }, axis: { format: "d", formatType: "number", tickMinStep: 1 } };
  }
  if (column.kind === "date") return { ...base, type: "temporal" };
  return { ...base, type: "nominal" };
}

function tooltips(picture: ChartChoices, columns: readonly (Column | undefined)[], frame: Frame): Json[] {
  const notes = columns.flatMap((column) => {
    if (column === undefined) return [];
    const type = column.kind === "number" ? "quantitative" : column.kind === "date" ? "temporal" : "nominal";
    const joined = type === "quantitative" && picture.aggregate !== "none" ? { aggregate: picture.aggregate } : {};
    return [{ field: column.name, title: column.name, type, ...joined, ...(type === "quantitative" ? { format: ",", formatType: "number" } : {}) }];
  });
  return picture.aggregate === "count" ? [...notes, { aggregate: "count", type: "quantitative", title: frame.rows }] : notes;
}

/** Convert the rows: labels for items, numbers for numbers. */
export function recordsOf(rows: readonly Row[], columns: readonly Column[], shown: ViewContext): Fields[] {
  const words = new Map(columns.map((column) => [column.name, shown.distinctWords(rows.map((row) => row[column.at] ?? null))]));
  return rows.map((row) => Object.fromEntries(columns.map((column) => {
    const cell = row[column.at] ?? null;
    if (cell === null) return [column.name, null];
    if (column.kind === "number" || column.kind === "year") return [column.name, numberOf(cell) ?? Number(momentOf(cell))];
    if (column.kind === "date") return [column.name, momentOf(cell) ?? null];
    return [column.name, words.get(column.name)?.(cell) ?? ""];
  })));
}

/** Maximum number of categories in a chart: more are neither readable nor fast. */
export const MOST_VALUES = 60;

/** Return the rows of the largest categories, and the number of categories. */
export function largest(records: readonly Fields[], by: string, size: string): { kept: Fields[]; of: number } {
  const sums = new Map<Value, number>();
  for (const record of records) {
    const value = record[by] ?? null;
    const own = record[size];
    sums.set(value, (sums.get(value) ?? 0) + (size === "" ? 1 : typeof own === "number" ? Math.abs(own) : 0));
  }
  if (sums.size <= MOST_VALUES) return { kept: [...records], of: sums.size };
  const most = new Set([...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST_VALUES).map(([value]) => value));
  return { kept: records.filter((record) => most.has(record[by] ?? null)), of: sums.size };
}
