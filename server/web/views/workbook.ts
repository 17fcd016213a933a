// An Excel workbook: sheets of texts and numbers, never formulas.
import writeExcelFile from "write-excel-file/browser";

export interface Sheet {
  name: string;
  lines: readonly (readonly (string | number)[])[];
  /** True if the first line is a heading, which stays visible. */
  headed: boolean;
}

/** Limits of Excel for a cell and a sheet, and the maximum column width in digits. */
const MOST_CHARACTERS = 32_767;
const MOST_LINES = 1_048_576;
const WIDEST = 60;

export async function writeWorkbook(sheets: readonly Sheet[]): Promise<Blob> {
  const written = sheets.map(({ name, lines, headed }) => ({
    data: lines.slice(0, MOST_LINES).map((line, row) => line.map((cell) => held(cell, headed && row === 0))),
    sheet: name,
    columns: (lines[0] ?? []).map((_, at) => ({ width: width(lines, at) })),
    stickyRowsCount: headed ? 1 : 0,
  }));
  return writeExcelFile(written).toBlob();
}

/** Text stays text whatever it begins with; XML 1.0 has no control characters or lone surrogates. */
function held(cell: string | number, bold: boolean): { value: string; type: StringConstructor; fontWeight?: "bold" } | number | null {
  if (typeof cell === "number") return cell;
  const value = cell
    .slice(0, MOST_CHARACTERS)
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
  if (value === "") return null;
  return bold ? { value, type: String, fontWeight: "bold" } : { value, type: String };
}

/** Return the width of a column in digits, from its first rows; a Chinese character takes two. */
function width(lines: readonly (readonly (string | number)[])[], column: number): number {
  let most = 8;
  for (const line of lines.slice(0, 500)) {
    const text = String(line[column] ?? "").slice(0, WIDEST);
    most = Math.max(most, text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0) + 3);
  }
  return Math.min(most, WIDEST);
}
