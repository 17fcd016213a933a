// The chart view: a suggested chart, changed by choices or as a specification, and saved in three formats.
import { language as pageLanguage } from "../page/messages";
import { button, check, choice, make, newId, type Options } from "./elements";
import { channelOfNumbers, measuresOf, MOST_MEASURES } from "./measures";
import { store, recall } from "./preferences";
import { rolesAt, watch, type Roles } from "./theme_colours";
import type { ViewPanel, ViewContext } from "./view_context";
import { AGGREGATES, APARTS, MARKS, type Aggregate, type SeriesLayout, type Fields, type Json, type Mark, type ChartChoices } from "./chart_choices";
import { isNominal, largest, MOST_VALUES, recordsOf, specify } from "./vega_spec";
import { suggest } from "./chart_suggestion";
import { counted, viewText } from "./messages";
import type { View } from "vega";

const WIDEST = 900;
const NARROWEST = 110;
const NARROW = 500;
/** Room for labels at the side, and for axis and legend, in pixels. */
const SIDE = 260;
const NARROW_SIDE = 100;
const BESIDE = 100;
const LEGEND = 120;
const MOST_ROWS = 20_000;

export class ChartView implements ViewPanel {
  readonly downloads = [
    { ending: "svg", make: () => this.svg() },
    { ending: "png", make: () => this.png() },
    { ending: "vl.json", label: "Vega-Lite", make: () => this.whole() },
  ];
  private picture: ChartChoices;
  /** The specification as the reader edited it. */
  private editedSpec: Json | undefined;
  private view: View | undefined;
  private turn = 0;
  private readonly choices = make("div", { class: "toolbar" });
  private readonly note = make("p", { class: "quiet" });
  private readonly place = make("div", { class: "chart" });
  private readonly text = make("textarea", { id: newId(), rows: "16", spellcheck: "false", autocapitalize: "off" });
  private readonly problem = make("p", { class: "problem", role: "alert" });
  private readonly watching: { stop(): void };

