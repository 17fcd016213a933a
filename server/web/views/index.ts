// The views of a result: a tab for each that fits, downloads of the visible rows, and client code.
import type { Addresses, Answer } from "./answer";
import { button, choice, make, newId } from "./elements";
import { fitting, type Name } from "./view_selection";
import { Labels } from "./labels";
import { store, recall } from "./preferences";
import { ViewContext, type Download, type ViewPanel } from "./view_context";
import { TableView } from "./table";
import { viewText } from "./messages";

const LANGUAGES = [["en", "English"], ["de", "Deutsch"], ["zh", "中文"]] as const;

/** How each view is loaded; all but the table are loaded on demand. */
const OPEN: Readonly<Record<Name, (panel: HTMLElement, shown: ViewContext) => Promise<ViewPanel>>> = {
  table: async (panel, context) => new TableView(panel, context),
  graph: async (panel, shown) => new (await import("./graph")).GraphView(panel, shown),
  chart: async (panel, shown) => new (await import("./chart")).ChartView(panel, shown),
  pivot: async (panel, shown) => new (await import("./pivot")).PivotView(panel, shown),
  timeline: async (panel, shown) => new (await import("./timeline")).TimelineView(panel, shown),
  raw: async (panel, shown) => new (await import("./raw")).RawView(panel, shown),
};

export class Views {
  private readonly labels: Labels;
  private opened: ViewPanel | undefined;
  private turn = 0;
  private readonly tabs = make("div", { role: "tablist", class: "tabs", "aria-label": viewText("views") });
  private readonly panel = make("div", { role: "tabpanel", class: "view", id: newId(), tabindex: "-1" });
  private readonly downloads = make("p", { class: "downloads" });

  constructor(
    private readonly host: HTMLElement,
    private readonly addresses: Addresses,
  ) {
    this.labels = new Labels(addresses.labels);
    host.classList.add("views");
    this.tabs.addEventListener("keydown", (event) => this.key(event));
  }

  clear(): void {
    this.turn += 1;
    this.opened?.close();
    this.opened = undefined;
    this.host.replaceChildren();
  }

  show(answer: Answer): void {
    this.clear();
    const context = new ViewContext(answer, this.addresses, this.labels, [viewText("subject"), viewText("property"), viewText("object")]);
    if (context.truth !== undefined) {
      this.host.append(make("p", { class: "truth" }, make("strong", {}, viewText(context.truth ? "yes" : "no"))), this.programs(answer));
      return;
    }
    const names = fitting(context);
    this.tabs.replaceChildren(...names.map((name) => this.tab(name, context)));
    const bar = make("div", { class: "views-bar" }, this.tabs, this.naming(context));
    const unread = context.unread > 0 ? make("p", { class: "quiet" }, viewText("unread", { n: context.unread })) : null;
    this.host.append(bar, ...(unread === null ? [] : [unread]), this.panel, this.downloads, this.programs(answer));
    const last = recall<Name | "">(`view.${context.isGraph ? "graph" : "table"}`, "");
    void this.open(names.find((name) => name === last) ?? names[0] ?? "table", context);
  }

  private tab(name: Name, context: ViewContext): HTMLButtonElement {
    const tab = make("button", { type: "button", role: "tab", id: newId(), "data-view": name, "aria-controls": this.panel.id }, viewText(name));
    tab.addEventListener("click", () => {
      store(`view.${context.isGraph ? "graph" : "table"}`, name);
      void this.open(name, context);
    });
    return tab;
  }

  private async open(name: Name, context: ViewContext): Promise<void> {
    const turn = (this.turn += 1);
    this.opened?.close();
    this.opened = undefined;
    for (const tab of this.tabs.querySelectorAll<HTMLElement>("[role=tab]")) {
      const chosen = tab.dataset.view === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) this.panel.setAttribute("aria-labelledby", tab.id);
    }
    // a view that loads after the reader moved on must not draw
    const place = make("div");
    this.panel.replaceChildren(place);
    this.downloads.replaceChildren();
    this.panel.setAttribute("aria-busy", "true");
    try {
      const opened = await OPEN[name](place, context);
      if (turn !== this.turn) opened.close();
      else this.opened = opened;
    } catch (error) {
      place.replaceChildren(make("p", { class: "problem", role: "alert" }, viewText("failed", { why: String(error) })));
    }
    if (turn !== this.turn) return;
    this.panel.removeAttribute("aria-busy");
    this.offer(this.opened?.downloads ?? [], context);
  }

  /** Arrow keys move between tabs; Enter and Space activate one. */
  private key(event: KeyboardEvent): void {
    const tabs = [...this.tabs.querySelectorAll<HTMLElement>("[role=tab]")];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const next = steps[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    tabs[(next + tabs.length) % tabs.length]?.focus();
  }

  private naming(context: ViewContext): HTMLElement {
    const modes = [["labels", viewText("labels")], ["iris", viewText("iris")]] as const;
    const change = (chosen: { language?: string; named?: boolean }): void => {
      context.choose(chosen);
      this.opened?.rename();
    };
    return make(
      "div",
      { class: "naming" },
      choice(viewText("show-as"), modes, context.named ? "labels" : "iris", (value) => change({ named: value === "labels" })),
      choice(viewText("language"), LANGUAGES, context.language, (value) => change({ language: value })),
    );
  }

  private offer(downloads: readonly Download[], context: ViewContext): void {
    if (downloads.length === 0) return;
    this.downloads.replaceChildren(
      make("span", { class: "quiet" }, viewText("download")),
      ...downloads.map((download) => offered(download, `answer-${context.answer.release}`)),
    );
  }

  private programs(answer: Answer): HTMLElement {
    const details = make("details", { class: "programs" }, make("summary", {}, viewText("programs")));
    details.addEventListener("toggle", () => {
      void import("./client_code").then(({ showPrograms }) => showPrograms(details, answer, this.addresses.root));
    }, { once: true });
    return details;
  }
}

function offered(download: Download, name: string): HTMLElement {
  const text = download.label ?? download.ending.toUpperCase();
  const file = `${name}.${download.ending}`;
  const { make: source } = download;
  if (typeof source === "string") return make("a", { href: source, download: file }, text);
  const pressed = button(text, () => {
    pressed.disabled = true;
    void Promise.resolve(source())
      .then((blob) => save(blob, file))
      .finally(() => {
        pressed.disabled = false;
        pressed.focus();
      });
  });
  return pressed;
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  // the browser has started reading by then
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

