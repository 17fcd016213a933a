// Vega and Vega-Lite with the interpreter and without loading: a specification from a reader can
// neither run a script nor send a request.
import { expressionFunction, parse, View, type Loader, type LocaleFormatters } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import { Handler } from "vega-tooltip";
import { compact, regional } from "./numbers";
import { CATEGORIES, type Roles } from "./theme_colours";
import type { Fields, Json } from "./chart_choices";
import { DATA } from "./vega_spec";

let reader = "en";
expressionFunction("compactly", (value: unknown) => (typeof value === "number" ? compact(value, reader) : String(value)));

/** Draw a specification with these rows.
 *
 * Throws an error with a reason if the specification is invalid.
 */
export async function draw(place: HTMLElement, specification: Json, rows: readonly Fields[], roles: Roles, language: string): Promise<View> {
  reader = language;
  const own: TopLevelSpec = { ...specification, datasets: { [DATA]: rows } } as unknown as TopLevelSpec;
  const { spec } = compile(own, { config: configured(roles), logger: silent() });
  const runtime = parse(spec, undefined, { ast: true });
  const tooltip = new Handler({ disableDefaultStyle: true }).call;
  const refusal = new LoadRefused();
  const view = new View(runtime, { loader: refusal.loader, renderer: "svg", hover: true, expr: expressionInterpreter, tooltip, logger: silent(), locale: localised(language) });
  view.initialize(place);
  await view.runAsync();
  if (refusal.asked) {
    view.finalize();
    throw new Error("A picture of an answer loads nothing.");
  }
  return view;
}

/** A loader that loads nothing and records the attempt: Vega itself would silently draw nothing. */
class LoadRefused {
  asked = false;
  readonly loader: Loader;

  constructor() {
    const refuse = (): Promise<never> => {
      this.asked = true;
      return Promise.reject(new Error("refused"));
    };
    this.loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse } as unknown as Loader;
  }
}

/** Keep warnings of Vega out of the console; an error that stops it is thrown. */
function silent(): ReturnType<View["logger"]> {
  const quiet = {
    level: () => quiet,
    error: (...messages: unknown[]) => {
      throw messages[0] instanceof Error ? messages[0] : new Error(messages.join(" "));
    },
    warn: () => quiet,
    info: () => quiet,
    debug: () => quiet,
  };
  return quiet as unknown as ReturnType<View["logger"]>;
}

function configured(roles: Roles): Config {
  const text = { labelColor: roles.ink, titleColor: roles.quiet, labelFontSize: 13, titleFontSize: 13, titleFontWeight: "normal" as const };
  const ramp = [mixed(roles.raised, roles.accent, 0.15), roles.accent];
  return {
    background: "transparent",
    font: getComputedStyle(document.body).fontFamily,
    customFormatTypes: true,
    numberFormatType: "compactly",
    axis: { ...text, labelLimit: 260, maxExtent: 400, gridColor: roles.line, domainColor: roles.line, tickColor: roles.line },
    legend: { ...text, labelLimit: 200 },
    header: { labelColor: roles.ink, labelFontSize: 13, labelFontWeight: "bold", labelLimit: 400, title: null },
    view: { stroke: "transparent" },
    range: { category: [...CATEGORIES], heatmap: ramp, ramp },
    bar: { color: roles.accent },
    rect: { color: roles.accent },
    line: { color: roles.accent },
    point: { color: roles.accent },
  };
}

/** Interpolate between two colours, both as `#rrggbb`. */
function mixed(from: string, to: string, share: number): string {
  const parts = (colour: string): number[] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const ends = parts(to);
  return `#${parts(from).map((part, at) => Math.round(part + ((ends[at] ?? part) - part) * share).toString(16).padStart(2, "0")).join("")}`;
}

/** Format numbers and dates of axes and tooltips in the language of the page. */
function localised(language: string): LocaleFormatters {
  const parts = new Intl.NumberFormat(regional(language)).formatToParts(1234567.5);
  const sign = (type: string, otherwise: string): string => parts.find((part) => part.type === type)?.value ?? otherwise;
  const number = { decimal: sign("decimal", "."), thousands: sign("group", ","), grouping: [3], currency: ["", ""] as [string, string] };
  const names = (options: Intl.DateTimeFormatOptions, days: readonly Date[]): string[] => {
    const format = new Intl.DateTimeFormat(regional(language), { ...options, timeZone: "UTC" });
    return days.map((day) => format.format(day));
  };
  const week = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2023, 0, 1 + day)));
  const months = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2023, month, 1)));
  const time = {
    ...{ dateTime: "%x, %X", date: "%Y-%m-%d", time: "%H:%M:%S", periods: ["AM", "PM"] },
    ...{ days: names({ weekday: "long" }, week), shortDays: names({ weekday: "short" }, week) },
    ...{ months: names({ month: "long" }, months), shortMonths: names({ month: "short" }, months) },
  };
  // the view compiles these definitions to formatters, whatever its types say
  return { number, time } as unknown as LocaleFormatters;
}
