// The pivot view: rows counted or summed by the values of two columns, with totals.
import { language as pageLanguage } from "../page/messages";
import { itemLink, visible } from "./cells";
import { choice, make, type Options } from "./elements";
import { writeText } from "./delimited";
import { groups } from "./view_selection";
import { gather, HOWS, type AggregateFunction, type Pivot } from "./aggregation";
import { store, recall } from "./preferences";
import { rounded } from "./numbers";
import type { ViewPanel, ViewContext } from "./view_context";
import type { Cell } from "./terms";
import { counted, viewText } from "./messages";

const MOST_DOWN = 500;
const MOST_ACROSS = 50;

interface Choice {
  down: string;
  across: string;
  value: string;
  how: AggregateFunction;
}

export class PivotView implements ViewPanel {
  readonly downloads = (["csv", "tsv"] as const).map((ending) => ({ ending, make: () => this.file(ending) }));
  private chosen: Choice;
  private pivot: Pivot | undefined;
  private turn = 0;
  private readonly choices = make("div", { class: "toolbar" });
  private readonly note = make("p", { class: "quiet" });
  private readonly table = make("table", { class: "answer whole pivot" });

  constructor(
    panel: HTMLElement,
    private readonly context: ViewContext,
  ) {
    this.chosen = recall(`pivot.${context.shape}`, this.usual());
    const region = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": viewText("pivot") }, this.table);
    panel.append(this.choices, this.note, region);
    this.offer();
    void this.draw();
  }

  rename(): void {
    void this.draw();
  }

  close(): void {
    this.turn += 1;
  }

  /** Choose the two columns with the fewest values, and the last number column to sum; else count rows. */
  private usual(): Choice {
    const fit = groups(this.context.columns, this.context.table.rows.length).filter((column) => column.kind !== "place");
    const again = fit.filter((column) => column.distinct < this.context.table.rows.length && column.distinct > 1);
    const [first, second] = [...(again.length > 0 ? again : fit)].sort((a, b) => a.distinct - b.distinct);
    const number = this.context.columns.filter((column) => column.kind === "number").at(-1);
    const across = second !== undefined && first !== undefined && first.distinct <= MOST_ACROSS ? first.name : "";
    const down = across === "" ? first : second;
    return { down: down?.name ?? this.context.table.variables[0] ?? "", across, value: number?.name ?? "", how: number === undefined ? "count" : "sum" };
  }

  private offer(): void {
    const names: Options = this.context.columns.filter((column) => column.kind !== "empty").map((column) => [column.name, column.name] as const);
    const numbers: Options = this.context.columns
      .filter((column) => column.kind === "number" || column.kind === "year")
      .map((column) => [column.name, column.name] as const);
    const change = (changed: Partial<Choice>): void => {
      this.chosen = { ...this.chosen, ...changed };
      // without a number, only counting is possible
      if (this.chosen.how !== "count" && this.chosen.value === "") this.chosen.value = numbers[0]?.[0] ?? "";
      store(`pivot.${this.context.shape}`, this.chosen);
      this.offer();
      void this.draw();
    };
    const { down, across, value, how } = this.chosen;
    const hows = numbers.length > 0 ? HOWS : (["count"] as const);
    const fields = [
      choice(viewText("down"), names, down, (chosen) => change({ down: chosen })),
      choice(viewText("across"), [["", viewText("none")], ...names], across, (chosen) => change({ across: chosen })),
      choice(viewText("joined"), hows.map((name) => [name, viewText(`how.${name}`)] as const), how, (chosen) => change({ how: chosen as AggregateFunction })),
      ...(how === "count" ? [] : [choice(viewText("value"), numbers, value, (chosen) => change({ value: chosen }))]),
    ];
    const focused = [...this.choices.querySelectorAll("select")].findIndex((select) => select === document.activeElement);
    this.choices.replaceChildren(...fields);
    if (focused >= 0) this.choices.querySelectorAll("select")[focused]?.focus();
  }

