// A workbook for spreadsheets (ECMA-376, Office Open XML): plain sheets of texts and numbers, never formulas.
import { zip } from "./zip";
import { escaped } from "./xml";

export interface Sheet {
  name: string;
  lines: readonly (readonly (string | number)[])[];
  /** Whether its first line is a heading, which stays in sight and filters. */
  filter: boolean;
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const WORKBOOK_TYPE = `${SHEET_TYPE}.sheet`;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** What Excel holds of a cell and of a sheet, and how wide a column gets, in digits. */
const MOST_CHARACTERS = 32_767;
const MOST_LINES = 1_048_576;
const WIDEST = 60;

export async function writeWorkbook(sheets: readonly Sheet[]): Promise<Blob> {
  const files = [
    { name: "[Content_Types].xml", text: contentTypes(sheets) },
    { name: "_rels/.rels", text: relations([["officeDocument", "xl/workbook.xml"]]) },
    { name: "xl/workbook.xml", text: workbook(sheets) },
    { name: "xl/_rels/workbook.xml.rels", text: relations([...sheets.map((_, at) => ["worksheet", `worksheets/sheet${at + 1}.xml`] as const), ["styles", "styles.xml"]]) },
    { name: "xl/styles.xml", text: STYLES },
    ...sheets.map((sheet, at) => ({ name: `xl/worksheets/sheet${at + 1}.xml`, text: worksheet(sheet) })),
  ];
  return zip(files, WORKBOOK_TYPE);
}

const STYLES =
  `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>';

function contentTypes(sheets: readonly Sheet[]): string {
  const parts = [
    `<Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/>`,
    `<Override PartName="/xl/styles.xml" ContentType="${SHEET_TYPE}.styles+xml"/>`,
    ...sheets.map((_, at) => `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/>`),
  ];
  return (
    `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>${parts.join("")}</Types>`
  );
}

function relations(parts: readonly (readonly [type: string, target: string])[]): string {
  const related = parts.map(([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`);
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${related.join("")}</Relationships>`;
}

function workbook(sheets: readonly Sheet[]): string {
  const listed = sheets.map((sheet, at) => `<sheet name="${escaped(sheet.name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${listed.join("")}</sheets></workbook>`;
}

function worksheet(sheet: Sheet): string {
  const lines = sheet.lines.slice(0, MOST_LINES);
  const across = lines[0]?.length ?? 0;
  const pane = sheet.filter ? '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' : "";
  const widths = Array.from({ length: across }, (_, at) => `<col min="${at + 1}" max="${at + 1}" width="${width(lines, at)}" customWidth="1"/>`);
  const rows = lines.map((line, row) => `<row r="${row + 1}">${line.map((cell, at) => written(cell, row, at, sheet.filter)).join("")}</row>`);
  const filter = sheet.filter && across > 0 ? `<autoFilter ref="A1:${letters(across - 1)}${lines.length}"/>` : "";
  return `${HEAD}<worksheet xmlns="${MAIN}">${pane}<cols>${widths.join("")}</cols><sheetData>${rows.join("")}</sheetData>${filter}</worksheet>`;
}

function written(cell: string | number, row: number, column: number, filter: boolean): string {
  const place = `r="${letters(column)}${row + 1}"`;
  if (typeof cell === "number") return `<c ${place}><v>${cell}</v></c>`;
  if (cell === "") return "";
  const style = filter && row === 0 ? ' s="1"' : "";
  return `<c ${place} t="inlineStr"${style}><is><t xml:space="preserve">${escaped(cell.slice(0, MOST_CHARACTERS))}</t></is></c>`;
}

/** The width of a column in digits, by its first lines; a Chinese sign takes two. */
function width(lines: readonly (readonly (string | number)[])[], column: number): number {
  let most = 8;
  for (const line of lines.slice(0, 500)) {
    const text = String(line[column] ?? "").slice(0, WIDEST);
    most = Math.max(most, text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0) + 3);
  }
  return Math.min(most, WIDEST);
}

/** 0 is A, 25 Z, 26 AA. */
export function letters(column: number): string {
  const rest = Math.floor(column / 26) - 1;
  return (rest >= 0 ? letters(rest) : "") + String.fromCharCode(65 + (column % 26));
}
