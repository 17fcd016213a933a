// The timeline view: rows with a date or year in order, as a strip and a list.
import { language as pageLanguage } from "../page/messages";
import { fill } from "./cells";
import { momentOf, type Column } from "./columns";
import { button, choice, createSvgElement, make } from "./elements";
import { regional } from "./numbers";
import { watch } from "./theme_colours";
import type { ViewPanel, ViewContext } from "./view_context";
import type { Row } from "./terms";
import { counted, viewText } from "./messages";

const AT_ONCE = 200;
const HEIGHT = 96;
const AXIS = 22;
const MOST_DOTS = 12;
const DOT = 5;
const SIDE = 24;
const YEARS_OF_MONTHS = 3;

interface TimelineEvent {
  moment: string;
  row: Row;
}

export class TimelineView implements ViewPanel {
  readonly downloads = [];
  private column: Column;
  private most = AT_ONCE;
  private turn = 0;
  private readonly strip = make("div", { class: "strip" });
  private readonly list = make("ol", { class: "events" });
  private readonly more = make("p");
  private readonly watching: { stop(): void };

  constructor(
    panel: HTMLElement,
    private readonly shown: ViewContext,
  ) {
    const columns = shown.columns.filter((column) => column.kind === "date" || column.kind === "year");
    const [first] = columns;
    if (first === undefined) throw new Error("No column has dates.");
    this.column = first;
    if (columns.length > 1) {
      const options = columns.map((column) => [column.name, column.name] as const);
      panel.append(make("div", { class: "toolbar" }, choice(viewText("date-from"), options, first.name, (name) => {
        this.column = columns.find((column) => column.name === name) ?? first;
        this.draw();
      })));
    }
    panel.append(this.strip, this.list, this.more);
    this.draw();
    this.watching = watch(panel, () => this.drawStrip(this.events()));
  }

  rename(): void {
    this.draw();
  }

  close(): void {
    this.turn += 1;
    this.watching.stop();
  }

  private events(): TimelineEvent[] {
    const events = this.shown.table.rows.flatMap((row) => {
      const moment = momentOf(row[this.column.at] ?? null);
      return moment === undefined ? [] : [{ moment, row }];
    });
    return events.sort((a, b) => (a.moment < b.moment ? -1 : a.moment > b.moment ? 1 : 0));
  }

  private draw(): void {
    const turn = (this.turn += 1);
    const events = this.events();
    const seen = events.slice(0, this.most);
    this.drawStrip(events);
    this.drawList(seen);
    this.more.replaceChildren();
    if (events.length > seen.length) {
      this.more.append(button(viewText("more-events", { n: events.length - seen.length }), () => {
        this.most += AT_ONCE;
        this.draw();
      }));
    }
    void this.shown.name(seen.map((event) => event.row)).then(() => {
      if (turn === this.turn) this.drawList(seen);
    });
  }

  /** Group events of the same date. */
  private drawList(events: readonly TimelineEvent[]): void {
    const groups = new Map<string, TimelineEvent[]>();
    for (const event of events) groups.set(event.moment, [...(groups.get(event.moment) ?? []), event]);
    this.list.replaceChildren(
      ...[...groups].map(([moment, held]) =>
        make("li", {}, make("time", { datetime: moment }, inWords(moment)), make("ul", {}, ...held.map((event) => this.line(event.row)))),
      ),
    );
  }

  /** Name a row by its first item or text; the other cells follow with their headings. */
  private line(row: Row): HTMLLIElement {
    const line = make("li");
    let first = true;
    for (const column of this.shown.columns) {
      const cell = row[column.at] ?? null;
      if (cell === null || column === this.column) continue;
      const place = make("span", { class: first ? "what" : "rest" });
      fill(place, cell, this.shown);
      if (!first) place.prepend(make("span", { class: "quiet" }, `${column.name}: `));
      line.append(place, " ");
      first = false;
    }
    return line;
  }

  /** Draw a dot for each event on an axis of years, or bars if there are too many for dots. */
  private drawStrip(events: readonly TimelineEvent[]): void {
    this.strip.replaceChildren();
    const [first, last] = [events[0], events[events.length - 1]];
    if (first === undefined || last === undefined) return;
    const width = Math.max(240, this.strip.clientWidth);
    const [from, to] = [yearOf(first.moment), yearOf(last.moment)];
    const byMonth = to - from < YEARS_OF_MONTHS && this.column.kind === "date";
    const units = (to - from + 1) * (byMonth ? 12 : 1);
    const step = (width - 2 * SIDE) / Math.max(1, units);
    const counts = new Map<number, number>();
    for (const { moment } of events) {
      const unit = (yearOf(moment) - from) * (byMonth ? 12 : 1) + (byMonth ? monthOf(moment) - 1 : 0);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const base = HEIGHT - AXIS;
    const marks = [...counts].flatMap(([unit, count]) => stack(SIDE + (unit + 0.5) * step, base, count, most, step));
    const label = viewText("strip-text", { events: counted("events", events.length), from: inWords(first.moment), to: inWords(last.moment) });
    this.strip.append(
      createSvgElement(
        "svg",
        { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label },
        createSvgElement("line", { x1: 0, x2: width, y1: base, y2: base, class: "axis" }),
        ...ticks(from, to, step * (byMonth ? 12 : 1), base),
        ...marks,
      ),
    );
  }
}

/** Stack the dots of the same time. */
function stack(x: number, base: number, count: number, most: number, step: number): SVGElement[] {
  if (most <= MOST_DOTS) {
    const apart = Math.min(2 * DOT + 2, (base - 2 * DOT) / most);
    return Array.from({ length: count }, (_, at) => createSvgElement("circle", { cx: x, cy: base - DOT - 2 - at * apart, r: DOT, class: "mark" }));
  }
  const height = Math.max(2, ((base - 8) * count) / most);
  const across = Math.max(2, Math.min(24, step - 2));
  return [createSvgElement("rect", { x: x - across / 2, y: base - height, width: across, height, class: "mark" })];
}

/** Return the years along the axis, as many as fit. */
function ticks(from: number, to: number, yearWidth: number, base: number): SVGElement[] {
  const every = [1, 2, 5, 10, 20, 50, 100].find((years) => years * yearWidth >= 48) ?? 200;
  const years = Array.from({ length: to - from + 1 }, (_, at) => from + at).filter((year) => year % every === 0 || from === to);
  return years.flatMap((year) => {
    const x = SIDE + (year - from + 0.5) * yearWidth;
    return [createSvgElement("text", { x, y: base + 17, "text-anchor": "middle" }, String(year))];
  });
}

function yearOf(moment: string): number {
  return Number(/^-?\d+/.exec(moment)?.[0] ?? 0);
}

function monthOf(moment: string): number {
  return Number(/^-?\d+-(\d\d)/.exec(moment)?.[1] ?? 1);
}

/** Format a year, month or day in the language of the page. */
function inWords(moment: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(moment) ?? [];
  if (year === undefined || month === undefined) return moment;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
  const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "long", timeZone: "UTC", ...(day === undefined ? {} : { day: "numeric" }) };
  return new Intl.DateTimeFormat(regional(pageLanguage), options).format(date);
}
