// The table view: sorted, filtered, in pages of a hundred rows, with source places on request.
import { fill } from "./cells";
import { isNumber, type Column } from "./columns";
import { button, choice, make, newId } from "./elements";
import { inWords } from "./labels";
import { rounded } from "./numbers";
import { filtered, sorted, type Order } from "./sorting";
import type { ViewPanel, VisibleTable, ViewContext } from "./view_context";
import type { Row } from "./terms";
import { counted, viewText } from "./messages";
import { language as pageLanguage } from "../page/messages";

const PAGE_ROWS = 100;
const PAUSE_MS = 150;
const NONE = "-1";
/** Maximum wait for labels, so that columns do not move when they arrive. */
const WAIT_MS = 400;

export class TableView implements ViewPanel {
  readonly downloads = (["csv", "tsv", "xlsx"] as const).map((ending) => ({ ending, make: () => this.file(ending) }));
  private rows: readonly Row[];
  private order: Order | undefined;
  private searchText = "";
  private soughtIn = -1;
  private placesOf = -1;
  /** The column with the row headers: the first column of items, else the first column. */
  private readonly naming: number;
  private page = 0;
  private timer = 0;
  private work = 0;
  private readonly table = make("table", { class: "answer" });
  private readonly caption = make("caption");
  private readonly head = make("thead");
  private readonly body = make("tbody");
  private readonly pager = make("p", { class: "pager" });
  private readonly sortField = make("p", { class: "field narrow-only" });

  constructor(
    panel: HTMLElement,
    private readonly shown: ViewContext,
  ) {
    this.rows = shown.table.rows;
    const things = shown.columns.find((column) => this.rows.some((row) => row[column.at]?.kind === "iri"));
    this.naming = (things ?? shown.columns[0])?.at ?? -1;
    this.table.append(this.caption, this.head, this.body);
    const region = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": viewText("table") }, this.table);
    panel.append(this.toolbar(), region, this.pager);
    this.draw();
    this.nameAll();
  }

  rename(): void {
    // sorting and filtering use labels
    if (this.order !== undefined || this.searchText !== "") void this.update();
    else this.draw();
    this.nameAll();
  }

  close(): void {
    clearTimeout(this.timer);
    this.work += 1;
  }

