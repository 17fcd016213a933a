// The content of table columns: decides which views fit and how cells are sorted.
import { numberIn } from "./numbers";
import { xsd, type Cell, type Table } from "./terms";

export type Kind = "number" | "year" | "date" | "truth" | "thing" | "place" | "text" | "empty";

export interface Column {
  name: string;
  at: number;
  kind: Kind;
  /** Number of distinct terms, and number of bound cells. */
  distinct: number;
  bound: number;
  /** Length of the longest literal, in characters. */
  longest: number;
}

const NUMERIC = new Set([
  ...["integer", "decimal", "double", "float", "int", "long", "short", "byte"],
  ...["nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"],
  ...["unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"],
]);
const DATES = new Set(["date", "dateTime", "dateTimeStamp", "gYearMonth"]);
const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;
const DATE = /^-?\d{4,}-\d\d(?:-\d\d)?/;
const PLACE = /\/id\/(?:passage|citation)-/;

/** Return the number of a literal with a numeric datatype. */
export function numberOf(cell: Cell): number | undefined {
  return cell?.kind === "literal" && NUMERIC.has(xsd(cell)) ? numberIn(cell.value) : undefined;
}

export function isNumber(cell: Cell): boolean {
  return NUMERIC.has(xsd(cell));
}

/** Return a year, month or day as a text that sorts in order of time. */
export function momentOf(cell: Cell): string | undefined {
  if (cell?.kind !== "literal") return undefined;
  if (DATES.has(xsd(cell)) && DATE.test(cell.value)) return cell.value.slice(0, 10).replace(/[Z+]$/, "");
  return isYear(cell) ? cell.value : undefined;
}

function isYear(cell: Cell): boolean {
  if (cell?.kind !== "literal" || !/^\d{4}$/.test(cell.value)) return false;
  const year = Number(cell.value);
  return xsd(cell) === "gYear" || (isNumber(cell) && year >= FIRST_YEAR && year <= LAST_YEAR);
}

function kindOfCell(cell: Cell): Kind {
  if (cell === null) return "empty";
  if (cell.kind === "iri") return PLACE.test(cell.value) ? "place" : "thing";
  if (cell.kind === "blank") return "thing";
  if (isYear(cell)) return "year";
  if (numberOf(cell) !== undefined) return "number";
  if (momentOf(cell) !== undefined) return "date";
  return xsd(cell) === "boolean" ? "truth" : "text";
}

/** Return the kind of a column: years among other numbers are numbers, a mixture is text. */
function joined(kinds: ReadonlySet<Kind>): Kind {
  const present = [...kinds].filter((kind) => kind !== "empty");
  const [first] = present;
  if (first === undefined) return "empty";
  if (present.length === 1) return first;
  if (present.every((kind) => kind === "number" || kind === "year")) return "number";
  if (present.every((kind) => kind === "date" || kind === "year")) return "date";
  return present.every((kind) => kind === "thing" || kind === "place") ? "thing" : "text";
}

export function columnsOf(table: Table): Column[] {
  return table.variables.map((name, at) => {
    const terms = new Map<Cell, true>();
    let bound = 0;
    for (const row of table.rows) {
      const cell = row[at] ?? null;
      if (cell !== null) bound += 1;
      terms.set(cell, true);
    }
    terms.delete(null);
    const held = [...terms.keys()];
    const kind = joined(new Set(held.map(kindOfCell)));
    const longest = held.reduce((most, cell) => Math.max(most, cell?.kind === "literal" ? cell.value.length : 0), 0);
    return { name, at, kind, distinct: held.length, bound, longest };
  });
}
