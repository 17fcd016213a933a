// The context of a view: the table of a result, its columns, and how items are labelled.
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

/** A download of a view: an address, or a function that makes it. */
export interface Download {
  ending: string;
  /** A title if the file extension is not enough. */
  label?: string;
  make: (() => Promise<Blob> | Blob) | string;
}

/** An open view. */
export interface ViewPanel {
  downloads: readonly Download[];
  /** Called when the choice of labels changes. */
  rename(): void;
  close(): void;
}

/** The filtered and sorted rows of a table, on all its pages. */
export interface VisibleTable {
  columns: readonly Column[];
  rows: readonly Row[];
  /** The column whose source places are shown. */
  placesOf: Column | undefined;
}

export class ViewContext {
  readonly table: Table;
  readonly truth: boolean | undefined;
  readonly triples: readonly Row[] | undefined;
  readonly unread: number = 0;
  readonly columns: readonly Column[];
  readonly labels: Labels;
  /** The language of labels, and whether labels are shown at all. */
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

  /** A key for results of the same shape, which share preferences. */
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

  /** Return the visible text of a cell: a label, a formatted number, or the text itself. */
  words = (cell: Cell): string => {
    if (cell === null) return "";
    if (cell.kind === "iri") return this.named ? this.label(cell.value).text : cell.value;
    if (cell.kind === "blank") return `_:${cell.value}`;
    return isNumber(cell) && momentOf(cell) === undefined ? formatted(cell.value, pageLanguage) : cell.value;
  };

  /** Return the address of an item's page, or an empty text. */
  page(iri: string): string {
    if (iri.startsWith(THING)) return withLanguage(`${this.addresses.root}page/${iri.slice(THING.length)}`);
    if (iri.startsWith(TERM)) return withLanguage(`${this.addresses.root}ontology#${iri.slice(TERM.length)}`);
    return /^https?:\/\//.test(iri) ? iri : "";
  }

  /** Load the labels of these rows, or of one column. */
  async name(rows: readonly Row[] = this.table.rows, column?: number): Promise<void> {
    if (!this.named) return;
    const iris = new Set<string>();
    for (const row of rows) {
      for (const cell of column === undefined ? row : [row[column]]) if (cell?.kind === "iri") iris.add(cell.value);
    }
    await this.labels.need(iris);
  }

  /** Return labels that are unique: equal labels get the end of the IRI. */
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

/** Return a link to a page of this service, or to another site. */
export function isOurs(iri: string): boolean {
  return iri.startsWith(OURS);
}