  private async draw(): Promise<void> {
    const turn = (this.turn += 1);
    const { table } = this.context;
    await this.context.name(table.rows);
    if (turn !== this.turn) return;
    const at = (name: string): number => table.variables.indexOf(name);
    const { down, across, value, how } = this.chosen;
    this.pivot = gather(table.rows, Math.max(0, at(down)), across === "" ? -1 : at(across), at(value), how);
    const [downs, acrosses] = [this.inOrder(this.pivot.down), this.inOrder(this.pivot.across)];
    this.announce(downs.length, acrosses.length);
    const shownAcross = across === "" ? [] : acrosses.slice(0, MOST_ACROSS);
    const what = how === "count" ? viewText("how.count") : `${viewText(`how.${how}`)}: ${value}`;
    this.table.replaceChildren(
      make("caption", {}, `${what}. ${counted("rows", table.rows.length)}`),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, down), ...shownAcross.map((cell) => this.heading(cell, "col")), make("th", { scope: "col", class: "total" }, viewText("total")))),
      make("tbody", {}, ...downs.slice(0, MOST_DOWN).map((cell) => this.line(cell, shownAcross))),
      make("tfoot", {}, this.foot(shownAcross)),
    );
  }

  /** Sort by label; empty cells last. */
  private inOrder(cells: readonly Cell[]): Cell[] {
    const collator = new Intl.Collator(this.context.language, { numeric: true });
    const words = new Map(cells.map((cell) => [cell, this.context.words(cell)]));
    return [...cells].sort((a, b) =>
      a === null ? 1 : b === null ? -1 : collator.compare(words.get(a) ?? "", words.get(b) ?? ""),
    );
  }

  private announce(downs: number, acrosses: number): void {
    const notes = [
      ...(downs > MOST_DOWN ? [viewText("first-of", { n: MOST_DOWN, of: downs, column: this.chosen.down })] : []),
      ...(acrosses > MOST_ACROSS ? [viewText("first-of", { n: MOST_ACROSS, of: acrosses, column: this.chosen.across })] : []),
    ];
    this.note.textContent = notes.join(" ");
    this.note.hidden = notes.length === 0;
  }

  private heading(cell: Cell, scope: "col" | "row"): HTMLTableCellElement {
    if (cell === null) return make("th", { scope }, make("span", { class: "quiet" }, viewText("empty-cell")));
    return make("th", { scope }, ...(cell.kind === "iri" ? [itemLink(cell, this.context)] : visible(this.context.words(cell))));
  }

  private line(down: Cell, across: readonly Cell[]): HTMLTableRowElement {
    const cells = across.map((column) => value(this.pivot?.at(down, column)));
    return make("tr", {}, this.heading(down, "row"), ...cells, value(this.pivot?.ofDown(down), "total"));
  }

  private foot(across: readonly Cell[]): HTMLTableRowElement {
    const cells = across.map((column) => value(this.pivot?.ofAcross(column), "total"));
    return make("tr", {}, make("th", { scope: "row" }, viewText("total")), ...cells, value(this.pivot?.total, "total"));
  }

  /** Return the whole pivot table, including what the screen cuts. */
  private async file(ending: "csv" | "tsv"): Promise<Blob> {
    await this.context.name();
    const pivot = this.pivot;
    if (pivot === undefined) throw new Error("There is no table yet.");
    const across = this.chosen.across === "" ? [] : this.inOrder(pivot.across);
    const number = (measure: number | undefined): string => (measure === undefined ? "" : String(measure));
    const lines = [
      [this.chosen.down, ...across.map((cell) => this.context.words(cell)), viewText("total")],
      ...this.inOrder(pivot.down).map((down) => [this.context.words(down), ...across.map((column) => number(pivot.at(down, column))), number(pivot.ofDown(down))]),
      [viewText("total"), ...across.map((column) => number(pivot.ofAcross(column))), number(pivot.total)],
    ];
    return writeText(ending, lines);
  }
}

function value(measure: number | undefined, kind = ""): HTMLTableCellElement {
  if (measure === undefined) return make("td", { class: `number ${kind}` });
  return make("td", { class: `number ${kind}`, title: String(measure) }, rounded(measure, pageLanguage));
}
