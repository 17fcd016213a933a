// The explorer: actions of the reader lead to addresses, whose pages update the graph.
import { translate } from "../page/messages";
import { Colours } from "./colours";
import { read, type GraphEdge, type GraphNode } from "./graph_data";
import { Navigation } from "./navigation";
import { GraphView } from "./graph_view";
import { svg, type PlacedNode } from "./svg";
import { isArrow, next } from "./keyboard";

const PAUSE_MS = 150;

export function start(explorer: HTMLElement): void {
  new Explorer(explorer);
}

class Explorer {
  private readonly canvas: HTMLElement;
  private readonly statusLine: HTMLElement;
  private readonly colours: Colours;
  private readonly picture: GraphView;
  private readonly pages: Navigation;
  /** The item that the panel describes. */
  private looked = "";
  private timer = 0;
  private waiting: (() => void) | undefined;
  private looking: Promise<unknown> = Promise.resolve();
  private acts: Promise<unknown> = Promise.resolve();

  constructor(private readonly explorer: HTMLElement) {
    this.canvas = this.part(".explorer-canvas");
    this.statusLine = this.part(".explorer-status");
    this.part(".explorer-picture").hidden = false;
    explorer.classList.add("drawn");
    this.colours = new Colours(explorer);
    const reader = { choose: (id: string) => this.queue(() => this.choose(id)), open: (id: string) => this.queue(() => this.open(id)), describe: (graphNode: GraphNode, link?: GraphEdge) => this.describe(graphNode, link) };
    this.picture = new GraphView(this.canvas, this.colours, reader);
    this.pages = new Navigation(explorer, () => this.draw());
    this.tools();
    explorer.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("popstate", () => this.back());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.picture.restyle());
    new MutationObserver(() => this.picture.restyle()).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
    this.draw();
  }

  private part(selector: string): HTMLElement {
    const element = this.explorer.querySelector<HTMLElement>(selector);
    if (element === null) throw new Error(selector);
    return element;
  }

  private draw(): void {
    const drawing = read(this.explorer);
    if (drawing === undefined) return;
    if (drawing.at !== this.looked) this.part('[data-part="panel"]').scrollTop = 0;
    this.looked = drawing.at;
    this.picture.show(drawing);
    const summary = translate("shows", { things: drawing.nodes.length, links: drawing.edges.length });
    this.canvas.setAttribute("aria-label", summary);
  }

  private tools(): void {
    const tools: [key: string, act: () => void, sign?: string][] = [
      ["larger", () => this.picture.zoom(1.25), "+"],
      ["smaller", () => this.picture.zoom(0.8), "−"],
      ["fit", () => this.picture.fit()],
      ["svg", () => this.save("svg")],
      ["png", () => this.save("png")],
    ];
    this.part(".explorer-tools").replaceChildren(
      ...tools.map(([key, act, sign]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "second";
        button.dataset.tool = key;
        button.textContent = sign ?? translate(key);
        if (sign !== undefined) {
          button.title = translate(key);
          button.setAttribute("aria-label", translate(key));
        }
        button.addEventListener("click", act);
        return button;
      }),
    );
  }

  private click(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-step], a[data-choose]");
    if (link === null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const { choose: chosen, open } = link.dataset;
    if (chosen !== undefined) this.queue(() => this.choose(chosen, 0));
    else {
      const find = this.finder(link);
      this.queue(async () => {
        this.forget();
        const there = find();
        if (there !== undefined) await this.step(there.href, "push", open);
      });
    }
  }

  /** Find a link again on the current page; a link that would do the opposite now does not count. */
  private finder(link: HTMLAnchorElement): () => HTMLAnchorElement | undefined {
    const part = link.closest<HTMLElement>("[data-part]")?.dataset.part ?? "", { key, open } = link.dataset;
    return () => {
      if (link.isConnected) return link;
      const links = [...this.explorer.querySelectorAll<HTMLAnchorElement>(`[data-part="${part}"] a[data-step]`)];
      return links.find((link) => link.dataset.key === key && link.dataset.open === open);
    };
  }

  /** Run actions one after the other, so that each sees the result of those before it. */
  private queue(act: () => void | Promise<void>): void {
    const done = this.acts.then(act);
    this.acts = done.catch(() => undefined);
  }

  /** Drop pending actions: the browser has already gone to another address. */
  private back(): void {
    this.forget();
    this.pages.stop();
    this.queue(async () => void (await this.step(location.href, "none")));
  }

  /** Clear the pending selection. */
  private forget(): void {
    clearTimeout(this.timer);
    this.waiting = undefined;
  }

  /** Select an item: at once in the graph, and shortly after in the panel. */
  private choose(id: string, pause = PAUSE_MS): void {
    const graphNode = this.picture.nodeById(id);
    if (graphNode === undefined) return;
    const link = this.picture.drawing.edges.find((edge) => (edge.from === id && edge.to === this.picture.drawing.at) || (edge.to === id && edge.from === this.picture.drawing.at));
    this.picture.mark(id);
    this.picture.reveal(id);
    this.describe(graphNode, link);
    this.forget();
    this.pages.stop(); // the panel would tell of the thing before, and the picture mark it again
    this.waiting = () => {
      this.waiting = undefined;
      const address = this.explorer.querySelector<HTMLAnchorElement>(`a[data-choose="${id}"]`)?.href;
      if (address !== undefined) this.looking = this.step(address, "replace");
    };
    this.timer = window.setTimeout(this.waiting, pause);
  }

  /** Bring the panel to the thing that is marked; says whether it came. */
  private async settled(): Promise<boolean> {
    clearTimeout(this.timer);
    this.waiting?.();
    await this.looking;
    return this.looked === this.picture.drawing.at;
  }

  /** Open the next kind of neighbours of a thing. */
  private async open(id: string): Promise<void> {
    if (this.picture.drawing.at !== id) this.choose(id, 0);
    if (!(await this.settled())) return;
    const link = this.explorer.querySelector<HTMLAnchorElement>('[data-part="panel"] a[data-open]');
    if (link === null) this.announce(translate("all open"));
    else await this.step(link.href, "push", link.dataset.open);
  }

  private async hide(): Promise<void> {
    if (!(await this.settled())) return;
    const link = this.explorer.querySelector<HTMLAnchorElement>('[data-part="panel"] a[data-hide]');
    const graphNode = this.picture.nodeById(this.picture.drawing.at);
    if (link === null || graphNode === undefined) return;
    const name = graphNode.whole;
    if (await this.step(link.href, "push")) this.announce(translate("hidden", { label: name }));
  }

  private async toPanel(): Promise<void> {
    if (await this.settled()) this.explorer.querySelector<HTMLElement>('[data-part="panel"] a')?.focus();
  }

  /** Says whether the address is shown: another step may have come first. */
  private async step(address: string, historyMode: "push" | "replace" | "none", opened?: string): Promise<boolean> {
    try {
      const arrived = await this.pages.show(address, historyMode);
      if (arrived && historyMode !== "replace") this.announce(`${opened === undefined ? "" : `${translate("opened", { kind: opened })}. `}${this.canvas.getAttribute("aria-label") ?? ""}`);
      return arrived;
    } catch {
      this.announce(translate("step failed"));
      return false;
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.actOf(event.key);
    if (act === undefined) return;
    this.queue(act);
    event.preventDefault();
  }

  /** What a key does, when its turn has come. */
  private actOf(key: string): (() => void | Promise<void>) | undefined {
    if (isArrow(key)) return () => this.walk(key);
    const acts: Record<string, () => void | Promise<void>> = {
      Home: () => this.choose(this.picture.drawing.nodes[0]?.id ?? this.picture.drawing.at),
      Enter: () => this.open(this.picture.drawing.at),
      Delete: () => this.hide(),
      Backspace: () => this.hide(),
      p: () => this.toPanel(),
      P: () => this.toPanel(),
      "+": () => this.picture.zoom(1.25),
      "-": () => this.picture.zoom(0.8),
      "0": () => this.picture.fit(),
    };
    return acts[key];
  }

  private walk(key: string): void {
    const there = next(this.picture.drawing, this.picture.drawing.at, key, (id) => this.picture.position(id));
    if (there === undefined) this.announce(translate("no neighbour"));
    else this.choose(there);
  }

  private describe(graphNode: GraphNode, link?: GraphEdge): void {
    const { kind, whole: label } = graphNode;
    this.announce(link === undefined ? translate("beside", { kind, label }) : translate("linked", { kind, label, link: link.label, trust: link.mark }));
  }

  private announce(text: string): void {
    this.statusLine.textContent = text;
  }

  private async save(form: "svg" | "png"): Promise<void> {
    const blob = form === "svg" ? new Blob([this.svg()], { type: "image/svg+xml" }) : await this.picture.png();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.picture.drawing.nodes[0]?.id ?? "picture"}.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  private svg(): string {
    const { drawing, places } = this.picture;
    const placed = new Map<string, PlacedNode>();
    for (const graphNode of drawing.nodes) {
      const place = places.get(graphNode.id);
      if (place !== undefined) placed.set(graphNode.id, { graphNode: graphNode, place });
    }
    return svg(drawing, placed, this.colours, document.title, location.href);
  }
}