  constructor(
    private readonly panel: HTMLElement,
    private readonly context: ViewContext,
  ) {
    const { columns, table, shape } = context;
    const usual: ChartChoices = { mark: "bar", x: "", y: columns[0]?.name ?? "", colour: "", aggregate: "count", also: [], apart: "colour" };
    const fitting = suggest(columns, table.rows) ?? usual;
    // choices stored before charts had several measures lack this field
    this.picture = { ...fitting, also: [], ...recall<Partial<ChartChoices>>(`chart.${shape}`, fitting) };
    this.problem.hidden = true;
    panel.append(this.choices, this.note, make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": viewText("chart") }, this.place), this.editing());
    this.offer();
    this.watching = watch(panel, () => void this.draw());
    void this.draw();
  }

  rename(): void {
    void this.draw();
  }

  close(): void {
    this.turn += 1;
    this.watching.stop();
    this.view?.finalize();
  }

  /** Draw the choices again; they depend on one another. */
  private offer(): void {
    const names = this.context.columns.filter((column) => column.kind !== "empty").map((column) => [column.name, column.name] as const);
    const channels: Options = [["", viewText("count-of-rows")], ...names];
    const change = (changed: Partial<ChartChoices>): void => {
      this.picture = { ...this.picture, ...changed };
      store(`chart.${this.context.shape}`, this.picture);
      this.editedSpec = undefined;
      this.offer();
      void this.draw();
    };
    const { mark, x, y, colour, aggregate } = this.picture;
    const held = [...this.choices.querySelectorAll<HTMLElement>("select, input")].findIndex((control) => control === document.activeElement);
    const focused = held < 0 ? undefined : held;
    this.choices.replaceChildren(
      choice(viewText("mark"), MARKS.map((name) => [name, viewText(`mark.${name}`)] as const), mark, (value) => change({ mark: value as Mark })),
      choice(viewText("horizontal"), channels, x, (value) => change({ x: value })),
      choice(viewText("vertical"), channels, y, (value) => change({ y: value })),
      choice(viewText("colour"), [["", viewText("none")], ...names], colour, (value) => change({ colour: value })),
      choice(viewText("joined"), AGGREGATES.map((name) => [name, viewText(`how.${name}`)] as const), aggregate, (value) => change({ aggregate: value as Aggregate })),
      ...this.measures(change),
    );
    if (focused !== undefined) this.choices.querySelectorAll<HTMLElement>("select, input")[focused]?.focus();
  }

  /** Offer further columns of numbers, and how the chart separates them. */
  private measures(change: (changed: Partial<ChartChoices>) => void): HTMLElement[] {
    const { columns } = this.context;
    const channel = channelOfNumbers(this.picture, columns);
    const others = channel === undefined ? [] : columns.filter((column) => column.kind === "number" && column.name !== this.picture[channel]);
    if (others.length === 0) return [];
    const also = this.picture.also.filter((name) => others.some((column) => column.name === name));
    const boxes = others.map(({ name }) => {
      const box = check(name, also.includes(name), (on) => change({ also: on ? [...also, name] : also.filter((selected) => selected !== name) }));
      box.querySelector("input")!.disabled = !also.includes(name) && also.length >= MOST_MEASURES - 1;
      return box;
    });
    const group = make("fieldset", { class: "checks" }, make("legend", {}, viewText("also")), ...boxes);
    const several = measuresOf(this.picture, columns);
    if (several === undefined || several.on === "colour" || this.picture.colour !== "") return [group];
    const ways = APARTS.map((name) => [name, viewText(`apart.${name}`)] as const);
    return [group, choice(viewText("apart"), ways, this.picture.apart, (value) => change({ apart: value as SeriesLayout }))];
  }

  private editing(): HTMLElement {
    const apply = button(viewText("apply"), () => {
      try {
        this.editedSpec = JSON.parse(this.text.value) as Json;
        void this.draw();
      } catch (error) {
        this.announce(viewText("no-json", { why: String(error) }));
      }
    });
    const back = button(viewText("back"), () => {
      this.editedSpec = undefined;
      void this.draw();
    });
    const label = make("label", { for: this.text.id }, viewText("specification"));
    return make("details", {}, make("summary", {}, viewText("edit-chart")), label, this.text, this.problem, make("p", { class: "actions" }, apply, back));
  }

  private async draw(): Promise<void> {
    const turn = (this.turn += 1);
    const { rows } = this.context.table;
    const [{ draw }] = await Promise.all([import("./vega"), this.context.name(rows)]);
    if (turn !== this.turn) return;
    const { specification, records } = this.specified();
    if (this.editedSpec === undefined) this.text.value = JSON.stringify(specification, null, 2);
    const place = make("div");
    try {
      const view = await draw(place, specification, records, rolesAt(this.panel), pageLanguage);
      if (turn !== this.turn) {
        view.finalize();
        return;
      }
      this.view?.finalize();
      this.view = view;
      this.place.replaceChildren(place);
      this.describe(place, specification);
      this.announce("");
    } catch (error) {
      if (turn === this.turn) this.announce(viewText("no-chart", { why: error instanceof Error ? error.message : String(error) }));
    }
  }

  /** Build the specification and its rows; the note says which rows are left out. */
  private specified(): { specification: Json; records: Fields[] } {
    const { columns, table } = this.context;
    const records = recordsOf(table.rows.slice(0, MOST_ROWS), columns, this.context);
    const named = [this.picture.y, this.picture.x].map((name) => columns.find((column) => column.name === name));
    const many = named.find((column) => column !== undefined && isNominal(column) && column.distinct > MOST_VALUES);
    const numbers = columns.filter((column) => column.kind === "number").map((column) => column.name);
    const size = [this.picture.x, this.picture.y, this.picture.colour].find((name) => numbers.includes(name)) ?? "";
    const { kept: shownRecords, of } = many === undefined ? { kept: records, of: 0 } : largest(records, many.name, size);
    const notes = [
      ...(many === undefined ? [] : [viewText(size === "" ? "frequent" : "largest", { n: MOST_VALUES, of, column: many.name })]),
      ...(table.rows.length > MOST_ROWS ? [viewText("first-rows", { n: MOST_ROWS })] : []),
    ];
    this.note.textContent = notes.join(" ");
    this.note.hidden = notes.length === 0;
    const [up] = named;
    const narrow = this.panel.clientWidth < NARROW;
    const side = Math.max(NARROW_SIDE, Math.min(SIDE, this.panel.clientWidth * 0.35));
    const beside = BESIDE + (up !== undefined && isNominal(up) ? side : 0) + (narrow || (this.picture.colour === "" && measuresOf(this.picture, columns) === undefined) ? 0 : LEGEND);
    const width = Math.max(NARROWEST, Math.min(WIDEST, this.panel.clientWidth - beside));
    const made = specify(this.picture, columns, { width, side, narrow, rows: viewText("count-of-rows"), folded: { measure: viewText("measure"), value: viewText("measured") }, chinese: this.context.language === "zh" });
    return { specification: this.editedSpec ?? made, records: shownRecords };
  }

  /** Give the chart a text alternative that refers to the table. */
  private describe(place: HTMLElement, specification: Json): void {
    const svg = place.querySelector("svg");
    if (svg === null) return;
    const encoding = (specification.encoding ?? {}) as Record<string, { title?: unknown }>;
    const titles = ["x", "y", "color"].flatMap((key) => (typeof encoding[key]?.title === "string" ? [encoding[key].title] : []));
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", viewText("chart-text", { columns: titles.join(", "), rows: counted("rows", this.context.table.rows.length) }));
    // screen readers would announce each part of the drawing, without its value
    for (const part of svg.querySelectorAll("[role]")) part.removeAttribute("role");
    for (const part of svg.querySelectorAll("[aria-label], [aria-roledescription]")) {
      part.removeAttribute("aria-label");
      part.removeAttribute("aria-roledescription");
    }
  }

  private announce(problem: string): void {
    this.problem.textContent = problem;
    this.problem.hidden = problem === "";
    const details = this.problem.closest("details");
    if (problem !== "" && details !== null) details.open = true;
  }

  private drawnView(): View {
    if (this.view === undefined) throw new Error("There is no picture.");
    return this.view;
  }

  private onPaper<Made>(make: (view: View) => Promise<Made>): Promise<Made> {
    const view = this.drawnView();
    const roles: Roles = rolesAt(this.panel);
    return make(view.background(roles.raised)).finally(() => view.background("transparent"));
  }

  private async svg(): Promise<Blob> {
    return this.onPaper(async (view) => new Blob([await view.toSVG()], { type: "image/svg+xml" }));
  }

  private async png(): Promise<Blob> {
    return this.onPaper(async (view) => {
      const canvas = (await view.toCanvas(2)) as unknown as HTMLCanvasElement;
      return pngOf(canvas);
    });
  }

  private whole(): Blob {
    const { specification, records } = this.specified();
    return new Blob([JSON.stringify({ ...specification, data: { values: records } }, null, 2)], { type: "application/json" });
  }
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("No picture came.")) : resolve(blob)), "image/png");
  });
}