  private toolbar(): HTMLElement {
    const columns = this.shown.columns.map((column) => [String(column.at), column.name] as const);
    const input = make("input", { type: "search", id: newId(), autocomplete: "off", spellcheck: "false" });
    input.addEventListener("input", () => {
      this.searchText = input.value;
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.update(), PAUSE_MS);
    });
    const bar = make("div", { class: "toolbar" }, make("p", { class: "field grows" }, make("label", { for: input.id }, viewText("filter")), input));
    if (columns.length > 1) {
      bar.append(choice(viewText("filter-in"), [[NONE, viewText("all-columns")], ...columns], NONE, (value) => {
        this.soughtIn = Number(value);
        if (this.searchText !== "") void this.update();
      }));
    }
    const things = this.shown.columns.filter((column) => column.kind === "thing" || column.kind === "place");
    if (things.length > 0) {
      const options = things.map((column) => [String(column.at), viewText("place-of", { column: column.name })] as const);
      bar.append(choice(viewText("places"), [[NONE, viewText("none")], ...options], NONE, (value) => {
        this.placesOf = Number(value);
        this.draw();
      }));
    }
    const orders = columns.flatMap(([at, name]) => [[at, `${name} ↑`], [`-${at}`, `${name} ↓`]] as const);
    const order = choice(viewText("sort-by"), [["", viewText("as-it-came")], ...orders], "", (value) => {
      this.sort(value === "" ? undefined : { column: Math.abs(Number(value)), descending: value.startsWith("-") });
    });
    this.sortField.append(...order.childNodes);
    bar.append(this.sortField);
    return bar;
  }

  private sort(order: Order | undefined): void {
    this.order = order;
    const select = this.sortField.querySelector("select");
    if (select !== null) select.value = order === undefined ? "" : `${order.descending ? "-" : ""}${order.column}`;
    void this.update();
  }

  /** Filter and sort again after the labels that decide have arrived. */
  private async update(): Promise<void> {
    const work = (this.work += 1);
    const { table } = this.shown;
    if (this.searchText.trim() !== "") await this.shown.name(table.rows, this.soughtIn < 0 ? undefined : this.soughtIn);
    if (this.order !== undefined) await this.shown.name(table.rows, this.order.column);
    if (work !== this.work) return;
    const rows = filtered(table.rows, this.searchText, this.soughtIn, this.shown.words);
    this.rows = this.order === undefined ? rows : sorted(rows, this.order, this.shown.words, this.shown.language);
    this.page = 0;
    this.draw();
  }

  private draw(): void {
    const rows = this.pageRows();
    this.caption.textContent = this.told();
    this.drawHead();
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
    this.drawPager();
    void this.nameSeen(rows);
  }

  private pageRows(): readonly Row[] {
    return this.rows.slice(this.page * PAGE_ROWS, (this.page + 1) * PAGE_ROWS);
  }

  private told(): string {
    const all = this.shown.table.rows.length;
    const rows = counted("rows", all);
    return this.rows.length === all ? rows : viewText("rows-of", { n: rounded(this.rows.length, pageLanguage), rows });
  }

  private drawHead(): void {
    const focused = document.activeElement?.getAttribute("data-column");
    const headings = this.shown.columns.flatMap((column) => [
      this.heading(column),
      ...(column.at === this.placesOf ? [make("th", { scope: "col" }, viewText("place-of", { column: column.name }))] : []),
    ]);
    this.head.replaceChildren(make("tr", {}, ...headings));
    if (focused !== null && focused !== undefined) this.head.querySelector<HTMLElement>(`[data-column="${focused}"]`)?.focus();
  }

  private heading(column: Column): HTMLTableCellElement {
    const own = this.order?.column === column.at ? this.order : undefined;
    // the third activation restores the original order
    const next = own === undefined ? { column: column.at, descending: false } : own.descending ? undefined : { ...own, descending: true };
    const sort = button(column.name, () => this.sort(next), { class: "sort", "data-column": String(column.at), title: viewText("sort") });
    const cell = make("th", { scope: "col", class: isSize(column) ? "number" : "" }, sort);
    if (own !== undefined) cell.setAttribute("aria-sort", own.descending ? "descending" : "ascending");
    return cell;
  }

  private row(row: Row): HTMLTableRowElement {
    const cells = this.shown.columns.flatMap((column) => {
      const cell = row[column.at] ?? null;
      const place =
        column.at === this.naming ? make("th", { scope: "row", "data-heading": column.name }) : make("td", { "data-heading": column.name });
      if (isSize(column) && isNumber(cell)) place.className = "number";
      fill(place, cell, this.shown);
      if (column.at !== this.placesOf) return [place];
      return [place, make("td", { class: "places", "data-heading": viewText("places") }, ...this.places(row, column))];
    });
    return make("tr", {}, ...cells);
  }

  private places(row: Row, column: Column): Node[] {
    const cell = row[column.at];
    const places = (cell?.kind === "iri" ? this.shown.labels.labelsOf(cell.value)?.evidence : undefined) ?? [];
    return places.map((place) => make("a", { class: "source", href: place.page }, inWords(place, pageLanguage)));
  }

  private drawPager(): void {
    const first = this.page * PAGE_ROWS;
    const last = Math.min(first + PAGE_ROWS, this.rows.length);
    this.pager.hidden = this.rows.length <= PAGE_ROWS;
    if (this.pager.hidden) return;
    const [from, to, of] = [first + 1, last, this.rows.length].map((n) => rounded(n, pageLanguage));
    const turn = (text: string, by: number, can: boolean): HTMLButtonElement => {
      const turned = button(text, () => this.turn(by, text));
      turned.disabled = !can;
      return turned;
    };
    this.pager.replaceChildren(
      turn(viewText("previous"), -1, first > 0),
      make("span", { role: "status" }, viewText("page", { from: from ?? "", to: to ?? "", of: of ?? "" })),
      turn(viewText("next"), 1, last < this.rows.length),
    );
  }

  private turn(by: number, text: string): void {
    this.page += by;
    this.draw();
    const buttons = [...this.pager.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
    (buttons.find((button) => button.textContent === text) ?? buttons[0])?.focus();
    this.table.scrollIntoView({ block: "nearest" });
  }

  /** Load labels and source places of the visible rows, and insert them if the rows are still shown. */
  private async nameSeen(rows: readonly Row[]): Promise<void> {
    const things = this.shown.named ? unnamed(rows, this.shown) : [];
    const places = this.placesOf < 0 ? [] : rows.map((row) => row[this.placesOf]);
    const withEvidence = places.flatMap((cell) => (cell?.kind === "iri" && this.shown.labels.labelsOf(cell.value)?.evidence === undefined ? [cell.value] : []));
    if (things.length === 0 && withEvidence.length === 0) return;
    const work = this.work;
    if (things.length > 0) this.wait();
    await Promise.all([this.shown.labels.need(things), this.shown.labels.need(withEvidence, true)]);
    if (work === this.work && this.pageRows()[0] === rows[0]) this.refill(rows);
    this.table.classList.remove("unnamed");
  }

  /** Show the table with labels, or without them if they take long. */
  private wait(): void {
    this.table.classList.add("unnamed");
    setTimeout(() => this.table.classList.remove("unnamed"), WAIT_MS);
  }

  /** Update only cells that labels and places change: others may be expanded or focused. */
  private refill(rows: readonly Row[]): void {
    for (const [at, row] of rows.entries()) {
      const places = [...(this.body.rows[at]?.cells ?? [])];
      for (const column of this.shown.columns) {
        const place = places.shift();
        const cell = row[column.at] ?? null;
        if (cell?.kind === "iri" && place !== undefined && !place.contains(document.activeElement)) fill(place, cell, this.shown);
        if (column.at === this.placesOf) places.shift()?.replaceChildren(...this.places(row, column));
      }
    }
  }

  /** Load labels of later rows while idle, within a limit. */
  private nameAll(): void {
    const { rows } = this.shown.table;
    if (rows.length > PAGE_ROWS && rows.length <= 20 * PAGE_ROWS) void this.shown.name(rows);
  }

  private async file(ending: "csv" | "tsv" | "xlsx"): Promise<Blob> {
    const placesOf = this.shown.columns.find((column) => column.at === this.placesOf);
    const seen: VisibleTable = { columns: this.shown.columns, rows: this.rows, placesOf };
    const { write } = await import("./files");
    return write(ending, seen, this.shown);
  }
}

function isSize(column: Column): boolean {
  return column.kind === "number";
}

function unnamed(rows: readonly Row[], shown: ViewContext): string[] {
  return rows.flatMap((row) =>
    row.flatMap((cell) => (cell?.kind === "iri" && shown.labels.labelsOf(cell.value) === undefined ? [cell.value] : [])),
  );
}
