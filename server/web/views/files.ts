// The visible table as a file, with labels beside IRIs as in the service's exports.
import { language as pageLanguage } from "../page/messages";
import { isNumber, type Column } from "./columns";
import { writeText } from "./delimited";
import { inWords } from "./labels";
import type { VisibleTable, ViewContext } from "./view_context";
import type { Cell, Row } from "./terms";
import { viewText } from "./messages";
import type { Sheet } from "./workbook";

interface Field {
  name: string;
  value: (row: Row) => string | number;
}

export async function write(ending: "csv" | "tsv" | "xlsx", seen: VisibleTable, context: ViewContext): Promise<Blob> {
  await context.name(seen.rows);
  const { placesOf } = seen;
  if (placesOf !== undefined) {
    const iris = seen.rows.flatMap((row) => (row[placesOf.at]?.kind === "iri" ? [row[placesOf.at]?.value ?? ""] : []));
    await context.labels.need(iris, true);
  }
  const fields = seen.columns.flatMap((column) => fieldsOf(column, seen, context));
  const lines = [fields.map((field) => field.name), ...seen.rows.map((row) => fields.map((field) => field.value(row)))];
  if (ending !== "xlsx") return writeText(ending, lines.map((line) => line.map(String)));
  const { writeWorkbook } = await import("./workbook");
  return writeWorkbook([{ name: viewText("table"), lines, headed: true }, notes(context, seen)]);
}

function fieldsOf(column: Column, seen: VisibleTable, context: ViewContext): Field[] {
  const cell = (row: Row): Cell => row[column.at] ?? null;
  const fields: Field[] = [{ name: column.name, value: (row) => exact(cell(row)) }];
  if (context.named && (column.kind === "thing" || column.kind === "place")) {
    fields.push({ name: `${column.name}_label`, value: (row) => context.words(cell(row)) });
  }
  if (seen.placesOf === column) fields.push({ name: `${column.name}_place`, value: (row) => places(cell(row), context) });
  return fields;
}

/** Write numbers as numbers if a double holds all their digits. */
function exact(cell: Cell): string | number {
  if (cell === null) return "";
  if (cell.kind === "blank") return `_:${cell.value}`;
  const digits = cell.value.replace(/[^0-9]/g, "").length;
  return isNumber(cell) && digits <= 15 && Number.isFinite(Number(cell.value)) ? Number(cell.value) : cell.value;
}

function places(cell: Cell, context: ViewContext): string {
  const evidence = cell?.kind === "iri" ? (context.labels.labelsOf(cell.value)?.evidence ?? []) : [];
  return evidence.map((place) => inWords(place, pageLanguage)).join("; ");
}

/** Return the notes that say where the file comes from. */
function notes(context: ViewContext, seen: VisibleTable): Sheet {
  const { answer, addresses, table } = context;
  const rows = seen.rows.length === table.rows.length ? String(table.rows.length) : `${seen.rows.length} / ${table.rows.length}`;
  return {
    name: viewText("about"),
    lines: [
      [viewText("endpoint"), new URL(addresses.endpoint, location.href).href],
      [viewText("release"), answer.release],
      [viewText("number-of-rows"), rows],
      [viewText("licence"), "CC BY 4.0"],
      [viewText("query"), answer.query],
    ],
    headed: false,
  };
}
