// An answer as it is shown: its table, what its columns hold, and how the reader wants things named.
import { withLanguage, language as pageLanguage } from "../page/messages";
import type { Addresses, Answer } from "./answer";
import { columnsOf, isNumber, momentOf, type Column } from "./columns";
import { Labels, shortened, type Label } from "./labels";
import { store, recall } from "./preferences";
import { formatted } from "./numbers";
import { readTriples } from "./ntriples";
import { readResults, type Cell, type Row, type Table } from "./terms";

const LANGUAGES = ["en", "de", "zh"];
const OURS = "https://w3id.org/fyp-kg/";
const THING = `${OURS}id/`;
const TERM = `${OURS}ontology#`;

/** A file that can be had of a view: an address, or what makes it. */
export interface Download {
  ending: string;
  /** What it is called where the ending does not say it. */
  label?: string;
  make: (() => Promise<Blob> | Blob) | string;
}

/** A view that is open. */
export interface ViewPanel {
  downloads: readonly Download[];
  /** The reader wants things named otherwise. */
  rename(): void;
  close(): void;
}

/** What of an answer is seen in its table, whole and not only the page at hand. */
export interface VisibleTable {
  columns: readonly Column[];
  rows: readonly Row[];
  /** The column whose places in the source are shown. */
  placesOf: Column | undefined;
}

export class ViewContext {
  readonly table: Table;
  readonly truth: boolean | undefined;
  readonly triples: readonly Row[] | undefined;
  readonly unread: number = 0;
  readonly columns: readonly Column[];
  readonly labels: Labels;
  /** The language of names, and whether things are shown by name at all. */
  language: string;
  named: boolean;

  constructor(
    readonly answer: Answer,
    readonly addresses: Addresses,
    labels: Labels,
    headings: readonly [string, string, string],
  ) {
    this.labels = labels;
    this.language = recall("language", LANGUAGES.includes(pageLanguage) ? pageLanguage : "en");
    this.named = recall("named", true);
    if (answer.kind === "CONSTRUCT" || answer.kind === "DESCRIBE") {
      const graph = readTriples(answer.text);
      this.triples = graph.triples;
      this.unread = graph.unread;
      this.table = { variables: headings, rows: graph.triples };
    } else {
      const read = readResults(answer.text);
      this.truth = typeof read === "boolean" ? read : undefined;
      this.table = typeof read === "boolean" ? { variables: [], rows: [] } : read;
    }
    this.columns = columnsOf(this.table);
  }

  /** What answers have in common that are looked at in the same way. */
  get shape(): string {
    return `${this.answer.kind} ${this.table.variables.join(" ")}`;
  }

  get isGraph(): boolean {
    return this.triples !== undefined;
  }

  choose(chosen: { language?: string; named?: boolean }): void {
    this.language = chosen.language ?? this.language;
    this.named = chosen.named ?? this.named;
    store("language", this.language);
    store("named", this.named);
  }

  label(iri: string): Label {
    return this.labels.label(iri, this.language);
  }

  /** What a cell says: a name, a number in the reader's form, or the text as it is. */
  words = (cell: Cell): string => {
    if (cell === null) return "";
    if (cell.kind === "iri") return this.named ? this.label(cell.value).text : cell.value;
    if (cell.kind === "blank") return `_:${cell.value}`;
    return isNumber(cell) && momentOf(cell) === undefined ? formatted(cell.value, pageLanguage) : cell.value;
  };

  /** Where a thing has its page, if it has one. */
  page(iri: string): string {
    if (iri.startsWith(THING)) return withLanguage(`${this.addresses.root}page/${iri.slice(THING.length)}`);
    if (iri.startsWith(TERM)) return withLanguage(`${this.addresses.root}ontology#${iri.slice(TERM.length)}`);
    return /^https?:\/\//.test(iri) ? iri : "";
  }

  /** Ask for the names of all that these rows hold, or one column of them. */
  async name(rows: readonly Row[] = this.table.rows, column?: number): Promise<void> {
    if (!this.named) return;
    const iris = new Set<string>();
    for (const row of rows) {
      for (const cell of column === undefined ? row : [row[column]]) if (cell?.kind === "iri") iris.add(cell.value);
    }
    await this.labels.need(iris);
  }

  /** Names that tell things apart: where two have the same one, the end of the IRI goes with it. */
  distinctWords(cells: Iterable<Cell>): (cell: Cell) => string {
    const holders = new Map<string, Set<Cell>>();
    for (const cell of cells) {
      const text = this.words(cell);
      holders.set(text, (holders.get(text) ?? new Set()).add(cell));
    }
    return (cell) => {
      const text = this.words(cell);
      const shared = cell?.kind === "iri" && (holders.get(text)?.size ?? 0) > 1;
      return shared ? `${text} (${shortened(cell.value)})` : text;
    };
  }
}

/** A link goes to a page of ours, or out of it. */
export function isOurs(iri: string): boolean {
  return iri.startsWith(OURS);
}
